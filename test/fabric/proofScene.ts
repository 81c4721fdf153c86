import {
  type BlockBundle,
  type CheckName,
  canonicalBytes,
  type TransactionBundle,
  type TrustBundle,
  type ViewBundle,
  type ViewQuestion,
} from '@anlian/contracts';
import type { Commit, ConnectedLedger, Ledger } from '@anlian/sdk/ledger';
import { type Verdict, verifyBundle } from '@anlian/sdk/verify';
import { transactionBundle } from '../support/evidenceNetwork.ts';
import { connectFabric, type FabricNetwork, openFabricNetwork } from '../support/fabricNetwork.ts';
import { foundChannel, type Governor, signedBy } from '../support/governors.ts';
import { blockBundle, viewBundle } from '../support/ledgerBundles.ts';
import { trustFileOf } from '../support/trustFile.ts';

export const SITE: ViewQuestion = { type: 'site', key: ['berth-3'] };

/** A real network of three governors with one fact on its ledger, and the three proofs of it. */
export interface ProofScene {
  readonly network: FabricNetwork;
  readonly governors: readonly [Governor, Governor, Governor];
  readonly ledger: ConnectedLedger;
  readonly trust: TrustBundle;
  /** The transaction that the proofs are about. */
  readonly txId: string;
  readonly transaction: TransactionBundle;
  readonly view: ViewBundle;
  readonly block: BlockBundle;
  /** 恒远's client, of another channel or chaincode where one is told. */
  connect(place?: { readonly channel?: string; readonly chaincode?: string }): ConnectedLedger;
  registerSite(on: Ledger, site: string): Promise<Commit>;
  verdictOn(file: unknown, trusted?: TrustBundle): Promise<Verdict>;
  /** The check that refuses a file, or `proven`. */
  refusalOf(file: unknown, trusted?: TrustBundle): Promise<CheckName | 'proven'>;
  close(): Promise<void>;
}

/** Gives the scene inside a test: there is none before. */
export type ProofSceneOf = () => ProofScene;

export const openProofScene = async (): Promise<ProofScene> => {
  const network = await openFabricNetwork();
  const governors = network.governors as readonly Governor[] as ProofScene['governors'];
  const open: ConnectedLedger[] = [];
  const connect: ProofScene['connect'] = (place = {}) => {
    const connected = connectFabric(network, governors[0], 'fabric-gateway', place);
    open.push(connected);
    return connected;
  };
  const registerSite: ProofScene['registerSite'] = (on, site) =>
    on.submit(signedBy(governors[0], 'site:register', { site }));

  const ledger = connect();
  await foundChannel(governors, ledger, { k: 2 });
  const { txId, blockNumber } = await registerSite(ledger, 'berth-3');
  const transaction = transactionBundle(await ledger.attest(txId));
  const view = await viewBundle(ledger, SITE);
  const block = await blockBundle(ledger, blockNumber);
  const trust = await trustFileOf(ledger);
  const verdictOn: ProofScene['verdictOn'] = (file, trusted = trust) =>
    verifyBundle(canonicalBytes(file), trusted, { now: new Date(), pinnedGenesis: trust.genesisHash });
  return {
    network,
    governors,
    ledger,
    trust,
    txId,
    transaction,
    view,
    block,
    connect,
    registerSite,
    verdictOn,
    refusalOf: async (file, trusted) => (await verdictOn(file, trusted)).checks.find(({ ok }) => !ok)?.name ?? 'proven',
    close: async () => {
      for (const one of open) one.close();
      await network.down();
      network.remove();
    },
  };
};
