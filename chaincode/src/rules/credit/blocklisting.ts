import { AnlianError, addMonthsMs, type BlocklistingRecord, instantMs, stateKey, toInstant } from '@anlian/contracts';
import type { StateReader } from '../../runner/rule.ts';
import { type Action, PROPOSED } from '../proposal/action.ts';
import { requiredViolation } from '../required.ts';

const EARLIEST_LIFT_MONTHS = 12;

/** Whether a blocklisting holds at an instant: from its adoption until its term ends or it is lifted. */
export const isBlocklisted = (
  { from, until, liftedAt }: Pick<BlocklistingRecord, 'from' | 'until' | 'liftedAt'>,
  atMs: number,
): boolean => instantMs(from) <= atMs && atMs < instantMs(until) && (liftedAt === null || atMs < instantMs(liftedAt));

const present = async (read: StateReader, company: string, txTime: string): Promise<BlocklistingRecord | undefined> => {
  const record = await read.get<BlocklistingRecord>(stateKey.blocklisting(company));
  return record && isBlocklisted(record, instantMs(txTime)) ? record : undefined;
};

/** Throws `blocklisted`. */
export const refuseBlocklisted = async (read: StateReader, company: string, txTime: string): Promise<void> => {
  if (await present(read, company, txTime)) throw new AnlianError('blocklisted', { field: '/args/company' });
};

/**
 * Governors blocklist a company for a term, whether or not it is a member. Its open admissions stay, so that people get out; it gets
 * no new one and no code.
 */
export const blocklist: Action<'credit.blocklist'> = async (read, proposed, { proposal, txTime }) => {
  const { company, ground, evidence, termMonths } = proposed;
  for (const [at, violation] of evidence.entries())
    await requiredViolation(read, company, violation, `${PROPOSED}/evidence/${at}`);
  if (await present(read, company, txTime)) throw new AnlianError('already_exists', { field: `${PROPOSED}/company` });
  const earlier = await read.get<BlocklistingRecord>(stateKey.blocklisting(company));
  const until = toInstant(addMonthsMs(instantMs(txTime), termMonths));
  const version = (earlier?.version ?? 0) + 1;
  const record: BlocklistingRecord = { version, company, ground, from: txTime, until, liftedAt: null, proposal };
  return {
    writes: [[stateKey.blocklisting(company), record]],
    events: [{ name: 'credit.blocklisted', data: { company, ground, until } }],
  };
};

/** Governors lift a blocklisting before its term, after twelve months at the earliest; a shorter one runs its term. */
export const liftBlocklisting: Action<'credit.lift_blocklisting'> = async (read, { company }, { txTime }) => {
  const record = await present(read, company, txTime);
  if (record === undefined)
    throw new AnlianError('invalid_transition', {
      field: `${PROPOSED}/company`,
      detail: 'the company is not blocklisted',
    });
  if (instantMs(txTime) < addMonthsMs(instantMs(record.from), EARLIEST_LIFT_MONTHS))
    throw new AnlianError('invalid_transition', {
      field: `${PROPOSED}/company`,
      detail: `a blocklisting is lifted after ${EARLIEST_LIFT_MONTHS} months at the earliest`,
    });
  const lifted: BlocklistingRecord = { ...record, version: record.version + 1, liftedAt: txTime };
  return {
    writes: [[stateKey.blocklisting(company), lifted]],
    events: [{ name: 'credit.blocklisting_lifted', data: { company } }],
  };
};
