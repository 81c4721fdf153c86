import type { GenesisPolicy, KeyDescriptor, MemberDescriptor, ProposedAction } from '@anlian/contracts';
import { bigint, index, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';

/** The channel as the ledger tells it: one row. */
export const channel = pgTable('channel', {
  id: integer().primaryKey(),
  genesis: text().notNull(),
  policy: jsonb().$type<GenesisPolicy>().notNull(),
  confirmed: jsonb().$type<string[]>().notNull(),
  state: text({ enum: ['proposed', 'founding', 'open'] }).notNull(),
});

export const members = pgTable('members', {
  member: text().primaryKey(),
  company: text().notNull().unique(),
  kind: text({ enum: ['governor', 'participant'] }).notNull(),
  mspId: text(),
  sponsor: text(),
  state: text({ enum: ['active', 'expelled'] }).notNull(),
  admittedAt: text().notNull(),
  admittedBlock: bigint({ mode: 'number' }).notNull(),
  expelledAt: text(),
  /** Until then an expelled member's node may still end what it began. */
  windDownUntil: text(),
});

export const memberKeys = pgTable(
  'member_keys',
  {
    kid: text().primaryKey(),
    member: text().notNull(),
    key: jsonb().$type<KeyDescriptor>().notNull(),
    validFrom: text().notNull(),
    retiredAt: text(),
    compromisedSince: text(),
  },
  (t) => [index('member_keys_member').on(t.member)],
);

export const proposals = pgTable('proposals', {
  proposal: text().primaryKey(),
  proposed: jsonb().$type<ProposedAction>().notNull(),
  by: text().notNull(),
  openedAt: text().notNull(),
  lapsesAt: text().notNull(),
  quorum: integer().notNull(),
  electorate: jsonb().$type<string[]>().notNull(),
  outcome: text({ enum: ['open', 'adopted', 'rejected'] }).notNull(),
});

export const votes = pgTable(
  'votes',
  { proposal: text().notNull(), member: text().notNull(), vote: text({ enum: ['for', 'against'] }).notNull() },
  (t) => [primaryKey({ columns: [t.proposal, t.member] })],
);

export const sites = pgTable('sites', { site: text().primaryKey(), owner: text().notNull() });

/** Names of sites are this node's own words: the ledger carries the id alone. */
export const siteNames = pgTable('site_names', {
  site: text().primaryKey(),
  zh: text().notNull(),
  en: text().notNull(),
});

export const admissions = pgTable(
  'admissions',
  {
    admission: text().primaryKey(),
    site: text().notNull(),
    company: text().notNull(),
    validFrom: text().notNull(),
    releasedAt: text(),
  },
  (t) => [index('admissions_site').on(t.site, t.company)],
);

/** Where other members' nodes are. */
export const peers = pgTable('peers', { member: text().primaryKey(), url: text().notNull() });

/** Contractors that live on this node. */
export const tenants = pgTable('tenants', {
  member: text().primaryKey(),
  company: text().notNull().unique(),
  nameZh: text().notNull(),
  nameEn: text().notNull(),
  descriptor: jsonb().$type<MemberDescriptor>().notNull(),
});
