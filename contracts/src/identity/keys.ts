import * as z from 'zod';
import { base64Url, Digest, GateId } from '../ids.ts';
import type { Text } from '../text.ts';

/** What a key may be used for: one use each. */
export const KEY_USES = {
  actor: { text: { zh: '操作签名', en: 'Signs commands' }, curve: 'P-256' },
  log: { text: { zh: '日志树头', en: 'Signs checkpoints of the evidence log' }, curve: 'Ed25519' },
  pack: { text: { zh: '名单包', en: 'Signs sync packs' }, curve: 'P-256' },
  gate: { text: { zh: '闸机放行', en: 'Signs gate decisions' }, curve: 'P-256' },
  code: { text: { zh: '信用码与通行证', en: 'Signs credit codes and worker passes' }, curve: 'P-256' },
  entity: { text: { zh: '成员实体', en: 'Authenticates a member’s node to other members' }, curve: 'P-256' },
} as const satisfies Record<string, { text: Text; curve: 'P-256' | 'Ed25519' }>;
export type KeyUse = keyof typeof KEY_USES;
export const KEY_USE_CODES = Object.keys(KEY_USES) as [KeyUse, ...KeyUse[]];

const coordinate = base64Url(32).length(43);

/** RFC 7517 public keys of the two curves in use, no private member possible. */
export const PublicJwk = z.discriminatedUnion('kty', [
  z.strictObject({ kty: z.literal('EC'), crv: z.literal('P-256'), x: coordinate, y: coordinate }),
  z.strictObject({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: coordinate }),
]);
export type PublicJwk = z.infer<typeof PublicJwk>;

/** A key as a member presents it for the ledger. `kid` is its RFC 7638 SHA-256 thumbprint. */
export const KeyDescriptor = z
  .strictObject({ kid: Digest, use: z.enum(KEY_USE_CODES), jwk: PublicJwk, gate: GateId.optional() })
  .refine((key) => key.jwk.crv === KEY_USES[key.use].curve, {
    path: ['jwk', 'crv'],
    message: 'the curve does not fit the use',
  })
  .refine((key) => (key.use === 'gate') === (key.gate !== undefined), {
    path: ['gate'],
    message: 'gate keys, and only these, name their gate',
  });
export type KeyDescriptor = z.infer<typeof KeyDescriptor>;
