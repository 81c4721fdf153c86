import { compareKeys } from '@anlian/chaincode/rules';
import { AnlianError, CHAINCODE_EVENT_NAME, COMMAND_NAMES, canonicalBytes } from '@anlian/contracts';
import {
  type ChaincodeAction,
  type DecodedProposal,
  decodeText,
  encodeReadWriteSet,
  fromUtf8,
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

const text = (bytes: Uint8Array, what: string): string => decodeText(bytes, what, 'invalid_input');

const parseArguments = (bytes: Uint8Array): unknown => {
  try {
    return JSON.parse(fromUtf8(bytes));
  } catch (cause) {
    throw new AnlianError('invalid_input', { field: 'args', detail: 'the arguments are not JSON in UTF-8', cause });
  }
};

const isCommand = (name: string): boolean => (COMMAND_NAMES as readonly string[]).includes(name);

/** Runs what a proposal asks for on a state, and returns what it read, would write and answers. Changes nothing. */
export const simulate = async (
  contract: Contract,
  state: WorldState,
  { header, args }: DecodedProposal,
  mspId: string,
): Promise<ChaincodeAction> => {
  const { channel, chaincode, txId, txTime } = header;
  const [name = new Uint8Array(), body = new Uint8Array(), actor] = args;
  const functionName = text(name, 'function');
  const { read, recorded } = recordReads(state);

  const { writes, events, result } =
    isCommand(functionName) && actor !== undefined
      ? await contract.runCommand(read, {
          name: functionName,
          command: body,
          actor: text(actor, 'actor'),
          mspId,
          txId,
          txTime,
          channel,
          chaincode,
        })
      : { writes: [], events: [], result: await contract.runQuery(read, functionName, parseArguments(body)) };

  return {
    chaincode,
    status: RESPONSE_OK,
    payload: canonicalBytes(result ?? null),
    readWriteSet: encodeReadWriteSet({ namespace: chaincode, ...recorded(), writes: toWrites(writes) }),
    event: events.length === 0 ? undefined : { name: CHAINCODE_EVENT_NAME, payload: canonicalBytes(events) },
  };
};
