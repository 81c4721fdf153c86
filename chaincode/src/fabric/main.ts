import { fabricChaincode } from './chaincode.ts';
import { readConfig } from './config.ts';
import { serveChaincode } from './serve.ts';

/** Composition root of the chaincode as a service: one process for each governor's peer. */
const config = readConfig(process.env);
const { ccid, address, chaincode } = config;

await serveChaincode(
  fabricChaincode({
    chaincode,
    clock: Date.now,
    onFault: (error) => process.stderr.write(`${error instanceof Error ? error.stack : 'a fault that is no error'}\n`),
  }),
  config,
);
process.stdout.write(`${JSON.stringify({ ready: true, ccid, address })}\n`);
