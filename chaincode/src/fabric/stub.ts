import { toInstant } from '@anlian/contracts';
import type { ChaincodeStub } from 'fabric-shim';
import type { StateReader } from '../runner/rule.ts';

const fromBytes = <T>(bytes: Uint8Array): T => JSON.parse(Buffer.from(bytes).toString('utf8')) as T;

/** World state as a peer serves it: JSON values, which only this chaincode writes. */
export const stateReader = (stub: ChaincodeStub): StateReader => ({
  get: async <T>(key: string) => {
    const bytes = await stub.getState(key);
    return bytes.length === 0 ? undefined : fromBytes<T>(bytes);
  },
  range: async <T>(start: string, end: string) => {
    const entries: { key: string; value: T }[] = [];
    for await (const { key, value } of stub.getStateByRange(start, end))
      entries.push({ key, value: fromBytes<T>(value) });
    return entries;
  },
});

/** The submitter's claim of the time, to the millisecond; what lies below is cut off, as on the embedded ledger. */
export const txTimeOf = (stub: ChaincodeStub): string => {
  const { seconds, nanos } = stub.getTxTimestamp();
  return toInstant(Number(seconds) * 1000 + Math.floor(nanos / 1_000_000));
};
