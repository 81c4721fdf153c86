import { readConfig, serveChaincode } from '@anlian/chaincode/fabric';
import type { ChaincodeInterface } from 'fabric-shim';
import shim from 'fabric-shim';

/** Puts one value under one key and does nothing else: what the least transaction of a Fabric network costs. */
const bare: ChaincodeInterface = {
  Init: async () => shim.success(),
  Invoke: async (stub) => {
    const [, key = '', value = ''] = stub.getArgs();
    await stub.putState(key, Buffer.from(value));
    return shim.success();
  },
};

await serveChaincode(bare, readConfig(process.env));
