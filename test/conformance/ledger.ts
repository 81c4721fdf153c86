import { AnlianError, type ErrorCode } from '@anlian/contracts';
import {
  decodeAttested,
  type FollowedBlock,
  type FollowedTransaction,
  type Ledger,
  sameBytes,
} from '@anlian/sdk/ledger';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHAINCODE, CHANNEL, foundChannel, freshId, freshKey, type Governor, signedBy } from '../support/governors.ts';
import type { Line, OnSign } from '../support/line.ts';
import { until } from '../support/until.ts';

/** A running ledger of one channel whose members are these governors; the channel is not founded yet. */
export interface OpenedLedger {
  readonly governors: readonly Governor[];
  /** The port as one governor, with its own clock where a test wants a wrong one. */
  connect(governor: Governor, clock?: () => number): Ledger;
  /** The port as one governor over a line that can lose answers; `onSign` hears what it signs, before it is sent. */
  connectOverLine(governor: Governor, onSign: OnSign): Promise<{ readonly ledger: Ledger; readonly line: Line }>;
  /** Stops what serves the ledger and starts it again on the same data and address. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** What a ledger may do otherwise, each with its reason. */
export interface Differences {
  readonly kind: 'embedded' | 'fabric';
  /** Endorsements on an attested transaction. */
  readonly attestations: number;
  /** What becomes of a submission whose answer was lost with the line: unknown, or found again when the line is back. */
  readonly lostAnswer: 'ledger_unavailable' | 'accepted';
}

const refusal = async (work: Promise<unknown>): Promise<ErrorCode | 'accepted'> =>
  work.then(
    () => 'accepted' as const,
    (error: unknown) => {
      if (error instanceof AnlianError) return error.code;
      throw error;
    },
  );

const take = async (
  ledger: Ledger,
  from: number,
  until: (block: FollowedBlock) => boolean,
  previousHash?: Uint8Array,
): Promise<FollowedBlock[]> => {
  const stop = new AbortController();
  const blocks: FollowedBlock[] = [];
  for await (const block of ledger.follow({ from, signal: stop.signal, ...(previousHash && { previousHash }) })) {
    blocks.push(block);
    if (until(block)) stop.abort();
  }
  return blocks;
};

const isOf = ({ command }: FollowedTransaction, commandId: string): boolean => command.command.commandId === commandId;

const holds = (txId: string) => (block: FollowedBlock) => block.txs.some((tx) => tx.txId === txId);

/** Every ledger behind the port keeps these promises. */
export const ledgerConformance = (name: string, open: () => Promise<OpenedLedger>, differences: Differences): void => {
  describe(`the ledger port on ${name}`, () => {
    let opened: OpenedLedger;
    let ledger: Ledger;
    let hengyuan: Governor;
    let qichuan: Governor;
    let sites = 0;
    const newSite = () => {
      sites += 1;
      return `site-${sites}`;
    };

    beforeAll(async () => {
      opened = await open();
      [hengyuan, qichuan] = opened.governors as [Governor, Governor];
      ledger = opened.connect(hengyuan);
      await foundChannel(opened.governors, ledger);
    });
    afterAll(() => opened?.close());

    const registerSite = (site: string, commandId?: string) =>
      ledger.submit(signedBy(hengyuan, 'site:register', { site }, commandId));

    it('says what it is and names its genesis block', async () => {
      const described = await ledger.describe();
      expect(described).toMatchObject({ kind: differences.kind, channel: CHANNEL, chaincode: CHAINCODE });
      expect(described.height).toBeGreaterThan(3);
      const [genesis] = await take(ledger, 0, () => true);
      expect(Buffer.from(genesis?.hash ?? []).toString('hex')).toBe(described.genesisHash);
    });

    it('commits a command and answers with its rule’s result and its block', async () => {
      const site = newSite();
      const commit = await registerSite(site);
      expect(commit).toMatchObject({ code: 'VALID', status: 'valid', result: { site } });
      const [block] = await take(ledger, commit.blockNumber, () => true);
      const tx = block?.txs.find((one) => one.txId === commit.txId);
      expect(tx).toMatchObject({ code: 'VALID', mspId: hengyuan.mspId, result: { site } });
      expect(tx?.events).toEqual([{ name: 'site.registered', data: { site, owner: hengyuan.member } }]);
      expect(tx?.command.command.args).toEqual({ site });
    });

    it('answers queries from the present state', async () => {
      const site = newSite();
      await registerSite(site);
      expect(await ledger.query('query:get', { key: `site/${site}` })).toEqual({
        version: 1,
        site,
        owner: hengyuan.member,
      });
      expect(await ledger.query('query:get', { key: 'site/nowhere' })).toBeNull();
      expect(await refusal(ledger.query('query:nothing', {}))).toBe('unknown_command');
    });

    it('hands a rule’s refusal on with its code and field', async () => {
      const site = newSite();
      await registerSite(site);
      await expect(registerSite(site)).rejects.toMatchObject({ code: 'already_exists', field: '/args/site' });
    });

    it('applies a commandId once, and answers its repeats as the first time', async () => {
      const site = newSite();
      const command = signedBy(hengyuan, 'site:register', { site });
      const first = await ledger.submit(command);
      const again = await ledger.submit(command);
      expect(again.result).toEqual(first.result);
      const blocks = await take(ledger, first.blockNumber, holds(again.txId));
      const events = blocks
        .flatMap((block) => block.txs)
        .filter((tx) => tx.command.command.commandId === command.command.commandId)
        .flatMap((tx) => tx.events);
      expect(events).toHaveLength(1);
    });

    it('refuses a commandId with other content', async () => {
      const commandId = freshId('cmd');
      await registerSite(newSite(), commandId);
      expect(await refusal(registerSite(newSite(), commandId))).toBe('command_conflict');
    });

    it('applies a command sent fifty times at once exactly once', async () => {
      const command = signedBy(hengyuan, 'site:register', { site: newSite() });
      const from = (await ledger.describe()).height;
      const commits = await Promise.all(Array.from({ length: 50 }, () => ledger.submit(command)));
      const last = Math.max(...commits.map(({ blockNumber }) => blockNumber));
      const blocks = await take(ledger, from, (block) => block.number === last);
      const applied = blocks.flatMap((block) => block.txs).filter((tx) => tx.code === 'VALID' && tx.events.length > 0);
      expect(applied).toHaveLength(1);
      expect(commits.every(({ result }) => JSON.stringify(result) === JSON.stringify(commits[0]?.result))).toBe(true);
    });

    it('brings fifty writers of one key through, each exactly once', { timeout: 60_000 }, async () => {
      const keys = Array.from({ length: 50 }, () => freshKey('pack').descriptor);
      const from = (await ledger.describe()).height;
      const commits = await Promise.all(
        keys.map((key) => ledger.submit(signedBy(hengyuan, 'member:register_key', { key }))),
      );
      const last = Math.max(...commits.map(({ blockNumber }) => blockNumber));
      const txs = (await take(ledger, from, (block) => block.number === last)).flatMap((block) => block.txs);
      const registered = txs
        .filter((tx) => tx.code === 'VALID')
        .flatMap((tx) => tx.events.filter((event) => event.name === 'member.key_registered'));
      expect(registered.map((event) => event.name === 'member.key_registered' && event.data.key.kid).sort()).toEqual(
        keys.map(({ kid }) => kid).sort(),
      );
      expect(
        txs
          .filter((tx) => tx.code !== 'VALID')
          .every((tx) => tx.code === 'MVCC_READ_CONFLICT' || tx.code === 'PHANTOM_READ_CONFLICT'),
      ).toBe(true);
    });

    it('lets one of two admissions to the same range win, and refuses the other by its rule', async () => {
      const site = newSite();
      await registerSite(site);
      const admit = () =>
        refusal(
          ledger.submit(
            signedBy(hengyuan, 'site:admit', {
              site,
              company: qichuan.company,
              admission: freshId('adm'),
              from: new Date().toISOString(),
            }),
          ),
        );
      expect((await Promise.all([admit(), admit()])).sort()).toEqual(['accepted', 'already_exists']);
    });

    it('carries another governor’s command under the carrier’s name', async () => {
      const site = newSite();
      const { txId, blockNumber } = await opened.connect(qichuan).submit(signedBy(hengyuan, 'site:register', { site }));
      const [block] = await take(ledger, blockNumber, () => true);
      expect(block?.txs.find((tx) => tx.txId === txId)).toMatchObject({
        mspId: qichuan.mspId,
        events: [{ data: { owner: hengyuan.member } }],
      });
    });

    it.each([['2001-01-01'], ['2099-01-01']])('refuses a transaction dated %s', async (day) => {
      const wrong = opened.connect(hengyuan, () => Date.parse(`${day}T00:00:00.000Z`));
      expect(await refusal(wrong.submit(signedBy(hengyuan, 'site:register', { site: newSite() })))).toBe('clock_skew');
    });

    it('follows from a checkpoint across a restart, without loss or repetition', { timeout: 60_000 }, async () => {
      const [before] = await take(ledger, 2, () => true);
      const stop = new AbortController();
      const seen: FollowedBlock[] = [];
      const arrivals = new Map<number, () => void>();
      const arrival = (number: number) =>
        new Promise<void>((resolve) =>
          seen.some((block) => block.number === number) ? resolve() : arrivals.set(number, resolve),
        );
      const following = (async () => {
        for await (const block of ledger.follow({
          from: 3,
          signal: stop.signal,
          ...(before && { previousHash: before.hash }),
        })) {
          seen.push(block);
          arrivals.get(block.number)?.();
        }
      })();
      const first = await registerSite(newSite());
      await arrival(first.blockNumber);
      await opened.restart();
      const second = await registerSite(newSite());
      await arrival(second.blockNumber);
      stop.abort();
      await following;
      expect(seen.map((block) => block.number)).toEqual(seen.map((_, at) => at + 3));
      for (const [at, block] of seen.entries())
        expect(sameBytes(block.previousHash, (seen[at - 1] ?? before)?.hash ?? new Uint8Array())).toBe(true);
    });

    it('loses nothing when the answer to a submission is lost: the same command again answers as the first', async () => {
      const site = newSite();
      const command = signedBy(hengyuan, 'site:register', { site });
      const { commandId } = command.command;
      let named = 0;
      const { ledger: lossy, line } = await opened.connectOverLine(hengyuan, (message) => {
        if (!Buffer.from(message).includes(commandId)) return;
        named += 1;
        // The proposal names the command first, and then the transaction that is ordered.
        if (named === 2) line.hold();
      });
      const from = (await ledger.describe()).height;
      const outcome = refusal(lossy.submit(command));
      const isIn = (block: FollowedBlock) => block.txs.some((tx) => isOf(tx, commandId));
      await take(ledger, from, isIn);
      line.cut();
      expect(await outcome).toBe(differences.lostAnswer);
      const again = await until('the client has found its way back', () =>
        lossy.submit(command).catch((error: unknown) => {
          if (!(error instanceof AnlianError) || error.code !== 'ledger_unavailable') throw error;
          return undefined;
        }),
      );
      expect(again.result).toEqual({ site });
      const txs = (await take(ledger, from, holds(again.txId)))
        .flatMap((block) => block.txs)
        .filter((tx) => isOf(tx, commandId));
      expect(txs.map((tx) => tx.code)).toEqual(['VALID', 'VALID']);
      expect(txs.flatMap((tx) => tx.events)).toHaveLength(1);
    });

    it('stops waiting for a submission that is aborted, with the abort’s reason', async () => {
      const stop = new AbortController();
      const { ledger: lossy, line } = await opened.connectOverLine(hengyuan, () => {
        line.hold();
        stop.abort(new Error('no longer wanted'));
      });
      const submitting = lossy.submit(signedBy(hengyuan, 'site:register', { site: newSite() }), {
        signal: stop.signal,
      });
      await expect(submitting).rejects.toThrow('no longer wanted');
      line.cut();
    });

    it('refuses to follow on from another history', async () => {
      const following = take(ledger, 2, () => true, new Uint8Array(32).fill(7));
      expect(await refusal(following)).toBe('ledger_corrupt');
    });

    it('hands out the same block bytes that it follows with, and none beyond its height', async () => {
      const { height } = await ledger.describe();
      const [block] = await take(ledger, height - 1, () => true);
      expect(sameBytes(await ledger.block(height - 1), block?.bytes ?? new Uint8Array())).toBe(true);
      expect(await refusal(ledger.block(height + 1_000_000))).toBe('not_found');
    });

    it('attests a transaction: the envelope and its code, over the hash of the question', async () => {
      const commit = await registerSite(newSite());
      const attested = await decodeAttested(await ledger.attest(commit.txId));
      expect(attested).toMatchObject({ validationCode: 'VALID', answeredBy: 'qscc', status: 200 });
      expect(attested.asked).toMatchObject({
        chaincode: 'qscc',
        function: 'GetTransactionByID',
        channel: CHANNEL,
        txId: commit.txId,
      });
      expect(attested.transaction.header.txId).toBe(commit.txId);
      expect(sameBytes(attested.proposalHash, attested.signedProposalHash)).toBe(true);
      expect(attested.endorsers).toHaveLength(differences.attestations);
      expect(await refusal(ledger.attest('0'.repeat(64)))).toBe('not_found');
    });
  });
};
