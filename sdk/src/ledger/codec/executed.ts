import { decodeBlock } from './block.ts';
import { type ChannelConfiguration, decodeConfiguration } from './configuration.ts';
import { definitionKey, versionDefinedBy } from './definition.ts';
import { chaincodeEvent, common, decodeSigned, kvrwset, proposal, proposalResponse, rwset } from './messages.ts';
import {
  actionOf,
  argsOf,
  calledChaincode,
  isEndorserTransaction,
  type OrderedTransaction,
  openOrdered,
  submissionOf,
} from './ordered.ts';
import type { Write } from './readWriteSet.ts';
import type { Endorsement } from './response.ts';
import { SYSTEM_CHAINCODES } from './systemChaincodes.ts';
import { VALIDATION_CODES } from './validationCode.ts';

const FAULT = 'ledger_corrupt';

/** A valid transaction as whoever runs it again needs it: what was asked, and what its endorsers said comes of it. */
export interface ExecutedTransaction {
  /** Position in its block. */
  readonly index: number;
  readonly txId: string;
  readonly txTime: string;
  /** Who carried it to the ledger. */
  readonly mspId: string;
  /** The chaincode that was called. Another one can write here too, by calling ours. */
  readonly chaincode: string;
  readonly args: readonly Uint8Array[];
  /** Keys that the endorsers say they read. */
  readonly reads: readonly string[];
  /** What it wrote in our chaincode's namespace. */
  readonly writes: readonly Write[];
  /** It wrote elsewhere, or something else than values of keys: key policies, private collections. */
  readonly writesMore: boolean;
  readonly event: { readonly name: string; readonly payload: Uint8Array } | undefined;
  readonly status: number;
  readonly result: Uint8Array;
  /** What was endorsed, and by whom. */
  readonly payload: Uint8Array;
  readonly endorsements: readonly Endorsement[];
}

/** What the channel committed as the chaincode's definition: it is in force for the transactions after it. */
export interface CommittedVersion {
  /** Position in its block. */
  readonly index: number;
  /** Undefined where it cannot be read. */
  readonly version: string | undefined;
}

/** What a block changes: values of a chaincode, what the chaincode is, or who is on the channel. */
export interface ExecutedBlock {
  readonly transactions: readonly ExecutedTransaction[];
  readonly definitions: readonly CommittedVersion[];
  readonly configuration: ChannelConfiguration | undefined;
}

/** A peer deletes what is written empty. */
const toWrite = (write: InstanceType<typeof kvrwset.KVWrite>): Write => {
  const value = write.getValue_asU8();
  return { key: write.getKey(), value: write.getIsDelete() || value.length === 0 ? undefined : value };
};

/** Decoded as a peer does, which passes over fields that it does not know: another spelling must not hide a write. */
const effectsIn = (bytes: Uint8Array, chaincode: string) => {
  const namespaces = decodeSigned(rwset.TxReadWriteSet, bytes, 'TxReadWriteSet', FAULT)
    .getNsRwsetList()
    .map((namespace) => ({
      namespace: namespace.getNamespace(),
      kv: decodeSigned(kvrwset.KVRWSet, namespace.getRwset_asU8(), 'KVRWSet', FAULT),
      hasPrivate: namespace.getCollectionHashedRwsetList().length > 0,
    }));
  const ours = namespaces.filter(({ namespace }) => namespace === chaincode);
  const defined = namespaces
    .filter(({ namespace }) => namespace === SYSTEM_CHAINCODES.lifecycle)
    .flatMap(({ kv }) => kv.getWritesList().map(toWrite))
    .filter(({ key }) => key === definitionKey(chaincode));
  return {
    defined: defined.map(versionDefinedBy),
    reads: ours.flatMap(({ kv }) => kv.getReadsList().map((read) => read.getKey())),
    writes: ours.flatMap(({ kv }) => kv.getWritesList().map(toWrite)),
    writesMore: namespaces.some(
      ({ namespace, kv, hasPrivate }) =>
        hasPrivate ||
        kv.getMetadataWritesList().length > 0 ||
        (namespace !== chaincode && kv.getWritesList().length > 0),
    ),
    touchesOurs: ours.some(
      ({ kv, hasPrivate }) => hasPrivate || kv.getWritesList().length + kv.getMetadataWritesList().length > 0,
    ),
  };
};

/** What was endorsed as a transaction's answer, decoded as a peer does. */
export const answerIn = (payload: Uint8Array) => {
  const response = decodeSigned(proposalResponse.ProposalResponsePayload, payload, 'ProposalResponsePayload', FAULT);
  const action = decodeSigned(proposal.ChaincodeAction, response.getExtension_asU8(), 'ChaincodeAction', FAULT);
  const event = decodeSigned(chaincodeEvent.ChaincodeEvent, action.getEvents_asU8(), 'ChaincodeEvent', FAULT);
  return {
    readWriteSet: action.getResults_asU8(),
    event:
      action.getEvents_asU8().length === 0
        ? undefined
        : { name: event.getEventName(), payload: event.getPayload_asU8() },
    status: action.getResponse()?.getStatus() ?? 0,
    result: action.getResponse()?.getPayload_asU8() ?? new Uint8Array(),
  };
};

type Executed = Pick<ExecutedBlock, 'transactions' | 'definitions'>;

const executedIn = (ordered: OrderedTransaction, index: number, chaincode: string): Executed => {
  const called = calledChaincode(ordered);
  const action = actionOf(ordered);
  const { responsePayload, endorsements } = action;
  const { readWriteSet, ...answer } = answerIn(responsePayload);
  const { touchesOurs, defined, ...effects } = effectsIn(readWriteSet, chaincode);
  const definitions = defined.map((version) => ({ index, version }));
  if (called !== chaincode && !touchesOurs) return { transactions: [], definitions };
  const transaction = {
    index,
    ...submissionOf(ordered),
    chaincode: called,
    args: argsOf(action),
    ...effects,
    ...answer,
    payload: responsePayload,
    endorsements,
  };
  return { transactions: [transaction], definitions };
};

/**
 * The valid transactions of a block that called a chaincode or wrote in its namespace, in order, the definitions of it that the
 * channel committed there, and the channel's configuration when the block brings one.
 * @throws {AnlianError} `ledger_corrupt`
 */
export const executedBlock = (bytes: Uint8Array, chaincode: string): ExecutedBlock => {
  const { header, envelopes, filter } = decodeBlock(bytes, FAULT);
  const executed: Executed[] = [];
  let configuration: ChannelConfiguration | undefined;
  for (const [index, envelope] of envelopes.entries()) {
    // Block 0 comes from the orderer and counts whole; some peers keep no filter of it.
    if (header.number > 0 && filter[index] !== VALIDATION_CODES.VALID) continue;
    const ordered = openOrdered(envelope);
    if (ordered.type === common.HeaderType.CONFIG) configuration = decodeConfiguration(envelope, FAULT);
    if (isEndorserTransaction(ordered)) executed.push(executedIn(ordered, index, chaincode));
  }
  return {
    transactions: executed.flatMap(({ transactions }) => transactions),
    definitions: executed.flatMap(({ definitions }) => definitions),
    configuration,
  };
};
