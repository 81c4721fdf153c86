import { verifyEs256Der } from '@anlian/chaincode/crypto';
import { AnlianError } from '@anlian/contracts';
import {
  blockSigningBytes,
  type ChannelConfiguration,
  type DecodedBlock,
  dataHash,
  decodeBlock,
  decodeConfiguration,
  decodePayload,
  decodeReadWriteSets,
  decodeResponsePayload,
  decodeTransaction,
  headerHash,
  type ReadWriteSet,
  sameBytes,
  splitEnvelope,
  VALIDATION_CODES,
} from '@anlian/sdk/ledger';
import { advance, type Chain } from './chain.ts';
import { type Candidate, nextCommitHash, replayBlock } from './commit.ts';
import { createMembership, type Membership } from './membership.ts';

const corrupt = (number: number, detail: string): AnlianError =>
  new AnlianError('ledger_corrupt', { field: `block ${number}`, detail });

/** Who may sign blocks and transactions, as block 0 says. */
export interface Channel {
  readonly configuration: ChannelConfiguration;
  readonly submitters: Membership;
  readonly orderers: Membership;
}

export const readChannel = (block: DecodedBlock): Channel => {
  const [envelope] = block.envelopes;
  if (envelope === undefined) throw corrupt(0, 'block 0 is empty');
  const configuration = decodeConfiguration(envelope, 'ledger_corrupt');
  return {
    configuration,
    submitters: createMembership(configuration.application),
    orderers: createMembership(configuration.orderers),
  };
};

const requireSignature = async (block: DecodedBlock, orderers: Membership): Promise<void> => {
  const [signed] = block.signatures;
  if (signed === undefined) throw corrupt(block.header.number, 'the block is not signed');
  const { certificate } = await orderers.identify(signed.creator).catch((cause: unknown) => {
    throw new AnlianError('ledger_corrupt', {
      field: `block ${block.header.number}`,
      detail: 'the block’s signer is not the operator',
      cause,
    });
  });
  const message = blockSigningBytes(block.header, block.ordererMetadata, signed.signatureHeader);
  if (!(await verifyEs256Der(certificate.publicKey, message, signed.signature, { lowS: true }))) {
    throw corrupt(block.header.number, 'the operator’s signature does not hold');
  }
};

const requireContinuation = async (chain: Chain, { header, envelopes }: DecodedBlock): Promise<void> => {
  if (header.number !== chain.height) throw corrupt(chain.height, `the file holds block ${header.number} in its place`);
  if (!sameBytes(header.previousHash, chain.lastHash))
    throw corrupt(header.number, 'the block does not continue the one before');
  if (!sameBytes(header.dataHash, await dataHash(envelopes)))
    throw corrupt(header.number, 'the transactions are not those of the header');
};

const txIdOf = (envelope: Uint8Array): string =>
  decodePayload(splitEnvelope(envelope, 'ledger_corrupt').payload, 'ledger_corrupt').header.txId;

const setsOf = (envelope: Uint8Array): readonly ReadWriteSet[] => {
  const { action } = decodeResponsePayload(
    decodeTransaction(envelope, 'ledger_corrupt').responsePayload,
    'ledger_corrupt',
  );
  return decodeReadWriteSets(action.readWriteSet, 'ledger_corrupt');
};

const candidates = ({ header, envelopes, filter }: DecodedBlock): readonly Candidate[] =>
  envelopes.map((envelope, tx) => {
    const code = filter[tx] ?? VALIDATION_CODES.INVALID_OTHER_REASON;
    const counts = header.number > 0 && code === VALIDATION_CODES.VALID;
    return { txId: txIdOf(envelope), code, sets: counts ? setsOf(envelope) : [] };
  });

/** Takes one block of the file into the chain after checking all that can be checked of it. Throws `ledger_corrupt`. */
export const recoverBlock = async (
  chain: Chain,
  channel: Channel | undefined,
  namespace: string,
  bytes: Uint8Array,
): Promise<Channel> => {
  const block = decodeBlock(bytes, 'ledger_corrupt');
  const known = channel ?? readChannel(block);
  await requireContinuation(chain, block);
  await requireSignature(block, known.orderers);

  const { number } = block.header;
  const found = candidates(block);
  const replayed = replayBlock(chain.state, number, found);
  const commitHash = number === 0 ? chain.commitHash : await nextCommitHash(namespace, replayed, chain.commitHash);
  if (number > 0 && !(block.commitHash !== undefined && sameBytes(block.commitHash, commitHash))) {
    throw corrupt(number, 'the transaction filter or the writes are not those of the commit hash');
  }
  advance(chain, {
    hash: await headerHash(block.header),
    commitHash,
    state: replayed.state,
    txIds: found.map(({ txId }) => txId),
    filter: block.filter,
  });
  return known;
};
