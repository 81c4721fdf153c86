import { AnlianError } from '@anlian/contracts';
import { beforeEach, describe, expect, it } from 'vitest';
import { ORDERING } from '../transport.ts';
import { broadcastTo } from './broadcast.ts';
import type { Committer } from './fabricCommon.ts';
import type { LineTo, NetworkEndpoint } from './lines.ts';

const ENVELOPE = { payload: Uint8Array.of(1), signature: Uint8Array.of(2) };
const at = (endpoint: string): NetworkEndpoint => ({ endpoint, tlsRootPem: 'root' });

describe('handing a transaction to the orderers', () => {
  let statuses: Record<string, string>;
  let named: readonly string[];
  let reads: number;
  let asked: string[];
  let closed: string[];
  beforeEach(() => {
    [statuses, named, reads, asked, closed] = [{}, ['one', 'two'], 0, [], []];
  });

  /** Orderers that answer with a status; one that has none is gone. */
  const lineTo = ({ endpoint }: NetworkEndpoint): LineTo<Committer> => ({
    open: async () => {
      asked.push(endpoint);
      const status = statuses[endpoint];
      if (status === undefined) throw new AnlianError('ledger_unavailable');
      return { sendBroadcast: async () => ({ status, info: '' }) } as unknown as Committer;
    },
    close: () => closed.push(endpoint),
  });
  const open = () =>
    broadcastTo(async () => {
      reads += 1;
      return named.map(at);
    }, lineTo);

  it('goes to the next when one does not take it, and reads once where they are', async () => {
    statuses = { one: 'SERVICE_UNAVAILABLE', two: 'SUCCESS' };
    const orderers = open();
    await orderers.ready();
    await orderers.broadcast(ENVELOPE);
    await orderers.broadcast(ENVELOPE);
    expect([asked, reads]).toEqual([['one', 'two', 'one', 'two'], 1]);
  });

  it('finds those that came instead of the ones it knew', async () => {
    const orderers = open();
    await orderers.ready();
    [named, statuses] = [['two', 'three'], { three: 'SUCCESS' }];
    await expect(orderers.broadcast(ENVELOPE)).rejects.toMatchObject({ code: 'ledger_unavailable', field: ORDERING });
    await orderers.broadcast(ENVELOPE);
    expect(asked).toEqual(['one', 'two', 'two', 'three']);
    expect(closed).toEqual(['one']);
    orderers.close();
    expect(closed).toEqual(['one', 'two', 'three']);
  });

  it('ends where the submitter is refused: no other orderer would take it', async () => {
    statuses = { one: 'FORBIDDEN', two: 'SUCCESS' };
    await expect(open().broadcast(ENVELOPE)).rejects.toMatchObject({ code: 'submitter_unknown' });
    expect(asked).toEqual(['one']);
  });
});
