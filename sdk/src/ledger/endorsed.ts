import { AnlianError, decodeRefusal } from '@anlian/contracts';
import type { Endorsement, ProposalResponse } from './codec/response.ts';
import type { ValidationCode } from './codec/validationCode.ts';

/** From this status on a peer refuses (Fabric's shim: ERRORTHRESHOLD). */
const REFUSED_FROM = 400;

/** A response with its endorsement, or the refusal it carries as an error. */
export const requireEndorsed = (
  response: ProposalResponse,
): ProposalResponse & { readonly endorsement: Endorsement } => {
  const { status, message, endorsement } = response;
  if (status >= REFUSED_FROM)
    throw decodeRefusal(message) ?? new AnlianError('internal_error', { detail: `the endorser answered ${status}` });
  if (endorsement === undefined)
    throw new AnlianError('ledger_corrupt', { detail: 'the endorser answered without an endorsement' });
  return { ...response, endorsement };
};

/** Codes after which a fresh endorsement can succeed. */
export const isReadConflict = (code: ValidationCode): boolean =>
  code === 'MVCC_READ_CONFLICT' || code === 'PHANTOM_READ_CONFLICT';

const REFUSALS: Partial<Record<ValidationCode, ConstructorParameters<typeof AnlianError>[0]>> = {
  MVCC_READ_CONFLICT: 'read_conflict',
  PHANTOM_READ_CONFLICT: 'read_conflict',
  DUPLICATE_TXID: 'duplicate_transaction',
  ENDORSEMENT_POLICY_FAILURE: 'endorsement_mismatch',
  BAD_CREATOR_SIGNATURE: 'submitter_unknown',
};

/** The error that a transaction's validation code means to who submitted it. */
export const invalidTransaction = (code: ValidationCode, txId: string): AnlianError =>
  new AnlianError(REFUSALS[code] ?? 'internal_error', { detail: `transaction ${txId} is ${code}` });
