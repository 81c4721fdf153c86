import { createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { derToRaw } from '@anlian/chaincode/crypto';
import { AnlianError, type Digest, PublicJwk } from '@anlian/contracts';
import { thumbprint } from '../code/keys.ts';
import type { SignBytes } from '../code/sign1.ts';

/** An ES256 private key in a file of its own, readable by its owner only. */
export interface LocalKey {
  /** RFC 7638 thumbprint. */
  readonly kid: Digest;
  readonly jwk: Extract<PublicJwk, { kty: 'EC' }>;
  readonly privateKey: KeyObject;
  /** r || s, 64 bytes, without leaving the turn. */
  readonly signNow: (message: Uint8Array) => Uint8Array;
  readonly sign: SignBytes;
}

/** Names of a gate's two keys in its directory. */
export const GATE_KEY = 'gate-key';
export const SIGN_IN_KEY = 'sign-in-key';

const syncDirectory = (directory: string): void => {
  const handle = openSync(directory, 'r');
  fsyncSync(handle);
  closeSync(handle);
};

/** The file is there whole or not at all, also after a power cut. */
export const writePrivateFile = (file: string, text: string): void => {
  const draft = `${file}.new`;
  const handle = openSync(draft, 'w', 0o600);
  try {
    writeSync(handle, text);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(draft, file);
  syncDirectory(dirname(file));
};

const generate = (file: string): void => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  writePrivateFile(file, `${JSON.stringify(privateKey.export({ format: 'jwk' }))}\n`);
};

const read = (file: string): KeyObject => {
  try {
    return createPrivateKey({ key: JSON.parse(readFileSync(file, 'utf8')), format: 'jwk' });
  } catch {
    // The cause would quote the file.
    throw new AnlianError('configuration_invalid', { field: file, detail: 'not a private key in JWK form' });
  }
};

/**
 * The ES256 key in a JWK file (mode 0600), made at first use.
 * @throws {AnlianError} `configuration_invalid` when the file holds something else.
 */
export const localKey = async (directory: string, name: string): Promise<LocalKey> => {
  const file = join(directory, `${name}.jwk`);
  if (!existsSync(file)) generate(file);
  const privateKey = read(file);
  const { kty, crv, x, y } = privateKey.export({ format: 'jwk' });
  const jwk = PublicJwk.safeParse({ kty, crv, x, y });
  if (!jwk.success || jwk.data.kty !== 'EC')
    throw new AnlianError('configuration_invalid', { field: file, detail: 'not a P-256 key' });
  // Asked for r || s, Node takes twice the time: a key inside an object of options costs it two exceptions.
  const signNow = (message: Uint8Array): Uint8Array =>
    derToRaw(sign('sha256', message, privateKey), false) as Uint8Array;
  return {
    kid: await thumbprint(jwk.data),
    jwk: jwk.data,
    privateKey,
    signNow,
    sign: async (message) => signNow(message),
  };
};
