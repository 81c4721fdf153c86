import {
  type Clock,
  dataHash,
  encodeChannelHeader,
  encodeEnvelope,
  encodeSignatureHeader,
  messages,
  NONCE_BYTES,
  type Random,
  transactionId,
} from '@anlian/sdk/ledger';
import { CONFIG_TYPE, channelGroup, configEnvelope } from './channelGroup.ts';
import { sealBlock } from './seal.ts';
import type { Genesis } from './types.ts';

const FIRST_CONFIGURATION = 0;

/** The configuration's envelope, without signature as Fabric's `configtxgen` makes it: what vouches for it is its block's pinned hash. */
const configurationEnvelope = async (
  genesis: Genesis,
  maxTransactions: number,
  clock: Clock,
  random: Random,
): Promise<Uint8Array> => {
  const { channel, msps, operator } = genesis;
  const nonce = random(NONCE_BYTES);
  const nobody = new Uint8Array();
  const header = new messages.common.Header();
  header.setChannelHeader(
    encodeChannelHeader({ type: CONFIG_TYPE, channel, txId: await transactionId(nonce, nobody), timeMs: clock() }),
  );
  header.setSignatureHeader(encodeSignatureHeader(nobody, nonce));
  const payload = new messages.common.Payload();
  payload.setHeader(header);
  const governors = msps.map(({ mspId, rootCertPem }) => ({ mspId, rootCertPems: [rootCertPem] }));
  payload.setData(
    configEnvelope(
      channelGroup(governors, { mspId: operator.mspId, rootCertPems: [operator.rootCertPem] }, maxTransactions),
    ),
  );
  return encodeEnvelope(payload.serializeBinary(), new Uint8Array());
};

/** Block 0. Its header's hash names the channel for ever. */
export const genesisBlock = async (
  genesis: Genesis,
  maxTransactions: number,
  clock: Clock,
  random: Random,
): Promise<Uint8Array> => {
  const envelopes = [await configurationEnvelope(genesis, maxTransactions, clock, random)];
  const header = { number: 0, previousHash: new Uint8Array(), dataHash: await dataHash(envelopes) };
  return sealBlock(
    {
      header,
      envelopes,
      filter: new Uint8Array(envelopes.length),
      commitHash: undefined,
      lastConfig: FIRST_CONFIGURATION,
    },
    genesis.operator,
    random,
  );
};
