import { AnlianError } from '@anlian/contracts';
import { pause } from '../ledger/backoff.ts';
import {
  buildProposal,
  encodeIdentity,
  encodeSignedProposal,
  NONCE_BYTES,
  type ProposalResponse,
  RESPONSE_OK,
  SYSTEM_CHAINCODES,
  utf8,
} from '../ledger/index.ts';
import { peerFault } from '../ledger/peerFault.ts';
import { type ChannelConfig, decodeChannelConfig, orderingOf } from './configuration.ts';
import type { Acting } from './envelope.ts';
import { askPeer, type FabricEndpoint, handToOrderer } from './lines.ts';
import { type CheckedUpdate, isInEffect, requireMajority, updateEnvelope } from './update.ts';

/** An administrator of a member's own organisation, at its own peer. */
export interface FabricAdministration extends Acting {
  readonly channel: string;
  readonly peer: FabricEndpoint;
}

/** A signed call of a system chaincode, and what the own peer answered. */
export interface Called {
  readonly txId: string;
  readonly proposal: Uint8Array;
  readonly response: ProposalResponse;
}

/**
 * Calls one of Fabric's own chaincodes at the own peer.
 * @throws {AnlianError} `ledger_unavailable`, `submitter_unknown`, `submitter_expired`, `fabric_step_failed` with what the peer said
 */
export const callPeer = async (
  { identity, clock, random, channel, peer }: FabricAdministration,
  chaincode: string,
  args: readonly Uint8Array[],
  { onChannel = true }: { readonly onChannel?: boolean } = {},
): Promise<Called> => {
  const { txId, bytes } = await buildProposal(
    { channel: onChannel ? channel : '', chaincode, args },
    { creator: encodeIdentity(identity), nonce: random(NONCE_BYTES), timeMs: clock() },
  );
  const response = await askPeer(peer, encodeSignedProposal(bytes, await identity.sign(bytes)));
  const { status, message } = response;
  if (status !== RESPONSE_OK)
    throw (
      peerFault(message, undefined) ??
      new AnlianError('fabric_step_failed', { field: chaincode, detail: message.slice(0, 300) })
    );
  return { txId, proposal: bytes, response };
};

/** The channel's configuration as the own peer has it now. */
export const readChannelConfig = async (administration: FabricAdministration): Promise<ChannelConfig> => {
  const { channel } = administration;
  const { response } = await callPeer(administration, SYSTEM_CHAINCODES.configuration, [
    utf8('GetChannelConfig'),
    utf8(channel),
  ]);
  return decodeChannelConfig(channel, response.result);
};

/** `common.Status`, as HTTP numbers them. */
const SUCCESS = 200;
const SERVICE_UNAVAILABLE = 503;

const orderersOf = (config: ChannelConfig): FabricEndpoint[] =>
  orderingOf(config).organisations.flatMap(({ endpoints, tlsRootCertPems }) =>
    endpoints.map((endpoint) => ({ endpoint, tlsRootPem: tlsRootCertPems.join('') })),
  );

/**
 * Hands an envelope to the first orderer of the configuration that takes it.
 * @throws {AnlianError} `fabric_update_refused` with the orderer's reason; `ledger_unavailable` when none takes it
 */
export const order = async (config: ChannelConfig, envelope: Uint8Array): Promise<void> => {
  let away: unknown = new AnlianError('ledger_unavailable', { field: 'ordering', detail: 'no orderer is configured' });
  for (const orderer of orderersOf(config)) {
    try {
      const { status, info } = await handToOrderer(orderer, envelope);
      if (status === SUCCESS) return;
      const context = { field: orderer.endpoint, detail: info.slice(0, 300) };
      if (status !== SERVICE_UNAVAILABLE) throw new AnlianError('fabric_update_refused', context);
      away = new AnlianError('ledger_unavailable', context);
    } catch (error) {
      if (!(error instanceof AnlianError) || error.code !== 'ledger_unavailable') throw error;
      away = error;
    }
  }
  throw away;
};

const POLL_MS = 200;
const POLLS = 150;

/** Asks until an answer is the one hoped for. @throws {AnlianError} `fabric_not_ready` after half a minute */
export const waitUntil = async <T>(what: string, ask: () => Promise<T>, holds: (answer: T) => boolean): Promise<T> => {
  for (let polls = 0; polls < POLLS; polls++) {
    const answer = await ask();
    if (holds(answer)) return answer;
    await pause(POLL_MS);
  }
  throw new AnlianError('fabric_not_ready', { field: what });
};

/**
 * Submits an update that a majority signed, and waits until the own peer goes by it.
 * @throws {AnlianError} `fabric_signatures_missing`, `fabric_update_refused`, `ledger_unavailable`, `fabric_not_ready`
 */
export const submitUpdate = async (
  administration: FabricAdministration,
  update: CheckedUpdate,
  present: ChannelConfig,
): Promise<ChannelConfig> => {
  requireMajority(update);
  await order(present, await updateEnvelope(update, administration));
  return waitUntil(
    'peer',
    () => readChannelConfig(administration),
    (config) => isInEffect(config, update.change),
  );
};
