import { createHash } from 'node:crypto';
import { isBlocklisted } from '@anlian/chaincode/rules';
import {
  AnlianError,
  AUTHORITY,
  CODE_KINDS,
  type CompanyCodeClaims,
  formatId,
  fromBase64Url,
  MAX_HOST_CHARACTERS,
  type Score,
  toBase64Url,
  toInstant,
} from '@anlian/contracts';
import { encodeCompanyClaims, encodeCompanyCode, kidOf } from '@anlian/sdk/code';
import { eq } from 'drizzle-orm';
import type { Tx } from '../db/database.ts';
import type { NodeDeps } from '../deps.ts';
import { nodeCaller } from '../evidence/anchor.ts';
import type { Caller } from '../http/caller.ts';
import { scoreAt } from './outlook.ts';
import { readCompanyRecords, readTerms } from './standings.ts';
import { blocklistings, signedCodes } from './tables.ts';

export type IssueDeps = Pick<NodeDeps, 'config' | 'clock' | 'random' | 'keys' | 'queue' | 'height'>;

/** The ledger allows 31 days from the transaction; the rest is for a command that waits. */
const LIFETIME_SECONDS = 30 * 86_400;

/** The host of this node's links, port included. @throws {AnlianError} `configuration_invalid` when no camera could read it */
export const linkHost = (publicUrl: string): string => {
  const { host } = new URL(publicUrl);
  if (host.length > MAX_HOST_CHARACTERS)
    throw new AnlianError('configuration_invalid', {
      field: 'ANLIAN_PUBLIC_URL',
      detail: `a code's link has room for a host of ${MAX_HOST_CHARACTERS} characters`,
    });
  return host;
};

const requireNotBlocklisted = async (tx: Tx, company: string, nowMs: number): Promise<void> => {
  const [row] = await tx.select().from(blocklistings).where(eq(blocklistings.company, company));
  if (row && isBlocklisted(row, nowMs)) throw new AnlianError('blocklisted');
};

const presentScore = async (tx: Tx, company: string, nowMs: number): Promise<Score> => {
  const score = scoreAt(await readCompanyRecords(tx, company), await readTerms(tx), nowMs);
  if (score === undefined) throw new AnlianError('unknown_policy', { detail: 'no credit policy is in force' });
  return score;
};

/** A contractor's clerk asks for its own company's code: the governor's node issues it, since only governors issue. */
const issuerFor = ({ member, kind }: IssueDeps['config'], caller: Caller): Caller => {
  if (kind !== 'governor') throw new AnlianError('not_a_governor');
  const mayIssue = caller.org === member && caller.roles.some((role) => AUTHORITY['credit:issue'].roles.includes(role));
  return mayIssue ? caller : nodeCaller(member);
};

const sealCode = async ({ keys }: IssueDeps, claims: CompanyCodeClaims) => {
  const { descriptor, sign } = keys.key('code');
  return {
    claims: toBase64Url(createHash('sha256').update(encodeCompanyClaims(claims)).digest()),
    bytes: toBase64Url(await encodeCompanyCode(claims, kidOf(descriptor.kid), async (message) => sign(message))),
  };
};

/**
 * Signs a credit code over the company's score now and sends its issue to the ledger, which computes the score again. The code is handed
 * out when the ledger has it.
 * @throws {AnlianError} `not_a_governor`, `blocklisted`, `unknown_policy`, `configuration_invalid`
 */
export const issueCode = async (
  tx: Tx,
  deps: IssueDeps,
  caller: Caller,
  company: string,
): Promise<{ code: string; commandId: string }> => {
  const issuer = issuerFor(deps.config, caller);
  linkHost(deps.config.publicUrl);
  const nowMs = deps.clock();
  await requireNotBlocklisted(tx, company, nowMs);
  const { score, band, policyHash, effectiveAt } = await presentScore(tx, company, nowMs);
  const iat = Math.floor(nowMs / 1000);
  const cti = deps.random(16);
  const exp = iat + LIFETIME_SECONDS;
  const { claims, bytes } = await sealCode(deps, {
    kind: CODE_KINDS.company,
    iss: issuer.org,
    sub: company,
    iat,
    exp,
    cti,
    score,
    policyHash: fromBase64Url(policyHash),
    height: deps.height(),
  });
  const code = formatId('cod', cti);
  const args = { code, company, claims, effectiveAt, score, policyHash, validTo: toInstant(exp * 1000) };
  const commandId = await deps.queue.enqueue(tx, issuer, 'credit:issue', args);
  await tx.insert(signedCodes).values({
    code,
    company,
    org: issuer.org,
    bytes,
    issuedAt: effectiveAt,
    expiresAt: args.validTo,
    score,
    band,
    policyHash,
    commandId,
  });
  return { code, commandId };
};
