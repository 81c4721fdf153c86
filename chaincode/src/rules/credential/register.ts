import {
  AnlianError,
  type CommandArgs,
  CREDENTIAL_TYPES,
  type CredentialRecord,
  type CredentialType,
  DAY_MS,
  dayEndMs,
  instantMs,
  stateKey,
} from '@anlian/contracts';
import type { Rule, RuleContext, StateReader, Write } from '../../runner/rule.ts';
import { refuseFuture, refuseLate } from '../lateness.ts';
import { requireCompany, requiredCredential, requireNew } from '../required.ts';
import { changed, holderOf } from './holder.ts';
import { readLine, successorOf } from './line.ts';
import { requireTransition } from './transition.ts';

type Facts = CommandArgs<'credential:register'>;

const ATTESTATION_LIMIT_MS = 31 * DAY_MS;

const badPeriod = (field: string, detail: string): AnlianError => new AnlianError('invalid_period', { field, detail });

const requireDates = ({ type, validFrom, validTo, reviewBy, attestation }: Facts): void => {
  const { lapse }: CredentialType = CREDENTIAL_TYPES[type];
  if (lapse !== 'none' && validTo === undefined) throw badPeriod('/args/validTo', 'a paper of this type has an end');
  if (validTo !== undefined && validTo < validFrom) throw badPeriod('/args/validTo', 'it ends before it begins');
  if (reviewBy !== undefined && (reviewBy < validFrom || (validTo !== undefined && validTo < reviewBy)))
    throw badPeriod('/args/reviewBy', 'the review falls outside the validity');
  const { recheckBy, checkedAt } = attestation;
  if (recheckBy !== undefined && dayEndMs(recheckBy) <= instantMs(checkedAt))
    throw badPeriod('/args/attestation/recheckBy', 'due before it was checked');
};

const requireSubjectKind = async (read: StateReader, { subject, type }: Facts): Promise<void> => {
  if (CREDENTIAL_TYPES[type].subject !== subject.kind)
    throw new AnlianError('invalid_input', {
      field: '/args/subject',
      detail: `a paper of this type is about a ${CREDENTIAL_TYPES[type].subject}`,
    });
  if (subject.kind === 'company') await requireCompany(read, subject.company);
};

const endsSooner = (a: Facts, b: Facts): boolean =>
  a.validTo !== undefined && (b.validTo === undefined || a.validTo < b.validTo);

/**
 * A renewal takes the earlier paper's place from its own first day on. One by another attestor may not end sooner, or it would be a
 * way to cut short what somebody else attested.
 */
const supersede = async (
  read: StateReader,
  facts: Facts,
  { actor, txTime }: RuleContext,
): Promise<readonly Write[]> => {
  if (facts.supersedes === undefined) return [];
  const earlier = await requiredCredential(read, facts.supersedes, '/args/supersedes');
  if (holderOf(earlier.facts) !== holderOf(facts) || earlier.facts.type !== facts.type)
    throw new AnlianError('invalid_input', {
      field: '/args/supersedes',
      detail: 'it renews a paper of the same holder and type',
    });
  await requireTransition(read, earlier, 'supersede', instantMs(txTime));
  if (successorOf(earlier, await readLine(read, earlier), instantMs(txTime)) !== undefined)
    throw new AnlianError('invalid_transition', {
      field: '/args/supersedes',
      detail: 'it is to be superseded already',
    });
  if (facts.validFrom < earlier.facts.validFrom)
    throw badPeriod('/args/validFrom', 'it begins before the paper it renews');
  if (earlier.attestor !== actor.org && endsSooner(facts, earlier.facts))
    throw badPeriod('/args/validTo', 'it ends before the paper of another attestor that it renews');
  const successor = { credential: facts.credential, from: facts.validFrom };
  return [changed(earlier, { successors: [...earlier.successors, successor] })];
};

/** A governor puts a paper on the ledger that it checked itself: it is the attestor, whoever the issuing authority is. */
export const registerCredential: Rule<'credential:register'> = async (read, { args }, context) => {
  const { actor, txTime } = context;
  const { credential, attestation } = args;
  await requireNew(read, stateKey.credentialHolder(credential), '/args/credential');
  await requireSubjectKind(read, args);
  requireDates(args);
  refuseFuture(attestation.checkedAt, context, '/args/attestation/checkedAt');
  refuseLate(attestation.checkedAt, ATTESTATION_LIMIT_MS, context, '/args/attestation/checkedAt');
  const superseded = await supersede(read, args, context);

  const record: CredentialRecord = {
    version: 1,
    facts: args,
    attestor: actor.org,
    recordedAt: txTime,
    suspensions: [],
    revokedAt: null,
    revokedFor: null,
    successors: [],
  };
  return {
    writes: [
      [stateKey.credential(holderOf(args), credential), record],
      [stateKey.credentialHolder(credential), holderOf(args)],
      ...superseded,
    ],
    events: [{ name: 'credential.registered', data: { ...args, attestor: actor.org } }],
    result: { credential },
  };
};
