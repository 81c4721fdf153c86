import { homedir } from 'node:os';
import { join } from 'node:path';
import { type Cutting, type FabricBinaries, findBinaries } from '@anlian/consortium/fabric';
import type { Ledger } from '@anlian/sdk/ledger';
import { connectFabric, type FabricClient, type FabricNetwork, openFabricNetwork } from '../support/fabricNetwork.ts';
import { foundChannel, type Governor } from '../support/governors.ts';
import { type BareClient, bareClient } from './bareChaincode/client.ts';
import { deployBareChaincode } from './bareChaincode/deploy.ts';

/** One real network of three governors and a Raft orderer, founded, and a governor's ways to it. */
export interface FabricLedgers {
  readonly binaries: FabricBinaries;
  readonly network: FabricNetwork;
  readonly governor: Governor;
  connect(kind: FabricClient): Ledger;
  /** Puts the bare chaincode beside ours and connects to it. */
  bare(): Promise<BareClient>;
  close(): Promise<void>;
}

export interface FabricLedgersOptions {
  readonly cutting: Cutting;
  /** Gives the governor keys of its own before the channel is founded. */
  readonly prepare?: (governor: Governor) => Promise<Governor>;
}

const binariesHere = (): Promise<FabricBinaries> =>
  findBinaries({
    binDir: process.env.ANLIAN_FABRIC_BIN,
    searchPath: process.env.PATH ?? '',
    cacheDir: join(homedir(), '.cache', 'anlian'),
    onBuild: () => undefined,
  });

export const openFabricLedgers = async ({
  cutting,
  prepare = async (governor) => governor,
}: FabricLedgersOptions): Promise<FabricLedgers> => {
  const network = await openFabricNetwork('raft1', cutting);
  const ends: (() => unknown)[] = [() => network.remove(), () => network.down()];
  const close = async (): Promise<void> => {
    for (const end of ends.reverse()) await end();
  };
  try {
    const binaries = await binariesHere();
    const [first, ...others] = network.governors;
    if (first === undefined) throw new Error('a network has governors');
    const governor = await prepare(first);
    const connect = (kind: FabricClient): Ledger => {
      const ledger = connectFabric(network, governor, kind);
      ends.push(() => ledger.close());
      return ledger;
    };
    await foundChannel([governor, ...others], connect('fabric-gateway'));
    const bare = async (): Promise<BareClient> => {
      const deployed = await deployBareChaincode({ plan: network.plan });
      const client = bareClient(network.organisationOf(governor));
      ends.push(deployed.close, client.close);
      return client;
    };
    return { binaries, network, governor, connect, bare, close };
  } catch (error) {
    await close();
    throw error;
  }
};
