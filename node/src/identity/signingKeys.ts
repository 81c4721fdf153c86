import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AnlianError } from '@anlian/contracts';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose';
import * as z from 'zod';
import { writeDurably } from '../keys/writeDurably.ts';

const FILE = 'issuer.jwks';

const SigningJwk = z.object({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: z.string(),
  y: z.string(),
  d: z.string(),
  kid: z.string(),
  alg: z.literal('ES256'),
  use: z.literal('sig'),
});
const SigningJwks = z.object({ keys: z.array(SigningJwk).min(1) });
export type SigningJwks = z.infer<typeof SigningJwks>;

/**
 * The issuer's private keys as a JWK set, made at the first start and readable by the owner only. They prove tokens inside this
 * node and to its clients, nothing on the ledger. The first key signs; the others still verify.
 * @throws {AnlianError} `configuration_invalid` when the file is damaged: a new key would hide it and sign everybody out
 */
export const openSigningKeys = async (keysDir: string): Promise<SigningJwks> => {
  await mkdir(keysDir, { recursive: true, mode: 0o700 });
  const path = join(keysDir, FILE);
  const text = await readFile(path, 'utf8').catch(absent);
  if (text !== undefined) return parse(text);
  const made = { keys: [await makeKey()] };
  await writeDurably(path, JSON.stringify(made));
  return made;
};

/** What others may see of the keys. */
export const publicJwks = ({ keys }: SigningJwks): { keys: JWK[] } => ({
  keys: keys.map(({ d: _private, ...key }) => key),
});

const makeKey = async (): Promise<SigningJwks['keys'][number]> => {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const jwk = await exportJWK(privateKey);
  return SigningJwk.parse({ ...jwk, kid: await calculateJwkThumbprint(jwk), alg: 'ES256', use: 'sig' });
};

const parse = (text: string): SigningJwks => {
  try {
    return SigningJwks.parse(JSON.parse(text));
  } catch {
    // The cause would quote the file, which holds private keys.
    throw new AnlianError('configuration_invalid', { field: FILE, detail: 'not a set of private ES256 keys' });
  }
};

const absent = (error: NodeJS.ErrnoException): undefined => {
  if (error.code !== 'ENOENT') throw error;
  return undefined;
};
