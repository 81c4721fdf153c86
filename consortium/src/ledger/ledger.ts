import { join } from 'node:path';
import { AnlianError } from '@anlian/contracts';
import { lockDirectory } from '@anlian/sdk/directory-lock';
import { type Clock, encodeIdentity, LEDGER_LABELS, type LedgerDescription, type Random } from '@anlian/sdk/ledger';
import { type Admission, admit } from './admit.ts';
import { type BlockFile, openBlockFile } from './blockFile.ts';
import { createBlockSignal } from './blockSignal.ts';
import { type Chain, emptyChain } from './chain.ts';
import { createEndorser } from './endorse.ts';
import { genesisBlock } from './genesis.ts';
import { type CommitStatus, createOrderer } from './orderer.ts';
import { createSystemChaincode } from './qscc.ts';
import { type Channel, recoverBlock } from './recover.ts';
import type { Contract, Genesis, LedgerLog } from './types.ts';

export interface EmbeddedLedgerOptions {
  /** Directory of the block file, for this process alone. */
  readonly dir: string;
  readonly genesis: Genesis;
  readonly contract: Contract;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: LedgerLog;
  readonly batch?: { readonly maxTransactions: number };
}

/** The ledger of one operator, in this process. */
export interface EmbeddedLedger {
  describe(): LedgerDescription;
  /** `SignedProposal` to `ProposalResponse` bytes. A refusal is a response of status 500; this never rejects. */
  endorse(signedProposal: Uint8Array): Promise<Uint8Array>;
  /** Orders an envelope and waits for its block. Throws `invalid_input`, `wrong_channel`, `submitter_unknown`, `storage_full`. */
  submit(envelope: Uint8Array): Promise<CommitStatus>;
  /** Throws `not_found` beyond the height. */
  block(number: number): Promise<Uint8Array>;
  /** A block once it exists; undefined after `timeoutMs`, an abort, or the end of the ledger. */
  nextBlock(number: number, timeoutMs: number, signal: AbortSignal): Promise<Uint8Array | undefined>;
  metrics(): LedgerMetrics;
  readonly closed: boolean;
  /** Finishes what was submitted, then lets go of the directory. */
  close(): Promise<void>;
}

export interface LedgerMetrics {
  readonly height: number;
  readonly keys: number;
  readonly waiting: number;
  readonly transactions: ReadonlyMap<number, number>;
}

const BLOCK_FILE = 'blocks.anlb';
const DEFAULT_BATCH = { maxTransactions: 200 };

/** The directory must hold the channel that was asked for: another would take commands that were not meant for it. */
const requireSameChannel = ({ configuration }: Channel, { channel, msps, operator }: Genesis): void => {
  const asked = JSON.stringify([
    channel,
    msps.map(({ mspId, rootCertPem }) => [mspId, [rootCertPem]]).sort(),
    operator.mspId,
    [operator.rootCertPem],
  ]);
  const [orderer] = configuration.orderers;
  const held = JSON.stringify([
    configuration.channel,
    configuration.application.map(({ mspId, rootCertPems }) => [mspId, rootCertPems]).sort(),
    orderer?.mspId,
    orderer?.rootCertPems,
  ]);
  if (asked !== held)
    throw new AnlianError('configuration_invalid', {
      field: 'genesis',
      detail: 'the data directory holds another channel, or one with other members',
    });
};

interface OpenedChain {
  readonly chain: Chain;
  readonly channel: Channel;
  readonly file: BlockFile;
}

/** Reads the block file into a chain, and begins it with block 0 where it is new. */
const openChain = async (options: EmbeddedLedgerOptions): Promise<OpenedChain> => {
  const { dir, genesis, clock, random, log, batch = DEFAULT_BATCH } = options;
  const chain = emptyChain();
  const channels: Channel[] = [];
  const take = async (block: Uint8Array): Promise<void> => {
    channels[0] = await recoverBlock(chain, channels[0], genesis.chaincode, block);
  };
  const { file, tornBytes } = await openBlockFile(join(dir, BLOCK_FILE), take);
  try {
    if (tornBytes > 0) log.warn({ tornBytes, height: chain.height }, 'an unfinished last block was cut off');
    if (chain.height === 0) {
      const first = await genesisBlock(genesis, batch.maxTransactions, clock, random);
      await file.append(first);
      await take(first);
    }
    const [channel] = channels;
    if (channel === undefined) throw new AnlianError('ledger_corrupt', { field: 'block 0' });
    requireSameChannel(channel, genesis);
    return { chain, channel, file };
  } catch (error) {
    await file.close();
    throw error;
  }
};

const compose = (
  { chain, channel, file }: OpenedChain,
  options: EmbeddedLedgerOptions,
  unlock: () => void,
): EmbeddedLedger => {
  const { genesis, contract, clock, random, log, batch = DEFAULT_BATCH } = options;
  const { operator, chaincode } = genesis;
  const blocks = createBlockSignal();
  const admission: Admission = {
    channel: genesis.channel,
    chaincode,
    submitters: channel.submitters,
    endorsers: channel.orderers,
    endorser: encodeIdentity(operator),
    refuseSkew: contract.refuseSkew,
  };
  const system = createSystemChaincode(genesis.channel, chain, file);
  const endorse = createEndorser({ admission, chain, contract, system, operator, clock, log });
  const orderer = createOrderer({
    chain,
    chaincode,
    file,
    operator,
    random,
    maxTransactions: batch.maxTransactions,
    log,
    onBlock: blocks.notify,
  });
  let closed = false;

  return {
    describe: () => ({
      kind: 'embedded',
      label: LEDGER_LABELS.embedded,
      channel: genesis.channel,
      chaincode,
      height: chain.height,
      genesisHash: chain.genesisHash,
    }),
    endorse,
    submit: async (envelope) => orderer.submit(await admit(admission, envelope, clock())),
    block: (number) => file.read(number),
    nextBlock: async (number, timeoutMs, signal) => {
      if (chain.height <= number && !closed) await blocks.wait(timeoutMs, signal);
      return chain.height > number && !closed ? file.read(number) : undefined;
    },
    metrics: () => ({
      height: chain.height,
      keys: chain.state.size,
      waiting: orderer.waiting(),
      transactions: chain.counts,
    }),
    get closed() {
      return closed;
    },
    close: async () => {
      if (closed) return;
      await orderer.close();
      closed = true;
      blocks.notify();
      await file.close();
      unlock();
    },
  };
};

/**
 * Opens the embedded ledger in a directory: takes the lock, reads and checks every block, rebuilds the state. Throws
 * `data_dir_locked`, `ledger_corrupt`, `configuration_invalid`.
 */
export const openEmbeddedLedger = async (options: EmbeddedLedgerOptions): Promise<EmbeddedLedger> => {
  const lock = lockDirectory(options.dir);
  try {
    return compose(await openChain(options), options, () => lock.release());
  } catch (error) {
    lock.release();
    throw error;
  }
};
