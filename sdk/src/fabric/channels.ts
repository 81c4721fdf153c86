import { messages, SYSTEM_CHAINCODES, utf8 } from '../ledger/index.ts';
import { callPeer, type FabricAdministration } from './administration.ts';
import { peerQuery } from './messages.ts';

const CORRUPT = 'ledger_corrupt';
const { configuration: CONFIGURATION, ledger: LEDGER } = SYSTEM_CHAINCODES;
/** A peer makes its databases first. */
const JOINING = { onChannel: false, withinMs: 120_000 };

/** The channels that the own peer is on. */
export const joinedChannels = async (administration: FabricAdministration): Promise<string[]> => {
  const { result } = await callPeer(administration, CONFIGURATION, [utf8('GetChannels')], { onChannel: false });
  return messages
    .decodeSigned(peerQuery.ChannelQueryResponse, result, 'ChannelQueryResponse', CORRUPT)
    .getChannelsList()
    .map((channel) => channel.getChannelId());
};

/** Has the own peer join the channel of this genesis block. */
export const joinChannel = async (administration: FabricAdministration, genesis: Uint8Array): Promise<void> => {
  await callPeer(administration, CONFIGURATION, [utf8('JoinChain'), genesis], JOINING);
};

/** Blocks of the channel that the own peer has. */
export const channelHeight = async (administration: FabricAdministration): Promise<number> => {
  const words = [utf8('GetChainInfo'), utf8(administration.channel)];
  const { result } = await callPeer(administration, LEDGER, words);
  const { ledgerInfo, decodeSigned } = messages;
  return decodeSigned(ledgerInfo.BlockchainInfo, result, 'BlockchainInfo', CORRUPT).getHeight();
};
