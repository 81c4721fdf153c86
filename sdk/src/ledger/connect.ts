import * as z from 'zod';
import type { ConnectedLedger } from './connected.ts';
import { connectEmbedded, type EmbeddedOptions } from './embedded/connect.ts';
import { connectFabricGateway } from './gateway/connect.ts';
import { connectFabricNetwork } from './network22/connect.ts';

const Address = z.string().regex(/^[^\s:/]+:\d{1,5}$/, 'host:port');
const Endpoint = z.strictObject({ endpoint: Address, tlsRootPem: z.string().includes('-----BEGIN CERTIFICATE-----') });

/** Which ledger, and where. Addresses are `host:port`; roots are the authorities of TLS certificates, as PEM. */
export const LedgerConnection = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('embedded'), url: z.url() }),
  /** The member's own peer, from 2.4 on. */
  z.strictObject({ kind: z.literal('fabric-gateway'), ...Endpoint.shape }),
  /** A peer of each governor, the member's own among them; orderers are those of the channel's configuration, when absent. */
  z.strictObject({
    kind: z.literal('fabric-network'),
    peers: z.array(Endpoint.extend({ mspId: z.string().min(1) })).min(1),
    orderers: z.array(Endpoint).min(1).optional(),
  }),
]);
export type LedgerConnection = z.infer<typeof LedgerConnection>;

/** Who connects, to which channel and chaincode, with what clock and randomness. */
export type LedgerOptions = Omit<EmbeddedOptions, 'url'>;

/** The ledger port over whichever ledger the connection names. Opens nothing until it is used. */
export const connectLedger = (connection: LedgerConnection, options: LedgerOptions): ConnectedLedger => {
  switch (connection.kind) {
    case 'embedded':
      return { ...connectEmbedded({ ...options, url: connection.url }), close: () => undefined };
    case 'fabric-gateway':
      return connectFabricGateway({ ...options, ...connection });
    case 'fabric-network':
      return connectFabricNetwork({ ...options, ...connection });
  }
};
