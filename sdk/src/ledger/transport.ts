import type { MspOrganisation } from './codec/mspOrganisation.ts';
import type { Endorsement } from './codec/response.ts';
import type { ValidationCode } from './codec/validationCode.ts';
import type { EndorsementJudge } from './endorsement.ts';
import type { LedgerDescription } from './port.ts';

/** A call of a chaincode: function and arguments as bytes. */
export interface Call {
  readonly chaincode: string;
  readonly args: readonly Uint8Array[];
}

/** An endorsed proposal, not yet ordered. */
export interface Endorsed {
  readonly txId: string;
  /** `protos.Proposal` */
  readonly proposal: Uint8Array;
  /** `ProposalResponsePayload`: the bytes that were endorsed, and the chaincode's answer inside them. */
  readonly payload: Uint8Array;
  readonly result: Uint8Array;
  readonly endorsements: readonly Endorsement[];
}

export interface Ordered {
  readonly code: ValidationCode;
  readonly blockNumber: number;
}

/** Field of the error when the ordering service takes nothing, as while it elects its leader. */
export const ORDERING = 'ordering';

/**
 * How one kind of ledger is reached. A refusal arrives as AnlianError with the rule's code; a line that broke as
 * `ledger_unavailable`; an abort stays an abort.
 */
export interface LedgerTransport {
  describe(): Promise<LedgerDescription>;
  endorse(call: Call, signal?: AbortSignal): Promise<Endorsed>;
  /**
   * Orders what was endorsed and waits for its block. `ledger_unavailable` of the field {@link ORDERING} says that no
   * orderer took it: the same transaction may be handed in again.
   */
  order(endorsed: Endorsed, signal?: AbortSignal): Promise<Ordered>;
  /** The answer of one peer, which nobody else vouches for. */
  evaluate(call: Call): Promise<Uint8Array>;
  /** `common.Block` bytes over one connection, from a number on; ends or throws `ledger_unavailable` when the line does. */
  blocks(from: number, signal: AbortSignal): AsyncIterable<Uint8Array>;
  block(number: number): Promise<Uint8Array>;
  /** The governors one by one; absent where one operator endorses. */
  readonly endorsers?: Endorsers;
}

/** A proposal that each governor can be asked about by itself. */
export interface Proposed {
  readonly txId: string;
  /** `protos.Proposal` */
  readonly proposal: Uint8Array;
  /** One governor's own answer. */
  ask(mspId: string, signal?: AbortSignal): Promise<Pick<Endorsed, 'payload' | 'result' | 'endorsements'>>;
}

/** The governors of a channel, each to be asked by itself. */
export interface Endorsers {
  /** Those that the channel's configuration names now, this member's own first. */
  members(): Promise<readonly MspOrganisation[]>;
  propose(call: Call): Promise<Proposed>;
  /** How many blocks a governor's peer has. */
  height(mspId: string): Promise<number>;
  readonly judge: Pick<EndorsementJudge, 'requireOf'>;
}
