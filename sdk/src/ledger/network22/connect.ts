import { type ConnectedLedger, lazyLedger } from '../connected.ts';
import { loadFabricCommon } from './fabricCommon.ts';
import { type NetworkTransportOptions, networkTransport } from './transport.ts';

export type FabricNetworkOptions = NetworkTransportOptions;

/**
 * The ledger port over Hyperledger Fabric as of 2.2 LTS, through `fabric-network`: this client asks the governors' peers and the
 * orderers itself. Loads the package and opens lines when they are first used.
 */
export const connectFabricNetwork = (options: FabricNetworkOptions): ConnectedLedger =>
  lazyLedger(async () => {
    const { Client } = loadFabricCommon();
    return networkTransport(new Client('anlian'), options);
  }, options);
