import { noteVerifier, openNote } from '@anlian/chaincode/proof';
import { type AnyLedgerEvent, checkpointOrigin, fromBase64Url, SplitViewPage } from '@anlian/contracts';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { evidenceLog } from '../../../chaincode/src/testing/evidenceLog.ts';
import { testKey } from '../../../chaincode/src/testing/keys.ts';
import { CHANNEL } from '../../../chaincode/src/testing/ledger.ts';
import { eachDatabase } from '../../../test/support/postgres.ts';
import { evidence } from '../evidence/tables.ts';
import { memberWith, policyOf, startWitness, submission, type WitnessNode } from './fixtures/witnessNode.ts';
import { splitViews, witnessHeads, witnessLogs } from './tables.ts';

const KEY = testKey('log');
const LOG = evidenceLog('hengyuan', KEY);
/** The same log, as it would be if its leaves from the fourth on were others. */
const FORK = evidenceLog('hengyuan', KEY, { from: 3 });
const ORIGIN = checkpointOrigin(CHANNEL, 'hengyuan');

describe.each(eachDatabase)('a witness on $name', ({ open }) => {
  let witness: WitnessNode;
  beforeAll(async () => {
    witness = await startWitness((await open()).db);
    const governors = [witness.descriptor, memberWith('hengyuan', '91990101MAAA00012T', KEY)];
    await witness.tell(
      { name: 'channel.founded', data: { policy: policyOf(governors, 1), genesis: 'g', proposer: 'qichuan' } } as never,
      ...governors.map((member): AnyLedgerEvent => ({ name: 'member.admitted', data: { member } })),
    );
  });
  afterAll(() => witness.stop());
  beforeEach(async () => {
    for (const table of [witnessLogs, witnessHeads, splitViews, evidence]) await witness.deps.db.delete(table);
    witness.logged.length = 0;
  });

  const grow = async (from: number, to: number, log = LOG) =>
    witness.submit(
      submission(from, from === 0 || from === to ? [] : await log.path(from, to), await log.checkpoint(to)),
    );
  const found = async () => SplitViewPage.parse((await witness.splitViews('auditor.qichuan')).body).items;

  it('cosigns a head, dated by its clock, and every head that extends it', async () => {
    for (const [from, to] of [
      [0, 1],
      [1, 7],
      [7, 7],
      [7, 300],
    ] as const) {
      const { status, text } = await grow(from, to);
      expect(status).toBe(200);
      const [jwk] = witness.descriptor.keys.filter(({ use }) => use === 'log').map((key) => key.jwk as { x: string });
      const name = checkpointOrigin(CHANNEL, 'qichuan');
      const verifier = await noteVerifier(name, fromBase64Url(jwk?.x ?? ''), 'cosignature/v1');
      const { verified } = await openNote(`${await LOG.checkpoint(to)}${text}`, [verifier]);
      expect(verified).toEqual([{ verifier, timestamp: witness.time.ms / 1000 }]);
    }
    expect(await found()).toEqual([]);
  });

  describe('that cosigned seven leaves', () => {
    beforeEach(async () => {
      expect((await grow(0, 7)).status).toBe(200);
    });
    const head = () => LOG.checkpoint(9);
    const path = () => LOG.path(7, 9);
    const withPath = async (change: (path: string[]) => string[]) => submission(7, change(await path()), await head());
    const stranger = evidenceLog('hengyuan', testKey('log'));
    const other = (origin: string) => evidenceLog('x', KEY).checkpoint(9, origin);

    it.each<[string, () => Promise<string | Uint8Array>, number]>([
      ['nothing', async () => '', 400],
      ['bytes that are no text', async () => Uint8Array.of(0xff, 0xfe, 10, 10), 400],
      ['only a checkpoint', head, 400],
      ['an old size with a leading zero', async () => submission('07', await path(), await head()), 400],
      ['a negative old size', async () => submission('-7', await path(), await head()), 400],
      ['an old size that no number holds', async () => submission('9'.repeat(30), [], await head()), 400],
      ['no empty line', async () => (await withPath((all) => all)).replace('\n\n', '\n'), 400],
      ['a proof line that is no base64', async () => (await withPath((all) => all)).replace(/\n.{4}/, '\n!!!!'), 400],
      ['a proof line that is too short', () => withPath((all) => [...all, 'AAAA']), 400],
      ['sixty-four proof lines', () => withPath(() => Array(64).fill('A'.repeat(43)) as string[]), 400],
      ['no checkpoint', async () => 'old 7\n\n', 400],
      ['a checkpoint with a carriage return', async () => submission(7, [], `${await head()}\r`), 400],
      ['an extension line', async () => submission(7, await path(), (await head()).replace('\n\n', '\nmore\n\n')), 400],
      ['a smaller checkpoint than it says it extends', async () => submission(7, [], await LOG.checkpoint(5)), 400],
      ['a log of nobody', async () => submission(0, [], await other(checkpointOrigin(CHANNEL, 'nobody'))), 404],
      ['a log of another channel', async () => submission(0, [], await other('anlian/other/hengyuan')), 404],
      ['a log of its own', async () => submission(0, [], await other(checkpointOrigin(CHANNEL, 'qichuan'))), 404],
      ['the channel’s name alone', async () => submission(0, [], await other(`anlian/${CHANNEL}/`)), 404],
      ['a signature by another key', async () => submission(7, await path(), await stranger.checkpoint(9)), 403],
      [
        'a signature over another size',
        async () => submission(7, await path(), (await head()).replace('\n9\n', '\n8\n')),
        403,
      ],
      ['an old size that it did not cosign', async () => submission(6, await LOG.path(6, 9), await head()), 409],
      ['an old size of zero', async () => submission(0, [], await head()), 409],
      ['a head before the one it cosigned', async () => submission(5, [], await LOG.checkpoint(5)), 409],
      ['no proof', async () => submission(7, [], await head()), 422],
      ['a proof with a hash too many', () => withPath((all) => [...all, ...all.slice(0, 1)]), 422],
      ['a proof between other heads', async () => submission(7, await LOG.path(6, 9), await head()), 422],
      ['a proof for the head it cosigned', async () => submission(7, await path(), await LOG.checkpoint(7)), 422],
    ])('answers %s as the specification says, convicts nobody and keeps its head', async (_, body, status) => {
      expect(await witness.submit(await body())).toMatchObject({ status });
      expect(await found()).toEqual([]);
      expect((await grow(7, 9)).status).toBe(200);
    });

    it('tells the size that it has, as the specification spells it', async () => {
      expect(await grow(3, 9)).toEqual({ status: 409, type: 'text/x.tlog.size', text: '7\n' });
    });

    it('takes no more than a small body', async () => {
      expect((await witness.submit('x'.repeat(64 << 10))).status).toBe(413);
    });

    it('takes no more than so many submissions of one source in a minute', async () => {
      const statuses: number[] = [];
      witness.time.ms += 60_000;
      for (let at = 0; at < 1_300; at++) statuses.push((await witness.submit('')).status);
      expect(new Set(statuses)).toEqual(new Set([400, 429]));
      witness.time.ms += 60_000;
      expect((await grow(7, 9)).status).toBe(200);
    });

    it('never cosigns two heads onto one old head, however they race', async () => {
      const answers = await Promise.all([grow(7, 9), grow(7, 12), grow(7, 9, FORK), grow(7, 20), grow(7, 8)]);
      const statuses = answers.map(({ status }) => status);
      expect(statuses.filter((status) => status === 200)).toHaveLength(1);
      expect(statuses.filter((status) => status !== 200).every((status) => [409, 422, 400].includes(status))).toBe(
        true,
      );
    });

    it('convicts a log by two heads of one size, whatever is said of their past, once, and tells', async () => {
      for (const old of [0, 7, 9]) {
        const { status } = await witness.submit(submission(old, [], await FORK.checkpoint(7)));
        expect([400, 409]).toContain(status);
      }
      const [view, ...more] = await found();
      expect(more).toEqual([]);
      expect(view).toMatchObject({
        member: 'hengyuan',
        shownBy: 'submission',
        file: { kind: 'split-view', heads: [await LOG.checkpoint(7), await FORK.checkpoint(7)], path: [] },
      });
      const [row] = await witness.deps.db.select().from(evidence).where(eq(evidence.kind, 'split-view-found'));
      expect(row?.evidence).toBe(view?.evidence);
      expect(JSON.parse(row?.record ?? '')).toMatchObject({ ...view?.file, shownBy: 'submission' });
      expect(witness.logged.join()).toContain('contradict');
    });

    it('convicts a log by a later head whose own proof shows another past', async () => {
      expect((await grow(7, 9, FORK)).status).toBe(422);
      expect(await found()).toMatchObject([
        { file: { heads: [await LOG.checkpoint(7), await FORK.checkpoint(9)], path: await FORK.path(7, 9) } },
      ]);
    });

    it('keeps what the log signed, not what somebody added to it', async () => {
      const note = `${await FORK.checkpoint(7)}— somebody ${Buffer.alloc(72, 1).toString('base64')}\n`;
      await witness.submit(submission(7, [], note));
      expect((await found())[0]?.file.heads[1]).toBe(await FORK.checkpoint(7));
    });

    it.each([
      ['auditor.qichuan', 200],
      ['safety_manager.qichuan', 200],
      ['administrator.qichuan', 200],
      ['clerk.qichuan', 403],
      ['auditor.hengyuan', 403],
    ])('shows it to %s with status %i', async (who, status) => {
      expect((await witness.splitViews(who)).status).toBe(status);
    });
  });

  describe('that reads of anchored heads on the ledger', () => {
    const anchored = async (log: typeof LOG, size: number): Promise<AnyLedgerEvent> => {
      const checkpoint = await log.checkpoint(size);
      const root = Buffer.from(checkpoint.split('\n')[2] ?? '', 'base64').toString('base64url');
      return {
        name: 'evidence.anchored',
        data: { member: 'hengyuan', origin: ORIGIN, size, root, checkpoint, gates: [] },
      };
    };

    it('convicts a log that anchored another head than it was shown', async () => {
      await grow(0, 7);
      await witness.tell(await anchored(LOG, 7), await anchored(FORK, 7));
      expect(await found()).toMatchObject([
        { shownBy: 'ledger', file: { heads: [await LOG.checkpoint(7), await FORK.checkpoint(7)] } },
      ]);
    });

    it('convicts a log that shows it another head than it anchored, and does not cosign that one', async () => {
      await witness.tell(await anchored(LOG, 7));
      expect((await grow(0, 7, FORK)).status).toBe(409);
      expect(await found()).toMatchObject([{ shownBy: 'submission' }]);
      expect((await grow(0, 7)).status).toBe(200);
    });
  });

  it('cosigns no log of a member that was expelled', async () => {
    await witness.tell({
      name: 'member.expelled',
      data: { member: 'hengyuan', windDownUntil: '2027-01-01T00:00:00.000Z' },
    } as AnyLedgerEvent);
    expect((await grow(0, 7)).status).toBe(403);
  });
});
