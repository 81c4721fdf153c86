import {
  AnlianError,
  formatId,
  fromBase64Url,
  type InboundEnrolment,
  type Invite,
  instantMs,
  toBase64Url,
  toInstant,
  VerificationError,
  type WorkerPassClaims,
} from '@anlian/contracts';
import { codeKey, openWorkerPass, thumbprint } from '@anlian/sdk/code';
import { and, desc, eq, ne } from 'drizzle-orm';
import type { Db, Tx } from '../db/database.ts';
import type { NodeDeps } from '../deps.ts';
import { governorsCodeKeys } from '../network/store.ts';
import { invite } from './invites.ts';
import { passes } from './tables.ts';

type PassDeps = Pick<NodeDeps, 'config' | 'clock' | 'random'>;
type PassRow = typeof passes.$inferSelect;

export interface PassOfEnrolment {
  readonly pass: string;
  readonly invite: Invite | null;
}

/**
 * The pass with which the worker of an enrolment comes to the gate: the one that was handed over, whoever issued it; one that this
 * governor issued before; or a new one, with an invitation for the worker's phone.
 * @throws {AnlianError} `code_invalid` for a pass that no governor signed, `pass_in_use` for somebody else's
 */
export const passFor = async (
  tx: Tx,
  deps: PassDeps,
  from: string,
  input: InboundEnrolment,
): Promise<PassOfEnrolment> => {
  if (input.pass !== null) return recognise(tx, deps, from, input, input.pass);
  const own = await ownPass(tx, deps, from, input);
  if (own) return invited(tx, deps, own);
  const pass = formatId('pas', deps.random(16));
  const { worker, employer } = input;
  await tx
    .insert(passes)
    .values({ pass, issuer: deps.config.member, fromMember: from, worker, employer, state: 'invited' });
  return { pass, invite: await invite(tx, deps, pass) };
};

const isUsable = ({ state, expiresAt }: PassRow, nowMs: number): boolean =>
  state === 'active' && expiresAt !== null && instantMs(expiresAt) > nowMs;

const invited = async (tx: Tx, deps: PassDeps, row: PassRow): Promise<PassOfEnrolment> => ({
  pass: row.pass,
  invite: isUsable(row, deps.clock()) ? null : await invite(tx, deps, row.pass),
});

const ownPass = async (
  tx: Tx,
  { config }: PassDeps,
  from: string,
  { worker, employer }: InboundEnrolment,
): Promise<PassRow | undefined> => {
  const [row] = await tx
    .select()
    .from(passes)
    .where(
      and(
        eq(passes.fromMember, from),
        eq(passes.worker, worker),
        eq(passes.employer, employer),
        eq(passes.issuer, config.member),
        ne(passes.state, 'offboarded'),
      ),
    )
    .orderBy(desc(passes.issuedAt))
    .limit(1);
  return row;
};

/** A pass that a governor signed, by the keys that the ledger holds. @throws {AnlianError} `code_invalid` */
export const openHanded = async (tx: Db | Tx, code: string): Promise<WorkerPassClaims> => {
  const rows = await governorsCodeKeys(tx);
  const codeKeys = await Promise.all(rows.map(({ member, key, from, to }) => codeKey(member, key, from, to)));
  try {
    return await openWorkerPass(fromBase64Url(code), codeKeys);
  } catch (error) {
    if (!(error instanceof VerificationError)) throw error;
    throw new AnlianError('code_invalid', { field: '/pass', detail: error.message });
  }
};

const recognise = async (
  tx: Tx,
  deps: PassDeps,
  from: string,
  input: InboundEnrolment,
  code: string,
): Promise<PassOfEnrolment> => {
  const claims = await openHanded(tx, code);
  const pass = formatId('pas', claims.cti);
  const [known] = await tx.select().from(passes).where(eq(passes.pass, pass)).for('update');
  const taken = known && (known.issuer !== claims.iss || known.fromMember !== from || known.worker !== input.worker);
  if (claims.sub !== input.employer || taken) throw new AnlianError('pass_in_use', { field: '/pass' });
  if (claims.iss === deps.config.member) {
    if (!known || known.state === 'offboarded') throw new AnlianError('pass_in_use', { field: '/pass' });
    return invited(tx, deps, known);
  }
  const issuedAt = toInstant(claims.iat * 1000);
  // An older form of the pass never brings back the key of a phone that was lost.
  if (known?.issuedAt && (issuedAt < known.issuedAt || (issuedAt === known.issuedAt && known.state === 'active')))
    return { pass, invite: null };
  const { x, y } = claims.cnf;
  const holderKey = await thumbprint({ kty: 'EC', crv: 'P-256', x: toBase64Url(x), y: toBase64Url(y) });
  const held = { state: 'active' as const, holderKey, issuedAt, expiresAt: toInstant(claims.exp * 1000) };
  const { worker, employer } = input;
  await tx
    .insert(passes)
    .values({ pass, issuer: claims.iss, fromMember: from, worker, employer, ...held })
    .onConflictDoUpdate({ target: passes.pass, set: held });
  return { pass, invite: null };
};
