import {
  AnlianError,
  type ClaimPass,
  CODE_KINDS,
  canonicalText,
  DAY_MS,
  fromBase64Url,
  fromHex,
  HOLDER_PROOF_SKEW_SECONDS,
  HOLDER_PROOF_TYPE,
  HolderProofClaims,
  type PassClaimed,
  toBase64Url,
  toInstant,
} from '@anlian/contracts';
import { encodeWorkerPass, kidOf, thumbprint } from '@anlian/sdk/code';
import { eq } from 'drizzle-orm';
import { compactVerify, importJWK } from 'jose';
import type * as z from 'zod';
import type { Tx } from '../db/database.ts';
import type { NodeDeps } from '../deps.ts';
import { tokenHash } from './invites.ts';
import { passes, passInvites } from './tables.ts';

type ClaimDeps = Pick<NodeDeps, 'config' | 'db' | 'clock' | 'keys' | 'recordEvidence'>;
type Claim = z.infer<typeof ClaimPass>;

const PASS_LIFETIME_MS = 365 * DAY_MS;

/**
 * Binds a pass to the key in the worker's phone and signs it. A second request with the same invitation and key answers the same.
 * @throws {AnlianError} `holder_proof_invalid`; `invite_invalid` when it was used by another phone, has expired or is unknown
 */
export const claimPass = async (deps: ClaimDeps, claim: Claim): Promise<PassClaimed> => {
  const hash = tokenHash(claim.token);
  await requireProof(deps, claim, hash);
  const holderKey = await thumbprint(claim.publicKey);
  return deps.db.transaction(async (tx) => {
    const pass = await redeem(tx, deps, hash, holderKey);
    return pass.holderKey === holderKey && pass.code !== null ? answer(pass) : issue(tx, deps, pass, claim, holderKey);
  });
};

/** The phone proves that it holds the key, for this invitation and now: a stolen public key or an old proof is of no use. */
const requireProof = async ({ clock }: ClaimDeps, { publicKey, proof }: Claim, hash: string): Promise<void> => {
  const claims = await readProof(publicKey, proof);
  const skewSeconds = Math.abs(clock() / 1000 - (claims?.iat ?? 0));
  if (claims?.invite !== hash || skewSeconds > HOLDER_PROOF_SKEW_SECONDS)
    throw new AnlianError('holder_proof_invalid', { field: '/proof' });
};

const readProof = async (publicKey: Claim['publicKey'], proof: string) => {
  try {
    const key = await importJWK({ ...publicKey }, 'ES256');
    const { payload } = await compactVerify(proof, key, { algorithms: ['ES256'] });
    const [header = ''] = proof.split('.');
    if (JSON.parse(decoder.decode(fromBase64Url(header))).typ !== HOLDER_PROOF_TYPE) return undefined;
    return HolderProofClaims.safeParse(JSON.parse(decoder.decode(payload))).data;
  } catch {
    return undefined;
  }
};

const decoder = new TextDecoder('utf-8', { fatal: true });

type PassRow = typeof passes.$inferSelect;

const redeem = async (tx: Tx, { clock }: ClaimDeps, hash: string, holderKey: string): Promise<PassRow> => {
  const [row] = await tx.select().from(passInvites).where(eq(passInvites.tokenHash, hash)).for('update');
  const now = toInstant(clock());
  const usable = row && (row.usedAt === null ? row.expiresAt > now : row.usedBy === holderKey);
  if (!usable) throw new AnlianError('invite_invalid');
  const [pass] = await tx.select().from(passes).where(eq(passes.pass, row.pass)).for('update');
  // A phone whose key was replaced since cannot come back with its old invitation.
  const replaced = row.usedAt !== null && pass?.holderKey !== holderKey;
  if (!pass || replaced || pass.state === 'offboarded') throw new AnlianError('invite_invalid');
  if (row.usedAt === null)
    await tx.update(passInvites).set({ usedAt: now, usedBy: holderKey }).where(eq(passInvites.tokenHash, hash));
  return pass;
};

const answer = ({ pass, code, expiresAt }: PassRow): PassClaimed => {
  if (code === null || expiresAt === null) throw new AnlianError('invite_invalid');
  return { pass: code, passId: pass, expiresAt };
};

const issue = async (
  tx: Tx,
  deps: ClaimDeps,
  { pass, employer }: PassRow,
  { publicKey }: Claim,
  holderKey: string,
): Promise<PassClaimed> => {
  const { config, clock, keys, recordEvidence } = deps;
  const key = keys.key('code');
  const iat = Math.floor(clock() / 1000);
  const exp = Math.floor((clock() + PASS_LIFETIME_MS) / 1000);
  const claims = {
    kind: CODE_KINDS.pass,
    iss: config.member,
    sub: employer,
    iat,
    exp,
    cti: fromHex(pass.slice('pas_'.length)),
    cnf: { x: fromBase64Url(publicKey.x), y: fromBase64Url(publicKey.y) },
  };
  const signed = await encodeWorkerPass(claims, kidOf(key.descriptor.kid), async (message) => key.sign(message));
  const row = {
    state: 'active' as const,
    holderKey,
    code: toBase64Url(signed),
    issuedAt: toInstant(iat * 1000),
    expiresAt: toInstant(exp * 1000),
  };
  await tx.update(passes).set(row).where(eq(passes.pass, pass));
  await recordEvidence(tx, {
    kind: 'pass-issued',
    record: canonicalText({ v: 1, kind: 'pass-issued', pass, employer, ...row, issuer: config.member }),
  });
  return { pass: row.code, passId: pass, expiresAt: row.expiresAt };
};
