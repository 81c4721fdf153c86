import * as z from 'zod';
import { PERSONA_CODES } from '../identity/personas.ts';
import { ROLE_CODES } from '../identity/roles.ts';
import { base64Url, ClientId, Digest, GateId, MemberId } from '../ids.ts';
import type { Text } from '../text.ts';
import { Instant } from '../time.ts';
import { DisplayName, page } from './common.ts';
import { label } from './words.ts';

/** OAuth grant of the development sign-in: `person` names a persona, `org` the node's own member (default) or a tenant of it. */
export const DEVELOPMENT_GRANT = 'urn:anlian:grant:development';

/** The one scope of a node's API: what a caller may do follows from its roles. */
export const API_SCOPE = 'api';

/** Resource indicator (RFC 8707) of a node's API: the audience of its access tokens. */
export const apiResource = (publicUrl: string): string => `${publicUrl}/api`;

/** Issuer identifier of a node. */
export const issuerOf = (publicUrl: string): string => `${publicUrl}/oidc`;

/** Shown wherever the development sign-in shows itself. */
export const DEVELOPMENT_LABEL = {
  zh: '开发环境：登录不核验身份，不可用于生产',
  en: 'Development: the sign-in proves nobody’s identity; not for production',
} as const satisfies Text;

/** How one can sign in at a node. */
export const SIGN_IN_METHODS = {
  private_key_jwt: { zh: '机器密钥（private_key_jwt）', en: 'Machine key (private_key_jwt)' },
  development: { zh: '开发登录（不可用于生产）', en: 'Development sign-in (not for production)' },
} as const satisfies Record<string, Text>;
export type SignInMethod = keyof typeof SIGN_IN_METHODS;
const SIGN_IN_METHOD_CODES = Object.keys(SIGN_IN_METHODS) as [SignInMethod, ...SignInMethod[]];

/** Where and how to sign in at this node: public. */
export const IdentityInfo = z.object({
  issuer: z.url(),
  /** To be named in `resource` of a token request. */
  resource: z.url(),
  scope: z.literal(API_SCOPE),
  member: MemberId,
  methods: z.array(z.object({ method: z.enum(SIGN_IN_METHOD_CODES), label })),
  /** True when anybody on this machine can be any persona. */
  development: z.boolean(),
  label: label.nullable(),
  personas: z.array(z.object({ person: z.enum(PERSONA_CODES), role: z.enum(ROLE_CODES), label })),
});
export type IdentityInfo = z.infer<typeof IdentityInfo>;

const coordinate = base64Url(32).length(43);

/** The public key of a client: P-256, no private member possible. */
export const ClientJwk = z.strictObject({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: coordinate,
  y: coordinate,
});
export type ClientJwk = z.infer<typeof ClientJwk>;

/** A machine that this node knows by its key: `cli_` when an administrator registers it, or a gate. */
export const MachineClientId = z.union([ClientId, GateId]);

/** Roles that an administrator may give to a machine; another member’s node has its role from the ledger. */
export const CLIENT_ROLES = ['node', 'gate'] as const;

export const RegisterClient = z.strictObject({
  roles: z.array(z.enum(CLIENT_ROLES)).min(1).max(CLIENT_ROLES.length),
  publicJwk: ClientJwk,
  label: DisplayName,
});
export type RegisterClient = z.infer<typeof RegisterClient>;

export const Client = z.object({
  clientId: MachineClientId,
  org: MemberId,
  roles: z.array(z.enum(ROLE_CODES)),
  /** RFC 7638 thumbprint of its key. */
  kid: Digest,
  label: DisplayName,
  registeredAt: Instant,
  disabledAt: Instant.nullable(),
});
export type Client = z.infer<typeof Client>;
export const ClientPage = page(Client);
