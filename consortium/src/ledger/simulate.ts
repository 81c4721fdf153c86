import { compareKeys } from '@anlian/chaincode/rules';
import { CHAINCODE_EVENT_NAME, canonicalBytes } from '@anlian/contracts';
import {
  type ChaincodeAction,
  type DecodedProposal,
  encodeReadWriteSet,
  RESPONSE_OK,
  type Write,
} from '@anlian/sdk/ledger';
import type { Contract } from './types.ts';
import { recordReads, type WorldState } from './worldState.ts';

/** In order of keys as a peer writes them; of two writes to one key the later counts. */
const toWrites = (writes: readonly (readonly [key: string, value: unknown])[]): readonly Write[] =>
  [...new Map(writes)]
    .sort(([a], [b]) => compareKeys(a, b))
    .map(([key, value]) => ({ key, value: value === null || value === undefined ? undefined : canonicalBytes(value) }));

/** Runs what a proposal asks for on a state, and returns what it read, would write and answers. Changes nothing. */
export const simulate = async (
  contract: Contract,
  state: WorldState,
  { header, args }: DecodedProposal,
  mspId: string,
): Promise<ChaincodeAction> => {
  const { channel, chaincode, txId, txTime } = header;
  const { read, recorded } = recordReads(state);
  const { writes, events, result } = await contract.invoke(read, { args, mspId, txId, txTime, channel, chaincode });
  return {
    chaincode,
    status: RESPONSE_OK,
    payload: canonicalBytes(result ?? null),
    readWriteSet: encodeReadWriteSet({ namespace: chaincode, ...recorded(), writes: toWrites(writes) }),
    event: events.length === 0 ? undefined : { name: CHAINCODE_EVENT_NAME, payload: canonicalBytes(events) },
  };
};
