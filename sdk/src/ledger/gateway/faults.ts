import { AnlianError, type ErrorCode } from '@anlian/contracts';
import type { GatewayError } from '@hyperledger/fabric-gateway';
import { abortable } from '../abortable.ts';
import { peerFault } from '../peerFault.ts';
import { ORDERING } from '../transport.ts';

/** What a peer says when those it asked answered differently (gateway service of Fabric 2.4 and later). */
const MISMATCH = /ProposalResponsePayloads do not match/i;
/** What a peer says when no orderer took the transaction, as while they elect a leader. */
const NO_ORDERER = /no orderers could|no broadcast-capable|no orderer nodes available/i;

/** Refusals of the submitter, whatever it submits. */
const STANDING: ReadonlySet<ErrorCode> = new Set(['submitter_expired', 'submitter_unknown']);

const isGatewayError = (error: unknown): error is GatewayError =>
  error instanceof Error && 'details' in error && Array.isArray(error.details) && 'code' in error;

/** Who is asked: a policy's choice, whose first is this member's own peer, or one governor. */
export interface Asked {
  readonly own: string;
  readonly anybody: boolean;
}

/** The error of the catalogue that an answer of the gateway means. */
const faultOf = (error: unknown, asked?: Asked): unknown => {
  if (error instanceof AnlianError || !isGatewayError(error)) return error;
  const { message, details } = error;
  const texts = [message, ...details.map((detail) => detail.message)];
  if (texts.some((text) => MISMATCH.test(text))) return new AnlianError('endorsement_mismatch', { cause: error });
  const fault = texts.map((text) => peerFault(text, error)).find((found) => found !== undefined);
  if (fault !== undefined) {
    // This member's own peer is asked first and its refusal is final. Where only others refused, it endorsed; but it does not
    // look at the certificate of a client of its own, as the others do.
    const others = details.length > 0 && details.every(({ mspId }) => mspId !== asked?.own);
    const ofRules = !STANDING.has(fault.code);
    return asked?.anybody === true && others && ofRules
      ? new AnlianError('endorsement_mismatch', { cause: fault })
      : fault;
  }
  return new AnlianError('ledger_unavailable', {
    ...(texts.some((text) => NO_ORDERER.test(text)) && { field: ORDERING }),
    detail: texts.join('; ').slice(0, 300),
    cause: error,
  });
};

/** Runs a call of the gateway; its errors become those of the catalogue, and an abort ends the waiting. */
export const guarded = async <T>(
  signal: AbortSignal | undefined,
  call: () => Promise<T>,
  asked?: Asked,
): Promise<T> => {
  try {
    return await abortable(signal, call);
  } catch (error) {
    signal?.throwIfAborted();
    throw faultOf(error, asked);
  }
};
