import {
  AnlianError,
  type EvaluationRecord,
  type ImportedFact,
  instantMs,
  type MemberReference,
  stateKey,
  type ViolationRecord,
} from '@anlian/contracts';
import type { StateReader, Write } from '../../runner/rule.ts';
import { type Action, PROPOSED } from '../proposal/action.ts';
import { requiredChannel, requiredMember } from '../required.ts';
import { requireClause } from './clause.ts';
import { type NamedPolicy, requiredPolicyAt } from './policyInForce.ts';

type Imported<K extends ImportedFact['kind']> = Extract<ImportedFact, { readonly kind: K }>;

interface ImportContext {
  readonly txTime: string;
  readonly policy: NamedPolicy;
}

const importViolation = async (
  read: StateReader,
  fact: Imported<'violation'>,
  { txTime, policy }: ImportContext,
  field: string,
): Promise<Write> => {
  const { kind: _, ...facts } = fact;
  if ((await read.get(stateKey.site(fact.site))) === undefined)
    throw new AnlianError('unknown_site', { field: `${field}/site` });
  requireClause(policy, fact.clause, `${field}/clause`);
  const record: ViolationRecord = {
    ...facts,
    version: 1,
    recordedBy: null,
    recordedAt: txTime,
    imported: true,
    acknowledgedAt: null,
    appeals: [],
  };
  return [stateKey.violation(fact.company, fact.violation), record];
};

const importEvaluation = async (
  read: StateReader,
  fact: Imported<'evaluation'>,
  { txTime }: ImportContext,
  field: string,
): Promise<Write> => {
  const { kind: _, ...facts } = fact;
  const { kind } = await requiredMember(read, fact.member, `${field}/member`);
  if (kind !== 'governor') throw new AnlianError('not_a_governor', { field: `${field}/member` });
  const record: EvaluationRecord = { ...facts, version: 1, recordedAt: txTime, imported: true };
  return [stateKey.evaluation(fact.company, fact.evaluation), record];
};

/** Facts older than the channel, by vote and only while it is founded; they count at once. All of them enter, or none. */
export const importFacts: Action<'credit.import'> = async (read, proposed, { txTime }) => {
  const channel = await requiredChannel(read);
  if (channel.state !== 'founding') throw new AnlianError('channel_open', { field: PROPOSED });
  const context = { txTime, policy: await requiredPolicyAt(read, instantMs(txTime)) };
  const writes = new Map<string, unknown>();
  for (const [at, fact] of proposed.facts.entries()) {
    const field = `${PROPOSED}/facts/${at}`;
    const known = await read.get<MemberReference>(stateKey.memberByCompany(fact.company));
    if (known === undefined) throw new AnlianError('unknown_company', { field: `${field}/company` });
    if (instantMs(fact.occurredAt) > instantMs(txTime))
      throw new AnlianError('in_the_future', { field: `${field}/occurredAt` });
    const [key, record] =
      fact.kind === 'violation'
        ? await importViolation(read, fact, context, field)
        : await importEvaluation(read, fact, context, field);
    if (writes.has(key) || (await read.get(key)) !== undefined) throw new AnlianError('already_exists', { field });
    writes.set(key, record);
  }
  return {
    writes: [...writes],
    events: [{ name: 'credit.imported', data: { import: proposed.import, facts: proposed.facts } }],
  };
};
