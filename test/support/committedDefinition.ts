import {
  buildProposal,
  decodeBlock,
  definitionKey,
  encodeBlock,
  encodeReadWriteSet,
  messages,
  SYSTEM_CHAINCODES,
  utf8,
} from '@anlian/sdk/ledger';
import { blockInstead } from './endorsedBlock.ts';
import { CHAINCODE, CHANNEL, type Governor } from './governors.ts';
import { creatorOf } from './rawLedger.ts';

const { chaincodeDefinition, lifecycleState } = messages;
const { lifecycle } = SYSTEM_CHAINCODES;
const FAULT = 'invalid_input';

/** What Fabric's `_lifecycle` writes of a definition where it keeps its version. */
const endorsementInfo = (version: string): Uint8Array => {
  const info = new chaincodeDefinition.ChaincodeEndorsementInfo();
  info.setVersion(version);
  info.setEndorsementPlugin('escc');
  const data = new lifecycleState.StateData();
  data.setBytes(info.serializeBinary());
  return data.serializeBinary();
};

const renumbered = (bytes: Uint8Array, number: number): Uint8Array => {
  const block = decodeBlock(bytes, FAULT);
  return encodeBlock({ ...block, header: { ...block.header, number }, lastConfig: 0 });
};

/** The chain with one block more, at a height, in which the channel commits a definition of the chaincode; `value` stands for its bytes. */
export const withDefinition = async (
  blocks: readonly Uint8Array[],
  {
    at,
    version,
    by,
    value,
  }: { readonly at: number; readonly version: string; readonly by: Governor; readonly value?: Uint8Array },
): Promise<Uint8Array[]> => {
  const { bytes: proposal } = await buildProposal(
    { channel: CHANNEL, chaincode: lifecycle, args: [utf8('CommitChaincodeDefinition')] },
    { creator: creatorOf(by), nonce: new Uint8Array(24).fill(at), timeMs: Date.now() },
  );
  const write = { key: definitionKey(CHAINCODE), value: value ?? endorsementInfo(version) };
  const readWriteSet = encodeReadWriteSet({ namespace: lifecycle, reads: [], ranges: [], writes: [write] });
  const action = { chaincode: lifecycle, status: 200, payload: new Uint8Array(), readWriteSet, event: undefined };
  const model = renumbered(blocks[at] as Uint8Array, at);
  const committing = await blockInstead(model, { proposal, action, endorsers: [by] });
  return [
    ...blocks.slice(0, at),
    committing,
    ...blocks.slice(at).map((bytes, past) => renumbered(bytes, at + 1 + past)),
  ];
};
