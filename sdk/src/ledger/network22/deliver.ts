import { AnlianError } from '@anlian/contracts';
import { encodeEnvelope } from '../codec/envelope.ts';
import { encodeChannelHeader, encodeHeader, encodeSignatureHeader } from '../codec/header.ts';
import { encodeIdentity } from '../codec/identity.ts';
import { common, decodeSigned, delivery, events } from '../codec/messages.ts';
import { NONCE_BYTES } from '../codec/proposal.ts';
import type { LedgerIdentity } from '../identity.ts';
import { peerFault } from '../peerFault.ts';
import type { Random } from '../sources.ts';
import type { Eventer } from './fabricCommon.ts';
import type { LineTo } from './lines.ts';

export interface DeliverOptions {
  readonly line: LineTo<Eventer>;
  readonly identity: LedgerIdentity;
  readonly channel: string;
  readonly random: Random;
}

/** Whole blocks, or the transaction ids and validation codes in them. */
export type DeliverMethod = 'Deliver' | 'DeliverFiltered';
type DeliverResponse = InstanceType<typeof events.DeliverResponse>;

const seekFrom = (from: number): Uint8Array => {
  const position = (number: number) => {
    const specified = new delivery.SeekSpecified();
    specified.setNumber(number);
    const seek = new delivery.SeekPosition();
    seek.setSpecified(specified);
    return seek;
  };
  const info = new delivery.SeekInfo();
  info.setStart(position(from));
  info.setStop(position(Number.MAX_SAFE_INTEGER));
  info.setBehavior(delivery.SeekInfo.SeekBehavior.BLOCK_UNTIL_READY);
  return info.serializeBinary();
};

const seekEnvelope = async (from: number, { identity, channel, random }: DeliverOptions): Promise<Uint8Array> => {
  const header = encodeHeader(
    encodeChannelHeader({
      type: common.HeaderType.DELIVER_SEEK_INFO,
      channel,
      txId: '',
      // A peer refuses a question of another time than its own; `clock` dates transactions.
      timeMs: Math.floor(performance.timeOrigin + performance.now()),
    }),
    encodeSignatureHeader(encodeIdentity(identity), random(NONCE_BYTES)),
  );
  const payload = new common.Payload();
  payload.setHeader(decodeSigned(common.Header, header, 'Header', 'ledger_corrupt'));
  payload.setData(seekFrom(from));
  const bytes = payload.serializeBinary();
  return encodeEnvelope(bytes, await identity.sign(bytes));
};

const refused = (status: number): AnlianError =>
  status === common.Status.FORBIDDEN
    ? new AnlianError('submitter_unknown', { field: 'creator', detail: 'the peer does not deliver to this client' })
    : new AnlianError('ledger_unavailable', { detail: `the peer stopped delivering with ${status}` });

const broken = (cause: unknown): unknown =>
  cause instanceof AnlianError
    ? cause
    : (peerFault(cause instanceof Error ? cause.message : '', cause) ??
      new AnlianError('ledger_unavailable', { detail: 'the peer’s block stream broke off', cause }));

/** What a peer delivers from a block on, over one stream; ends with an abort, throws `ledger_unavailable` when the line does. */
export async function* deliver(
  method: DeliverMethod,
  from: number,
  options: DeliverOptions,
  signal: AbortSignal,
): AsyncGenerator<DeliverResponse> {
  const { service } = await options.line.open();
  const seek = await seekEnvelope(from, options);
  if (signal.aborted) return;
  // As bytes both ways: the library would decode a block and lose how it was encoded.
  const stream = service.makeBidiStreamRequest(
    `/protos.Deliver/${method}`,
    (bytes) => Buffer.from(bytes),
    (bytes) => bytes,
  );
  const end = () => stream.cancel();
  stream.on('error', () => undefined);
  signal.addEventListener('abort', end);
  try {
    stream.write(seek);
    for await (const bytes of stream) {
      const response = decodeSigned(events.DeliverResponse, bytes, 'DeliverResponse', 'ledger_corrupt');
      if (response.hasStatus()) throw refused(response.getStatus());
      yield response;
    }
  } catch (error) {
    if (!signal.aborted) throw broken(error);
  } finally {
    signal.removeEventListener('abort', end);
    stream.cancel();
  }
}
