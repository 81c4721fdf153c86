import { AnlianError, CHAINCODE_EVENT_NAME, canonicalBytes, encodeRefusal } from '@anlian/contracts';
import type { ChaincodeInterface, ChaincodeResponse, ChaincodeStub } from 'fabric-shim';
import shim from 'fabric-shim';
import { refuseSkew } from '../runner/clock.ts';
import { invoke } from '../runner/invoke.ts';
import type { Write } from '../runner/rule.ts';
import { argsCalled } from './called.ts';
import { stateReader, txTimeOf } from './stub.ts';

export interface FabricChaincodeOptions {
  /** The name under which the channel committed this chaincode: commands are bound to it. */
  readonly chaincode: string;
  /** The endorser's clock. It reaches no write. */
  readonly clock: () => number;
  /** What nobody expected goes here; the caller is told `internal_error`. */
  readonly onFault: (error: unknown) => void;
}

const put = async (stub: ChaincodeStub, [key, value]: Write): Promise<void> => {
  if (value === null || value === undefined) await stub.deleteState(key);
  else await stub.putState(key, canonicalBytes(value));
};

const run = async (stub: ChaincodeStub, { chaincode, clock }: FabricChaincodeOptions): Promise<Uint8Array> => {
  const txTime = txTimeOf(stub);
  refuseSkew(txTime, clock());
  const { writes, events, result } = await invoke(stateReader(stub), {
    args: argsCalled(stub, chaincode),
    mspId: stub.getCreator().mspid,
    txId: stub.getTxID(),
    txTime,
    channel: stub.getChannelID(),
    chaincode,
  });
  for (const write of writes) await put(stub, write);
  if (events.length > 0) stub.setEvent(CHAINCODE_EVENT_NAME, canonicalBytes(events));
  return canonicalBytes(result ?? null);
};

/** The rules as a Fabric chaincode: it decodes the call, runs it, and hands the writes and one list of events to the peer. It decides nothing itself. */
export const fabricChaincode = (options: FabricChaincodeOptions): ChaincodeInterface => ({
  Init: async () => shim.success(),
  Invoke: async (stub): Promise<ChaincodeResponse> => {
    try {
      return shim.success(await run(stub, options));
    } catch (error) {
      if (error instanceof AnlianError) return shim.error(encodeRefusal(error));
      options.onFault(error);
      return shim.error(encodeRefusal(new AnlianError('internal_error')));
    }
  },
});
