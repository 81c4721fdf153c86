import { AnlianError, ChaincodeId } from '@anlian/contracts';
import * as z from 'zod';

const Environment = z.object({
  /** The package id, as `peer lifecycle chaincode install` printed it. */
  CHAINCODE_ID: z.string().regex(/^[^:\s]+:[0-9a-f]{64}$/),
  CHAINCODE_SERVER_ADDRESS: z.string().regex(/^[^\s:]+:\d{1,5}$/),
  /** The name under which it is committed. */
  ANLIAN_CHAINCODE: ChaincodeId,
  CHAINCODE_TLS_KEY: z.string().min(1),
  CHAINCODE_TLS_CERT: z.string().min(1),
  /** Roots of the peer that may call: nobody else gets an answer. */
  CHAINCODE_CLIENT_CA_CERT: z.string().min(1),
});

export interface ServiceConfig {
  readonly ccid: string;
  readonly address: string;
  readonly chaincode: string;
  readonly tls: { readonly keyFile: string; readonly certFile: string; readonly clientRootsFile: string };
}

/** Reads the environment, the only place where it is read. Throws `configuration_invalid` with every fault. */
export const readConfig = (environment: NodeJS.ProcessEnv): ServiceConfig => {
  const parsed = Environment.safeParse(environment);
  if (!parsed.success) {
    const errors = parsed.error.issues.map(({ path, code, message }) => ({
      field: path.join('/'),
      code,
      detail: message,
    }));
    throw new AnlianError('configuration_invalid', {
      errors,
      detail: errors.map(({ field, detail }) => `${field}: ${detail}`).join('; '),
    });
  }
  const settings = parsed.data;
  return {
    ccid: settings.CHAINCODE_ID,
    address: settings.CHAINCODE_SERVER_ADDRESS,
    chaincode: settings.ANLIAN_CHAINCODE,
    tls: {
      keyFile: settings.CHAINCODE_TLS_KEY,
      certFile: settings.CHAINCODE_TLS_CERT,
      clientRootsFile: settings.CHAINCODE_CLIENT_CA_CERT,
    },
  };
};
