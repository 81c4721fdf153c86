import { AnlianError } from '@anlian/contracts';
import { abortable } from '../ledger/abortable.ts';
import { pause } from '../ledger/backoff.ts';
import {
  buildProposal,
  type ChannelConfiguration,
  decodeConfig,
  encodeIdentity,
  encodeSignedProposal,
  NONCE_BYTES,
  type ProposalResponse,
  RESPONSE_OK,
  SYSTEM_CHAINCODES,
  utf8,
} from '../ledger/index.ts';
import { peerFault } from '../ledger/peerFault.ts';
import type { Acting } from './envelope.ts';
import { askPeer, type FabricEndpoint, handToOrderer } from './lines.ts';
import { type CheckedUpdate, isInEffect, requireSignatures, updateEnvelope } from './update.ts';

/** An administrator of a member's own organisation, at its own peer. */
export interface FabricAdministration extends Acting {
  readonly channel: string;
  readonly peer: FabricEndpoint;
  /** Aborted, nothing more is asked or waited for. */
  readonly signal?: AbortSignal | undefined;
}

/** A signed call of a system chaincode, and what each peer that was asked answered. */
export interface CalledAt {
  readonly proposal: Uint8Array;
  readonly responses: readonly ProposalResponse[];
}

export interface CallOptions {
  /** False: of the peer itself, and no channel's. */
  readonly onChannel?: boolean;
  /** How long a peer may take. */
  readonly withinMs?: number;
}

const requireOk = (response: ProposalResponse, chaincode: string): ProposalResponse => {
  const { status, message } = response;
  if (status === RESPONSE_OK) return response;
  throw (
    peerFault(message, undefined) ??
    new AnlianError('fabric_step_failed', { field: chaincode, detail: message.slice(0, 300) })
  );
};

/**
 * Calls one of Fabric's own chaincodes at several peers.
 * @throws {AnlianError} `ledger_unavailable`, `submitter_unknown`, `submitter_expired`, `fabric_step_failed` with what a peer said
 */
export const callPeers = async (
  { identity, clock, random, channel, signal }: FabricAdministration,
  peers: readonly FabricEndpoint[],
  chaincode: string,
  args: readonly Uint8Array[],
  { onChannel = true, withinMs }: CallOptions = {},
): Promise<CalledAt> => {
  const { bytes } = await buildProposal(
    { channel: onChannel ? channel : '', chaincode, args },
    { creator: encodeIdentity(identity), nonce: random(NONCE_BYTES), timeMs: clock() },
  );
  const signed = encodeSignedProposal(bytes, await identity.sign(bytes));
  const ask = async (peer: FabricEndpoint) => requireOk(await askPeer(peer, signed, withinMs), chaincode);
  return { proposal: bytes, responses: await abortable(signal, () => Promise.all(peers.map(ask))) };
};

/** What the own peer answers. @throws {AnlianError} as {@link callPeers} */
export const callPeer = async (
  administration: FabricAdministration,
  chaincode: string,
  args: readonly Uint8Array[],
  options: CallOptions = {},
): Promise<ProposalResponse> => {
  const { responses } = await callPeers(administration, [administration.peer], chaincode, args, options);
  const [response] = responses;
  if (!response) throw new RangeError('one peer was asked');
  return response;
};

/** The channel's configuration as the own peer has it now. */
export const readChannelConfig = async (administration: FabricAdministration): Promise<ChannelConfiguration> => {
  const { channel } = administration;
  const { result } = await callPeer(administration, SYSTEM_CHAINCODES.configuration, [
    utf8('GetChannelConfig'),
    utf8(channel),
  ]);
  return decodeConfig(channel, result, 'ledger_corrupt');
};

/** `common.Status`, as HTTP numbers them. */
const SUCCESS = 200;
/** What every orderer says alike of an envelope: it is in no form, or its signers may not. Anything else is one orderer's own state. */
const REFUSED: ReadonlySet<number> = new Set([400, 403]);

const orderersOf = ({ orderers }: ChannelConfiguration): FabricEndpoint[] =>
  orderers.flatMap(({ endpoints, tlsRootCertPems }) =>
    endpoints.map((endpoint) => ({ endpoint, tlsRootPem: tlsRootCertPems.join('\n') })),
  );

/**
 * Hands an envelope to the first orderer of the configuration that takes it.
 * @throws {AnlianError} `fabric_update_refused` with the orderer's reason; `ledger_unavailable` when none takes it
 */
export const order = async (config: ChannelConfiguration, envelope: Uint8Array): Promise<void> => {
  let away: unknown = new AnlianError('ledger_unavailable', { field: 'ordering', detail: 'no orderer is configured' });
  for (const orderer of orderersOf(config)) {
    try {
      const { status, info } = await handToOrderer(orderer, envelope);
      if (status === SUCCESS) return;
      const context = { field: orderer.endpoint, detail: info.slice(0, 300) };
      if (REFUSED.has(status)) throw new AnlianError('fabric_update_refused', context);
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
export const waitUntil = async <T>(
  { signal }: Pick<FabricAdministration, 'signal'>,
  what: string,
  ask: () => Promise<T>,
  holds: (answer: T) => boolean,
): Promise<T> => {
  for (let polls = 0; polls < POLLS; polls++) {
    signal?.throwIfAborted();
    const answer = await ask();
    if (holds(answer)) return answer;
    await pause(POLL_MS, signal);
  }
  throw new AnlianError('fabric_not_ready', { field: what });
};

/**
 * Submits an update that is signed as the channel's policies ask, and waits until the own peer goes by it.
 * @throws {AnlianError} `fabric_signatures_missing`, `fabric_update_refused`, `ledger_unavailable`, `fabric_not_ready`
 */
export const submitUpdate = async (
  administration: FabricAdministration,
  update: CheckedUpdate,
  present: ChannelConfiguration,
): Promise<ChannelConfiguration> => {
  requireSignatures(update);
  await order(present, await updateEnvelope(update, administration));
  return waitUntil(
    administration,
    'peer',
    () => readChannelConfig(administration),
    (config) => isInEffect(config, update.change),
  );
};
