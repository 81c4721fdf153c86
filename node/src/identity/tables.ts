import type { ClientJwk, Role } from '@anlian/contracts';
import { index, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import type { AdapterPayload } from 'oidc-provider';

/** What the issuer keeps: replay marks of client assertions now; sessions, grants and codes are of the same form. */
export const issuerModels = pgTable(
  'issuer_models',
  {
    model: text().notNull(),
    id: text().notNull(),
    payload: jsonb().$type<AdapterPayload>().notNull(),
    grantId: text(),
    /** Absent: until it is destroyed. */
    expiresAt: text(),
  },
  (t) => [
    primaryKey({ columns: [t.model, t.id] }),
    index('issuer_models_grant').on(t.grantId),
    index('issuer_models_expiry').on(t.expiresAt),
  ],
);

/** Machines that sign in at this node by their key. A disabled one stays, so that its id never comes to mean another. */
export const clients = pgTable(
  'clients',
  {
    clientId: text().primaryKey(),
    org: text().notNull(),
    roles: jsonb().$type<Role[]>().notNull(),
    publicJwk: jsonb().$type<ClientJwk>().notNull(),
    kid: text().notNull(),
    labelZh: text().notNull(),
    labelEn: text().notNull(),
    registeredAt: text().notNull(),
    disabledAt: text(),
  },
  (t) => [index('clients_org').on(t.org, t.clientId)],
);
