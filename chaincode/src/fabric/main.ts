import { readFileSync } from 'node:fs';
import shim from 'fabric-shim';
import { fabricChaincode } from './chaincode.ts';
import { readConfig } from './config.ts';

/** Composition root of the chaincode as a service: one process for each governor's peer. */
const { ccid, address, chaincode, tls } = readConfig(process.env);

const server = shim.Shim.server(
  fabricChaincode({
    chaincode,
    clock: Date.now,
    onFault: (error) => process.stderr.write(`${error instanceof Error ? error.stack : 'a fault that is no error'}\n`),
  }),
  {
    ccid,
    address,
    tlsProps: {
      key: readFileSync(tls.keyFile),
      cert: readFileSync(tls.certFile),
      clientCACerts: readFileSync(tls.clientRootsFile),
    },
  },
);
await server.start();
process.stdout.write(`${JSON.stringify({ ready: true, ccid, address })}\n`);
