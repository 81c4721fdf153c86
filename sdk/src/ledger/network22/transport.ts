import { AnlianError, toHex } from '@anlian/contracts';
import { abortable } from '../abortable.ts';
import { membersFrom } from '../channelMembers.ts';
import { decodeBlock, headerHash } from '../codec/block.ts';
import { utf8 } from '../codec/bytes.ts';
import { decodeConfiguration } from '../codec/configuration.ts';
import { assembleTransaction } from '../codec/envelope.ts';
import { decodeSigned, ledgerInfo } from '../codec/messages.ts';
import { SYSTEM_CHAINCODES } from '../codec/systemChaincodes.ts';
import { endorsementJudge } from '../endorsement.ts';
import type { LedgerIdentity } from '../identity.ts';
import type { GovernedTransport } from '../lazyTransport.ts';
import { LEDGER_LABELS } from '../port.ts';
import { endorseByQuorum } from '../quorum.ts';
import type { Clock, Random } from '../sources.ts';
import type { Call, Endorsers, LedgerTransport } from '../transport.ts';
import { broadcastTo } from './broadcast.ts';
import { watchCommits } from './commits.ts';
import { deliver } from './deliver.ts';
import type { Client } from './fabricCommon.ts';
import { committerLine, endorserLine, eventerLine, type NetworkEndpoint } from './lines.ts';
import { orderersFrom } from './orderers.ts';
import { peerProposals } from './peers.ts';

export interface GovernorPeer extends NetworkEndpoint {
  readonly mspId: string;
}

export interface NetworkTransportOptions {
  /** A peer of each governor; this member's own among them. */
  readonly peers: readonly GovernorPeer[];
  /** Those that the channel's configuration names, when absent. */
  readonly orderers?: readonly NetworkEndpoint[] | undefined;
  readonly identity: LedgerIdentity;
  readonly channel: string;
  readonly chaincode: string;
  readonly clock: Clock;
  readonly random: Random;
}

const CORRUPT = 'ledger_corrupt';

const ownPeer = ({ peers, identity }: NetworkTransportOptions): GovernorPeer => {
  const own = peers.find(({ mspId }) => mspId === identity.mspId);
  if (own) return own;
  throw new AnlianError('configuration_invalid', { field: 'peers', detail: `no peer of ${identity.mspId} itself` });
};

/** The calls of a ledger, to a peer of each governor and to the orderers, as Fabric 2.2 serves them. */
export const networkTransport = (
  client: Client,
  options: NetworkTransportOptions,
): { readonly transport: GovernedTransport; readonly close: () => void } => {
  const { identity, channel, chaincode, random, peers } = options;
  const own = ownPeer(options);
  const peerLines = new Map(peers.map((peer) => [peer.mspId, endorserLine(client, peer.mspId, peer)]));
  const events = eventerLine(client, own.mspId, own);
  const propose = peerProposals({ ...options, lines: peerLines });
  const delivering = { line: events, identity, channel, random };

  const question = (target: string, name: string, ...args: string[]): Call => ({
    chaincode: target,
    args: [name, channel, ...args].map(utf8),
  });
  const evaluate = async (call: Call, mspId = own.mspId): Promise<Uint8Array> =>
    (await (await propose(call)).ask(mspId)).result;
  const heightAt = async (mspId: string): Promise<number> => {
    const info = await evaluate(question(SYSTEM_CHAINCODES.ledger, 'GetChainInfo'), mspId);
    return decodeSigned(ledgerInfo.BlockchainInfo, info, 'BlockchainInfo', CORRUPT).getHeight();
  };
  const block = (number: number) => evaluate(question(SYSTEM_CHAINCODES.ledger, 'GetBlockByNumber', String(number)));
  const configEnvelope = async (): Promise<Uint8Array> =>
    decodeBlock(await evaluate(question(SYSTEM_CHAINCODES.configuration, 'GetConfigBlock')), CORRUPT).envelopes[0] ??
    new Uint8Array();

  const endorsers: Endorsers = {
    members: async () => membersFrom(decodeConfiguration(await configEnvelope(), CORRUPT).application, identity.mspId),
    propose,
    height: heightAt,
    judge: endorsementJudge(options.clock),
  };

  const orderers = broadcastTo(
    async () => options.orderers ?? orderersFrom(await configEnvelope()),
    (endpoint) => committerLine(client, endpoint),
  );

  const commits = watchCommits(delivering, () => heightAt(own.mspId));
  const order: LedgerTransport['order'] = ({ txId, proposal, payload, endorsements }, signal) =>
    abortable(signal, async () => {
      const transaction = assembleTransaction(proposal, payload, endorsements);
      await orderers.ready();
      const { committed } = await commits.watch(txId);
      await orderers.broadcast({ payload: transaction, signature: await identity.sign(transaction) });
      return committed;
    });

  let genesisHash: string | undefined;
  const describe: LedgerTransport['describe'] = async () => {
    const height = await heightAt(own.mspId);
    genesisHash ??= toHex(await headerHash(decodeBlock(await block(0), CORRUPT).header));
    return { kind: 'fabric', label: LEDGER_LABELS.fabric, channel, chaincode, height, genesisHash };
  };

  async function* blocks(from: number, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    for await (const response of deliver('Deliver', from, delivering, signal))
      yield response.getBlock()?.serializeBinary() ?? new Uint8Array();
  }

  const close = (): void => {
    commits.close();
    orderers.close();
    for (const line of [...peerLines.values(), events]) line.close();
  };
  const endorse: LedgerTransport['endorse'] = (call, signal) => endorseByQuorum(endorsers, call, signal);
  return { transport: { describe, endorse, order, evaluate, blocks, block, endorsers }, close };
};
