import { readFileSync } from 'node:fs';
import type { ServerInterceptor } from '@grpc/grpc-js';
import type { ChaincodeInterface } from 'fabric-shim';
import shim from 'fabric-shim';
import type { ServiceConfig } from './config.ts';
import { sendTogether } from './sendTogether.ts';

/** What the shim's server has and its types do not tell (lib/server.js). It takes no interceptors itself. */
interface ServerParts {
  readonly _server: { readonly interceptors: ServerInterceptor[] };
}

/** Those of the shim's own loggers that speak while a transaction runs. */
const TALKATIVE = ['lib/handler.js', 'lib/chaincode.js', 'lib/stub.js', 'lib/iterators.js'];

/**
 * The shim puts every message together, colours and all, before it looks at its level: several for each read and write, a sixth of what a
 * transaction costs in this process. Its warnings and errors stay.
 */
const hush = (): void => {
  for (const name of TALKATIVE) {
    const logger = shim.Shim.newLogger(name);
    logger.debug = () => logger;
    logger.info = () => logger;
  }
};

/** Runs a chaincode as a service that its peer connects to. Resolves when it listens. */
export const serveChaincode = (
  chaincode: ChaincodeInterface,
  { ccid, address, tls }: Pick<ServiceConfig, 'ccid' | 'address' | 'tls'>,
): Promise<void> => {
  hush();
  const tlsProps = {
    key: readFileSync(tls.keyFile),
    cert: readFileSync(tls.certFile),
    clientCACerts: readFileSync(tls.clientRootsFile),
  };
  const server = shim.Shim.server(chaincode, { ccid, address, tlsProps });
  (server as unknown as ServerParts)._server.interceptors.push(sendTogether);
  return server.start();
};
