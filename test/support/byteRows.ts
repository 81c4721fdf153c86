import type { CheckName } from '@anlian/contracts';
import { bitAt, otherAt, otherNumber } from './fields.ts';

/** One change of one field of a proof file, and the check that notices. */
export type ByteRow = readonly [field: string, what: string, change: (before: never) => unknown, expected: CheckName];

const HEAD: readonly ByteRow[] = [
  ['v', 'the next version', otherNumber, 'bundle_form'],
  ['channel', 'another channel', otherAt(-1), 'channel'],
  ['chaincode', 'another chaincode', otherAt(-1), 'chaincode'],
  ['kind', 'no kind', otherAt(-1), 'bundle_form'],
];

const ENDORSEMENTS: readonly ByteRow[] = [
  ['ledger.proposal', 'no message', bitAt(0), 'ledger_form'],
  ['ledger.payload', 'no message', bitAt(0), 'ledger_form'],
  ['ledger.payload', 'the hash of the question', bitAt(10), 'proposal_hash'],
  ['ledger.endorsements[].endorser', 'another MSP', bitAt(3), 'endorser_identity'],
  ['ledger.endorsements[].endorser', 'its certificate', bitAt(200), 'endorser_identity'],
  ['ledger.endorsements[].signature', 'one bit', bitAt(-1), 'endorsement'],
  ['ledger.endorsements[].signature', 'no DER', bitAt(0), 'endorsement'],
];

export const TRANSACTION_ROWS: readonly ByteRow[] = [
  ...HEAD,
  ['kind', 'another kind', () => 'evidence', 'bundle_form'],
  ['commandId', 'a command that it does not hold', () => `cmd_${'0'.repeat(32)}`, 'command_form'],
  ...ENDORSEMENTS,
  ['ledger.proposal', 'its nonce', bitAt(-120), 'proposal_hash'],
  ['ledger.payload', 'the answer', bitAt(-40), 'endorsement'],
];

/** Of a view of a site: its last bytes are `3"],"type":"site"}`. */
export const VIEW_ROWS: readonly ByteRow[] = [
  ...HEAD,
  ['kind', 'another kind', () => 'transaction', 'ledger_form'],
  ...ENDORSEMENTS,
  ['ledger.proposal', 'the key that was asked for', bitAt(-18), 'proposal_hash'],
];

export const BLOCK_ROWS: readonly ByteRow[] = [
  ...HEAD,
  ['kind', 'another kind', () => 'view', 'bundle_form'],
  ['block', 'no message', bitAt(0), 'block_form'],
  ['block', 'its number', bitAt(3), 'block_signature'],
  ['block', 'the hash of the block before', bitAt(10), 'block_signature'],
  ['block', 'the hash of its data', bitAt(45), 'block_data'],
  ['block', 'a transaction', bitAt(2_000), 'block_data'],
];
