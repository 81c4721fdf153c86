import {
  ClientJwk,
  DEVELOPMENT_GRANT,
  type KeyDescriptor,
  MachineClientId,
  MemberId,
  type Role,
} from '@anlian/contracts';
import type { ClientMetadata } from 'oidc-provider';
import type { Config } from '../config.ts';
import type { Db } from '../db/database.ts';
import type { Caller } from '../http/caller.ts';
import { type Person, personOf } from './development.ts';
import { liveClient } from './store.ts';

/** A machine that may sign in now. */
export interface Machine extends Pick<Caller, 'org' | 'roles'> {
  readonly clientId: string;
  readonly keys: readonly ClientKey[];
}

/** A public key and its RFC 7638 thumbprint, by which an assertion may name it. */
export interface ClientKey {
  readonly kid: string;
  readonly jwk: ClientJwk;
}

/** Everybody this node's issuer knows. Asked at every sign-in and at every request, so that leaving takes effect at once. */
export interface Directory {
  /** A machine with roles: registered here, or another member's node by its keys on the ledger. */
  machine(clientId: string): Promise<Machine | undefined>;
  /** A person by the subject of its tokens. */
  person(subject: string): Promise<Person | undefined>;
  /** A client as the provider reads it (RFC 7591): a machine, or one of the two that may use the development grant. */
  metadata(clientId: string): Promise<ClientMetadata | undefined>;
}

export interface DirectoryDeps {
  readonly config: Pick<Config, 'profile' | 'member'>;
  readonly db: Db;
  /** Live ledger keys of another member; of one that was expelled until its wind-down ends. */
  readonly memberKeys: (member: string) => Promise<readonly KeyDescriptor[]>;
  /** Is this organisation a tenant of the node? */
  readonly isTenant: (org: string) => Promise<boolean>;
  /** Public key of the launcher; only ever in the development profile. */
  readonly operatorKey: ClientKey | undefined;
}

/** The public client of the node's own web pages in the development profile. */
export const PORTAL_CLIENT = 'portal';
/** The launcher of a local consortium, in the development profile. */
export const OPERATOR_CLIENT = 'operator';

export const createDirectory = ({ config, db, memberKeys, isTenant, operatorKey }: DirectoryDeps): Directory => {
  const development = config.profile === 'development';

  const registered = async (clientId: string): Promise<Machine | undefined> => {
    const row = await liveClient(db, clientId);
    return row && { clientId, org: row.org, roles: row.roles, keys: [{ kid: row.kid, jwk: row.publicJwk }] };
  };
  const memberNode = async (member: string): Promise<Machine | undefined> => {
    const keys = (await memberKeys(member)).filter((key) => key.use === 'entity').flatMap(toClientKey);
    return keys.length > 0 ? { clientId: member, org: member, roles: MEMBER_NODE, keys } : undefined;
  };
  const machine = async (clientId: string): Promise<Machine | undefined> => {
    if (MachineClientId.safeParse(clientId).success) return registered(clientId);
    const reserved = development && (clientId === OPERATOR_CLIENT || clientId === PORTAL_CLIENT);
    if (reserved || clientId === config.member || !MemberId.safeParse(clientId).success) return undefined;
    return memberNode(clientId);
  };

  return {
    machine,
    person: async (subject) => {
      const person = development ? personOf(subject) : undefined;
      return person && (person.org === config.member || (await isTenant(person.org))) ? person : undefined;
    },
    metadata: async (clientId) => {
      if (development && clientId === PORTAL_CLIENT) return PORTAL;
      if (development && clientId === OPERATOR_CLIENT)
        return operatorKey && keyClient(OPERATOR_CLIENT, [operatorKey], DEVELOPMENT_GRANT);
      const found = await machine(clientId);
      return found && keyClient(clientId, found.keys, 'client_credentials');
    },
  };
};

const MEMBER_NODE: readonly Role[] = ['member_node'];

const toClientKey = ({ kid, jwk }: KeyDescriptor): ClientKey[] => {
  const parsed = ClientJwk.safeParse(jwk);
  return parsed.success ? [{ kid, jwk: parsed.data }] : [];
};

const keyClient = (clientId: string, keys: readonly ClientKey[], grant: string): ClientMetadata => ({
  client_id: clientId,
  token_endpoint_auth_method: 'private_key_jwt',
  token_endpoint_auth_signing_alg: 'ES256',
  jwks: { keys: keys.map(({ kid, jwk }) => ({ ...jwk, kid, alg: 'ES256', use: 'sig' })) },
  grant_types: [grant],
  response_types: [],
  redirect_uris: [],
});

const PORTAL: ClientMetadata = {
  client_id: PORTAL_CLIENT,
  token_endpoint_auth_method: 'none',
  grant_types: [DEVELOPMENT_GRANT],
  response_types: [],
  redirect_uris: [],
};
