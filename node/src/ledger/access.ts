import type { FollowedBlock, FollowOptions, Ledger } from '@anlian/sdk/ledger';

/** A block as far as this member may see it: a participant gets only what concerns it, through a governor. */
export type SeenBlock = Pick<FollowedBlock, 'number' | 'txs'> & {
  /** A carrier leaves them out: a participant takes its governor's word for what is a command. */
  readonly unread?: FollowedBlock['unread'];
  /** The whole block; a governor's node has it. */
  readonly bytes?: Uint8Array;
  /** Hashes of its header and of the one before it; a governor's node has them. */
  readonly hash?: Uint8Array;
  readonly previousHash?: Uint8Array;
};

/** What a node needs of a ledger. A governor's own connection fits; so does a participant's, through its carrier. */
export interface LedgerAccess extends Pick<Ledger, 'describe' | 'submit' | 'query' | 'attest' | 'view'> {
  /** Absent where a carrier takes one command at a time. */
  readonly submitAll?: Ledger['submitAll'];
  follow(options: Pick<FollowOptions, 'from' | 'previousHash' | 'signal' | 'onLost'>): AsyncIterable<SeenBlock>;
}
