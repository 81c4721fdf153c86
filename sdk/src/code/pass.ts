import { type ImportedKey, importP256Jwk } from '@anlian/chaincode/crypto';
import { type Digest, toBase64Url, type WorkerPassClaims } from '@anlian/contracts';
import { type CodeKey, thumbprint } from './keys.ts';
import { openWorkerPass } from './open.ts';

/** A pass whose signature and claims held, ready to check its holder's proof. */
export interface OpenedPass {
  readonly claims: WorkerPassClaims;
  /** The key in the phone; null when the pass is bound to coordinates that are no point of the curve. */
  readonly holder: ImportedKey | null;
  /** Its RFC 7638 thumbprint. */
  readonly holderKey: Digest;
}

/** Opens pass bytes. Rejects as `openWorkerPass`. */
export type PassOpener = (pass: Uint8Array) => Promise<OpenedPass>;

export const passOpener =
  (keys: readonly CodeKey[]): PassOpener =>
  async (pass) => {
    const claims = await openWorkerPass(pass, keys);
    const { x, y } = claims.cnf;
    const jwk = { kty: 'EC', crv: 'P-256', x: toBase64Url(x), y: toBase64Url(y) } as const;
    const holder = await importP256Jwk(jwk).catch(() => null);
    return { claims, holder, holderKey: await thumbprint(jwk) };
  };

/**
 * An opener that remembers so many passes: the same bytes come back for weeks, and only the holder's proof is new. Good under one
 * list of keys, so a gate makes a new one with each list. What was refused is not remembered.
 */
export const rememberingPasses = (keys: readonly CodeKey[], limit: number): PassOpener => {
  const open = passOpener(keys);
  const remembered = new Map<string, OpenedPass>();
  return async (pass) => {
    const name = toBase64Url(pass);
    const opened = remembered.get(name) ?? (await open(pass));
    remembered.delete(name);
    remembered.set(name, opened);
    const [oldest] = remembered.keys();
    if (remembered.size > limit && oldest !== undefined) remembered.delete(oldest);
    return opened;
  };
};
