import { type DecodeFault, decodeExact, kvrwset, rwset } from './messages.ts';

/** Where a key was last written. */
export interface Version {
  readonly block: number;
  readonly tx: number;
}

export interface Read {
  readonly key: string;
  /** Undefined when the key had no value. */
  readonly version: Version | undefined;
}

/** A range `start <= key < end` that was read to its end, and what it held. */
export interface RangeRead {
  readonly start: string;
  readonly end: string;
  /** Undefined where a Fabric peer summarised a long range as Merkle hashes. */
  readonly reads: readonly Read[] | undefined;
}

export interface Write {
  readonly key: string;
  /** Undefined deletes. */
  readonly value: Uint8Array | undefined;
}

/** What a simulation read and would write, in one chaincode's namespace. Private collections and key metadata are not used here. */
export interface ReadWriteSet {
  readonly namespace: string;
  readonly reads: readonly Read[];
  readonly ranges: readonly RangeRead[];
  readonly writes: readonly Write[];
}

const toRead = ({ key, version }: Read) => {
  const message = new kvrwset.KVRead();
  message.setKey(key);
  if (version !== undefined) {
    const at = new kvrwset.Version();
    at.setBlockNum(version.block);
    at.setTxNum(version.tx);
    message.setVersion(at);
  }
  return message;
};

const toRange = ({ start, end, reads }: RangeRead) => {
  const message = new kvrwset.RangeQueryInfo();
  message.setStartKey(start);
  message.setEndKey(end);
  message.setItrExhausted(true);
  if (reads !== undefined) {
    const raw = new kvrwset.QueryReads();
    raw.setKvReadsList(reads.map(toRead));
    message.setRawReads(raw);
  }
  return message;
};

const toWrite = ({ key, value }: Write) => {
  const message = new kvrwset.KVWrite();
  message.setKey(key);
  if (value === undefined) message.setIsDelete(true);
  else message.setValue(value);
  return message;
};

/** `rwset.TxReadWriteSet`. Reads and writes must be in order of their keys, as a peer puts them. */
export const encodeReadWriteSet = (set: ReadWriteSet): Uint8Array => {
  const kv = new kvrwset.KVRWSet();
  kv.setReadsList(set.reads.map(toRead));
  kv.setRangeQueriesInfoList(set.ranges.map(toRange));
  kv.setWritesList(set.writes.map(toWrite));
  const namespace = new rwset.NsReadWriteSet();
  namespace.setNamespace(set.namespace);
  namespace.setRwset(kv.serializeBinary());
  const message = new rwset.TxReadWriteSet();
  message.setDataModel(rwset.TxReadWriteSet.DataModel.KV);
  message.setNsRwsetList([namespace]);
  return message.serializeBinary();
};

const fromRead = (message: InstanceType<typeof kvrwset.KVRead>): Read => {
  const version = message.getVersion();
  return { key: message.getKey(), version: version && { block: version.getBlockNum(), tx: version.getTxNum() } };
};

const fromNamespace =
  (fault: DecodeFault) =>
  (namespace: InstanceType<typeof rwset.NsReadWriteSet>): ReadWriteSet => {
    const kv = decodeExact(kvrwset.KVRWSet, namespace.getRwset_asU8(), 'KVRWSet', fault);
    return {
      namespace: namespace.getNamespace(),
      reads: kv.getReadsList().map(fromRead),
      ranges: kv.getRangeQueriesInfoList().map((range) => ({
        start: range.getStartKey(),
        end: range.getEndKey(),
        reads: range.getRawReads()?.getKvReadsList().map(fromRead),
      })),
      writes: kv
        .getWritesList()
        .map((write) => ({ key: write.getKey(), value: write.getIsDelete() ? undefined : write.getValue_asU8() })),
    };
  };

/** The sets of every namespace a transaction touched, in the order written. */
export const decodeReadWriteSets = (bytes: Uint8Array, fault: DecodeFault): readonly ReadWriteSet[] =>
  decodeExact(rwset.TxReadWriteSet, bytes, 'TxReadWriteSet', fault).getNsRwsetList().map(fromNamespace(fault));

/** Whether sets hold reads, ranges and writes of world state and nothing that {@link ReadWriteSet} leaves out: private collections, key metadata. */
export const holdsOnlyState = (bytes: Uint8Array, fault: DecodeFault): boolean =>
  decodeExact(rwset.TxReadWriteSet, bytes, 'TxReadWriteSet', fault)
    .getNsRwsetList()
    .every((namespace) => {
      const kv = decodeExact(kvrwset.KVRWSet, namespace.getRwset_asU8(), 'KVRWSet', fault);
      return namespace.getCollectionHashedRwsetList().length === 0 && kv.getMetadataWritesList().length === 0;
    });
