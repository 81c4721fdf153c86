import { canonicalBytes, VIEW_FUNCTION, type ViewAnswer, type ViewBundle, type ViewQuestion } from '@anlian/contracts';
import {
  buildProposal,
  type ChaincodeAction,
  concatBytes,
  decodeProposal,
  type Endorsement,
  encodeIdentity,
  encodeReadWriteSet,
  encodeResponsePayload,
  type LedgerIdentity,
  messages,
  NONCE_BYTES,
  proposalHash,
  RESPONSE_OK,
  type ReadWriteSet,
  utf8,
} from '@anlian/sdk/ledger';
import { random } from './embeddedLedger.ts';
import { CHAINCODE, CHANNEL } from './governors.ts';
import { viewBundleOf } from './ledgerBundles.ts';

const QUESTION: ViewQuestion = { type: 'site', key: ['made-up'] };

/** What somebody who holds the endorsers' keys may put together. Whatever is left out is as it should be. */
export interface ViewForgery {
  readonly asker: LedgerIdentity;
  readonly endorsers: readonly LedgerIdentity[];
  readonly channel?: string;
  /** The chaincode that is asked, and the one that answers. */
  readonly chaincode?: string;
  readonly answeredBy?: string;
  readonly args?: readonly Uint8Array[];
  readonly askedMs?: number;
  readonly answer?: Partial<ViewAnswer> & Readonly<Record<string, unknown>>;
  /** The answer's bytes, where they are no answer. */
  readonly text?: string;
  readonly action?: Partial<ChaincodeAction>;
  readonly set?: Partial<ReadWriteSet>;
}

const endorse = async (payload: Uint8Array, identity: LedgerIdentity): Promise<Endorsement> => {
  const endorser = encodeIdentity(identity);
  return { endorser, signature: await identity.sign(concatBytes(payload, endorser)) };
};

const HONEST_SET: ReadWriteSet = {
  namespace: CHAINCODE,
  reads: [{ key: 'site/made-up', version: { block: 3, tx: 0 } }],
  ranges: [],
  writes: [],
};

/** A view that no ledger ever gave, under real signatures. */
export const forgeView = async (forgery: ViewForgery): Promise<ViewBundle> => {
  const { asker, channel = CHANNEL, chaincode = CHAINCODE, askedMs = Date.now() } = forgery;
  const args = forgery.args ?? [utf8(VIEW_FUNCTION), canonicalBytes(QUESTION)];
  const sources = { creator: encodeIdentity(asker), nonce: random(NONCE_BYTES), timeMs: askedMs };
  const { bytes, txId } = await buildProposal({ channel, chaincode, args }, sources);
  const asOf = new Date(askedMs).toISOString();
  const answer = { ...QUESTION, value: { site: 'made-up' }, asOf, ...forgery.answer };
  const payload = encodeResponsePayload(await proposalHash(decodeProposal(bytes, 'invalid_input')), txId, {
    chaincode: forgery.answeredBy ?? chaincode,
    status: RESPONSE_OK,
    payload: forgery.text === undefined ? canonicalBytes(answer) : utf8(forgery.text),
    readWriteSet: encodeReadWriteSet({ ...HONEST_SET, ...forgery.set }),
    event: undefined,
    ...forgery.action,
  });
  const endorsements = await Promise.all(forgery.endorsers.map((endorser) => endorse(payload, endorser)));
  return viewBundleOf({ proposal: bytes, payload, endorsements });
};

const { rwset, kvrwset } = messages;

/** The honest set with more in it than this library writes. */
const changedSet = (change: (set: InstanceType<typeof rwset.TxReadWriteSet>) => void): Uint8Array => {
  const set = rwset.TxReadWriteSet.deserializeBinary(encodeReadWriteSet(HONEST_SET));
  change(set);
  return set.serializeBinary();
};

export const withPrivateCollection = (): Uint8Array =>
  changedSet((set) => {
    const collection = new rwset.CollectionHashedReadWriteSet();
    collection.setCollectionName('secrets');
    set.getNsRwsetList()[0]?.setCollectionHashedRwsetList([collection]);
  });

export const withKeyMetadata = (): Uint8Array =>
  changedSet((set) => {
    const namespace = set.getNsRwsetList()[0];
    const kv = kvrwset.KVRWSet.deserializeBinary(namespace?.getRwset_asU8() ?? new Uint8Array());
    const write = new kvrwset.KVMetadataWrite();
    write.setKey('site/made-up');
    kv.setMetadataWritesList([write]);
    namespace?.setRwset(kv.serializeBinary());
  });

/** The honest set with another namespace beside its own. */
export const withNamespace = (beside: ReadWriteSet): Uint8Array =>
  changedSet((set) => {
    const other = rwset.TxReadWriteSet.deserializeBinary(encodeReadWriteSet(beside));
    set.setNsRwsetList([...other.getNsRwsetList(), ...set.getNsRwsetList()]);
  });
