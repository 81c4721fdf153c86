import { createPrivateKey, type KeyObject, sign } from 'node:crypto';
import { mkdir, readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { AnlianError, KEY_USES, type KeyDescriptor, type KeyUse, PublicJwk } from '@anlian/contracts';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose';
import { writeDurably } from './writeDurably.ts';

/** A private key of this node with what the ledger knows of it. The key itself never leaves this room: others get `sign`. */
export interface NodeKey {
  readonly descriptor: KeyDescriptor;
  /** ES256 as r||s, or Ed25519. */
  readonly sign: (message: Uint8Array) => Uint8Array;
  /** For libraries that sign by themselves (JOSE). */
  readonly privateKey: KeyObject;
}

export interface Keystore {
  /** The live key of the node's own member, or of a tenant (`actor` only). @throws {AnlianError} `not_found` */
  key(use: KeyUse, org?: string): NodeKey;
  has(use: KeyUse, org?: string): boolean;
  /** Makes and stores a key before it is used, so that a crash never leaves a registered key without its private half. */
  create(use: KeyUse, org?: string): Promise<NodeKey>;
}

/** Names the node's own keys: no member's name begins so, and a tenant may be called as it likes. */
const OWN = '_own';
/** How earlier homes name the node's own keys. */
const EARLIER_FILE = /^own\.([a-z]+)\.jwk$/;
const KEY_FILE = /^(_own|[a-z][a-z0-9-]+)\.([a-z]+)\.jwk$/;

/**
 * Keys of the node as JWK files, one a file, readable by the owner only. Production deployments put the folder on an encrypted volume.
 * @param dir the folder; made when absent.
 */
export const openKeystore = async (dir: string): Promise<Keystore> => {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  await adoptEarlier(dir);
  const keys = new Map<string, NodeKey>();
  for (const file of await readdir(dir)) {
    const match = KEY_FILE.exec(file);
    if (match?.[1] && match[2])
      keys.set(
        `${match[1]}.${match[2]}`,
        await fromJwk(JSON.parse(await readFile(join(dir, file), 'utf8')), match[2] as KeyUse),
      );
  }
  const creations = new Map<string, Promise<NodeKey>>();
  const make = async (name: string, use: KeyUse): Promise<NodeKey> => {
    const existing = keys.get(name);
    if (existing) return existing;
    const jwk = await generate(use);
    await writeDurably(join(dir, `${name}.jwk`), JSON.stringify(jwk));
    const key = await fromJwk(jwk, use);
    keys.set(name, key);
    return key;
  };
  return {
    has: (use, org = OWN) => keys.has(`${org}.${use}`),
    key: (use, org = OWN) => {
      const key = keys.get(`${org}.${use}`);
      if (!key) throw new AnlianError('not_found', { detail: `this node holds no ${use} key for ${org}` });
      return key;
    },
    create: (use, org = OWN) => {
      const name = `${org}.${use}`;
      // Two requests for one key at once get one key: the later file would replace the earlier one, whose key is already in use.
      const making = creations.get(name) ?? make(name, use).finally(() => creations.delete(name));
      creations.set(name, making);
      return making;
    },
  };
};

/** Gives the node's own keys of an earlier home their present name. Where that is in use, the earlier name is a tenant's. */
const adoptEarlier = async (dir: string): Promise<void> => {
  const files = await readdir(dir);
  for (const file of files) {
    const use = EARLIER_FILE.exec(file)?.[1];
    const present = `${OWN}.${use}.jwk`;
    if (use !== undefined && !files.includes(present)) await rename(join(dir, file), join(dir, present));
  }
};

const generate = async (use: KeyUse): Promise<JWK> => {
  const { privateKey } =
    KEY_USES[use].curve === 'Ed25519'
      ? await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })
      : await generateKeyPair('ES256', { extractable: true });
  return exportJWK(privateKey);
};

const fromJwk = async (jwk: JWK, use: KeyUse): Promise<NodeKey> => {
  const { d: _private, ...rest } = jwk;
  const publicJwk = PublicJwk.parse(rest);
  const privateKey = createPrivateKey({ key: jwk, format: 'jwk' });
  const ed25519 = publicJwk.kty === 'OKP';
  return {
    descriptor: { kid: await calculateJwkThumbprint(publicJwk), use, jwk: publicJwk },
    sign: (message) =>
      ed25519
        ? sign(null, message, privateKey)
        : sign('sha256', message, { key: privateKey, dsaEncoding: 'ieee-p1363' }),
    privateKey,
  };
};
