import { AnlianError, type ErrorCode, toHex } from '@anlian/contracts';
import type { Gateway } from '@hyperledger/fabric-gateway';
import { membersFrom } from '../channelMembers.ts';
import { decodeBlock, headerHash } from '../codec/block.ts';
import { utf8 } from '../codec/bytes.ts';
import { decodeConfig } from '../codec/configuration.ts';
import { assembleTransaction } from '../codec/envelope.ts';
import { common, decodeSigned, ledgerInfo, gateway as messages } from '../codec/messages.ts';
import type { MspOrganisation } from '../codec/mspOrganisation.ts';
import { SYSTEM_CHAINCODES } from '../codec/systemChaincodes.ts';
import { validationCodeName } from '../codec/validationCode.ts';
import { endorsementJudge } from '../endorsement.ts';
import type { GovernedTransport } from '../lazyTransport.ts';
import { LEDGER_LABELS } from '../port.ts';
import { endorseByQuorum, PATIENCE_MS } from '../quorum.ts';
import type { Call, Endorsed, Endorsers, LedgerTransport } from '../transport.ts';
import { guarded } from './faults.ts';
import type { GatewayTransportOptions } from './options.ts';
import { gatewayProposals } from './proposals.ts';

const CORRUPT = 'ledger_corrupt';

/** Prepared as the peer's gateway would: the envelope without its signature. */
const preparedTransaction = (txId: string, payload: Uint8Array): Uint8Array => {
  const envelope = new common.Envelope();
  envelope.setPayload(payload);
  const message = new messages.PreparedTransaction();
  message.setTransactionId(txId);
  message.setEnvelope(envelope);
  return message.serializeBinary();
};

/** Where the gateway's choice of governors came to nothing, and another one may not. */
const WITHOUT_THEM: ReadonlySet<ErrorCode> = new Set(['ledger_unavailable', 'endorsement_invalid']);

/** The answer, unless it takes longer than a governor may. */
const inTime = <T>(answer: Promise<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    const lapse = (): void => reject(new AnlianError('ledger_unavailable', { detail: 'the governors are slow' }));
    const timer = setTimeout(lapse, PATIENCE_MS);
    void answer.then(resolve, reject).finally(() => clearTimeout(timer));
  });

/** The calls of a ledger, through the gateway service of a member's own peer. */
export const gatewayTransport = (gateway: Gateway, options: GatewayTransportOptions): GovernedTransport => {
  const { identity, channel, chaincode } = options;
  const network = gateway.getNetwork(channel);
  const propose = gatewayProposals(gateway, options);
  const judge = endorsementJudge(options.clock);

  const evaluate: LedgerTransport['evaluate'] = async (call) => (await propose(call)).evaluate();

  const question = (target: string, name: string, ...args: string[]): Call => ({
    chaincode: target,
    args: [name, channel, ...args].map(utf8),
  });
  const ask = (name: string, ...args: string[]) => evaluate(question(SYSTEM_CHAINCODES.ledger, name, ...args));
  const block = (number: number): Promise<Uint8Array> => ask('GetBlockByNumber', String(number));
  const heightFrom = (info: Uint8Array): number =>
    decodeSigned(ledgerInfo.BlockchainInfo, info, 'BlockchainInfo', CORRUPT).getHeight();

  /** As last read; forgotten where an endorsement does not count by it, here or for the peers. */
  let known: readonly MspOrganisation[] | undefined;
  const members: Endorsers['members'] = async () => {
    const config = await evaluate(question(SYSTEM_CHAINCODES.configuration, 'GetChannelConfig'));
    known = membersFrom(decodeConfig(channel, config, CORRUPT).application, identity.mspId);
    return known;
  };

  const endorsers: Endorsers = {
    members,
    judge,
    propose,
    height: async (mspId) =>
      heightFrom(await (await propose(question(SYSTEM_CHAINCODES.ledger, 'GetChainInfo'))).evaluate(mspId)),
  };

  /** The gateway counts whatever a peer signs. */
  const requireCounting = async (answer: Pick<Endorsed, 'payload' | 'endorsements'>): Promise<void> =>
    judge.requireAmong(known ?? (await members()), answer);

  /**
   * The gateway waits long for a peer that hangs, gives up without this member's own chaincode, and asks again whose signature does not
   * count: a majority does without them.
   */
  const endorse: LedgerTransport['endorse'] = async (call, signal) => {
    const proposed = await propose(call);
    const { txId, proposal } = proposed;
    try {
      const answer = await inTime(proposed.askAny(signal));
      await requireCounting(answer);
      return { txId, proposal, ...answer };
    } catch (error) {
      if (!(error instanceof AnlianError) || !WITHOUT_THEM.has(error.code)) throw error;
      return endorseByQuorum({ ...endorsers, propose: async () => proposed }, call, signal);
    }
  };

  const order: LedgerTransport['order'] = ({ txId, proposal, payload, endorsements }, signal) =>
    guarded(signal, async () => {
      const transaction = gateway.newTransaction(
        preparedTransaction(txId, assembleTransaction(proposal, payload, endorsements)),
      );
      const { code, blockNumber } = await (await transaction.submit()).getStatus();
      const name = validationCodeName(code);
      if (name === 'ENDORSEMENT_POLICY_FAILURE') known = undefined;
      return { code: name, blockNumber: Number(blockNumber) };
    });

  let genesisHash: string | undefined;
  const readGenesisHash = async (): Promise<string> =>
    toHex(await headerHash(decodeBlock(await block(0), CORRUPT).header));

  const describe: LedgerTransport['describe'] = async () => {
    const height = heightFrom(await ask('GetChainInfo'));
    genesisHash ??= await readGenesisHash();
    return { kind: 'fabric', label: LEDGER_LABELS.fabric, channel, chaincode, height, genesisHash };
  };

  async function* blocks(from: number, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const events = await guarded(signal, () => network.getBlockEvents({ startBlock: BigInt(from) }));
    const end = () => events.close();
    signal.addEventListener('abort', end);
    try {
      const iterator = events[Symbol.asyncIterator]();
      for (;;) {
        const next = await guarded(signal, () => iterator.next());
        if (next.done === true) return;
        yield next.value.serializeBinary();
      }
    } finally {
      signal.removeEventListener('abort', end);
      events.close();
    }
  }

  return { describe, endorse, order, evaluate, blocks, block, endorsers };
};
