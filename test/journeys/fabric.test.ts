import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { crc32 } from 'node:zlib';
import { canonicalText, type EvidenceBundle, type LedgerReceipt, type Score, toInstant } from '@anlian/contracts';
import type { ConnectedLedger } from '@anlian/sdk/ledger';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BY_HAND, firstDaysOf, type Recomputed, recomputeScores } from '../support/byHand.ts';
import { freePorts, type Launched, launch, tryLaunch } from '../support/consortium.ts';
import { noFabric, unless } from '../support/fabricParts.ts';
import { blocksOf, governorsFabric } from '../support/governorsLedger.ts';
import { isRunning, killAll } from '../support/processFamily.ts';
import { until } from '../support/until.ts';

const COMMAND = resolve(import.meta.dirname, '../../sdk/bin/anlian.ts');
const DINGGU = '91990101MAAA00039J';
const HOUR_MS = 3_600_000;
/** The nodes', and a little above them the network's. */
const PORTS = 120;
/** Where Go builds Fabric's programs first. */
const START_WITHIN_MS = 900_000;

/** A block as the embedded ledger's file frames it, which is what the script reads. */
const framed = (block: Uint8Array): Buffer => {
  const head = Buffer.alloc(12);
  head.write('ANLB');
  head.writeUInt32BE(block.length, 4);
  head.writeUInt32BE(crc32(head.subarray(0, 8)), 8);
  const tail = Buffer.alloc(4);
  tail.writeUInt32BE(crc32(block));
  return Buffer.concat([head, block, tail, Buffer.from('END\n')]);
};

describe.skipIf(noFabric)(unless(noFabric, 'a consortium on Hyperledger Fabric'), { timeout: 240_000 }, () => {
  const homeDir = mkdtempSync(join(tmpdir(), 'anlian-on-fabric-'));
  const inHome = (name: string): string => join(homeDir, name);
  const environment = (ledger: string): Record<string, string> => ({
    ANLIAN_LEDGER: ledger,
    ...(process.env.ANLIAN_FABRIC_BIN ? { ANLIAN_FABRIC_BIN: process.env.ANLIAN_FABRIC_BIN } : {}),
    ...(process.env.HOME ? { HOME: process.env.HOME } : {}),
  });
  let firstPort: number;
  let consortium: Launched;
  let ledger: ConnectedLedger;

  beforeAll(async () => {
    firstPort = await freePorts(18_000, PORTS);
    const options = { environment: environment('fabric'), withinMs: START_WITHIN_MS };
    consortium = await launch(homeDir, firstPort, options);
    ledger = await governorsFabric(homeDir, consortium.plan);
  }, START_WITHIN_MS);
  afterAll(async () => {
    ledger?.close();
    await consortium?.stop();
    rmSync(homeDir, { recursive: true, force: true });
  }, 60_000);

  const pidOf = (part: string): number => JSON.parse(readFileSync(inHome(`fabric/${part}.pid`), 'utf8')).pid;
  const auditor = (member: string) => consortium.people.person(member, 'auditor').api;
  const readiness = async (member: string) => (await consortium.people.nobody(member).send({ path: '/readyz' })).json;

  it('loads the starting set at its first start, and says everywhere what the ledger is', async () => {
    expect(consortium.output()).toContain('首次启动完成 First start complete');
    for (const { member } of consortium.plan.members) {
      const { ledger: told } = await auditor(member).getNode({});
      expect(told, member).toMatchObject({ kind: 'fabric', label: { en: 'Hyperledger Fabric' }, reachable: true });
    }
    const trust = await auditor('zhengheng').getTrust({});
    expect(trust).toMatchObject({
      ledger: 'fabric',
      k: 2,
      witnesses: 2,
      genesisHash: (await ledger.describe()).genesisHash,
    });
    expect((await auditor('hengyuan').listCompanies({ query: { limit: 100 } })).items.length).toBeGreaterThanOrEqual(9);
  });

  it('lets each governor speak through its own peer under its own certificate', async () => {
    const carriers = (await blocksOf(ledger)).flatMap(({ txs }) => txs.map(({ mspId }) => mspId));
    expect([...new Set(carriers)].sort()).toEqual(['HengyuanMSP', 'QichuanMSP', 'ZhenghengMSP']);
  });

  it('gives the scores that were computed by hand, on the ledger, at its nodes and recomputed from the peer’s blocks', async () => {
    const file = inHome('blocks.anlb');
    writeFileSync(file, Buffer.concat((await blocksOf(ledger)).map(({ bytes }) => framed(bytes))));
    const days = firstDaysOf(homeDir);
    const recomputed: Recomputed = recomputeScores(file, days);
    expect(recomputed.height).toBeGreaterThan(20);
    for (const [name, company, ...byHand] of BY_HAND) {
      const told = recomputed.scores.filter((one) => one.company === company).map(({ score, band }) => [score, band]);
      expect(told, name).toEqual(byHand);
      for (const [at, instant] of days.entries()) {
        const onLedger = (await ledger.query('query:score', { company, effectiveAt: instant })) as Score;
        const atNode = await auditor('hengyuan').getScore({ params: { company }, query: { at: instant } });
        expect([onLedger.score, onLedger.band], name).toEqual(byHand[at]);
        expect([atNode.score, atNode.band.code], name).toEqual(byHand[at]);
      }
    }
  });

  it('proves a gate’s decision to an auditor without a network, who need not accept one operator', async () => {
    const { api } = consortium.people.person('hengyuan', 'auditor');
    const { evidence } = await until('a decision is anchored', async () => {
      const { items } = await api.listEvidence({ query: { kind: 'gate-decision', limit: 100 } });
      return items.find(({ state }) => state === 'anchored');
    });
    const bundle: EvidenceBundle = await api.proveEvidence({ params: { evidence } });
    expect(bundle.ledger.endorsements).toHaveLength(2);
    const fewer = { ...bundle, ledger: { ...bundle.ledger, endorsements: bundle.ledger.endorsements.slice(1) } };
    const twice = {
      ...bundle,
      ledger: { ...bundle.ledger, endorsements: [0, 0].map((at) => bundle.ledger.endorsements[at]) },
    };
    const genesis = (await auditor('qichuan').getTrust({})).genesisHash;
    // Not waited for with the thread held: the nodes meanwhile close connections that this process would use again.
    const verify = async (proof: unknown) => {
      writeFileSync(inHome('proof.json'), typeof proof === 'string' ? proof : canonicalText(proof));
      const words = ['verify', inHome('proof.json'), '--trust', inHome('trust.json'), '--genesis', genesis, '--json'];
      const { status, out } = await new Promise<{ status: unknown; out: string }>((ended) =>
        execFile('unshare', ['-rn', process.execPath, COMMAND, ...words], (fault, stdout) =>
          ended({ status: fault === null ? 0 : fault.code, out: stdout }),
        ),
      );
      return { status, ...JSON.parse(out) };
    };
    expect(await verify(bundle)).toMatchObject({ status: 0, verdict: 'proven', trust: 'governors' });
    expect(JSON.stringify((await verify(bundle)).labels)).not.toContain('one operator');
    for (const short of [fewer, twice]) {
      const { status, checks } = await verify(short);
      expect(status).toBe(1);
      expect(checks.at(-1)).toMatchObject({ name: 'endorsement', ok: false });
    }
  });

  it('loses nothing and repeats nothing when a governor’s peer is killed while facts arrive', async () => {
    const manager = consortium.people.person('qichuan', 'safety-manager');
    const peer = pidOf('qichuan/peer');
    const notify = async (turn: number): Promise<{ commandId: string; violation: string }> => {
      const { status, json } = await manager.send({
        method: 'POST',
        path: '/api/v1/violations',
        json: {
          company: DINGGU,
          site: 'qichuan-expansion',
          clause: 'no_helmet',
          occurredAt: toInstant(Date.now() - HOUR_MS),
          report: { text: `第 ${turn} 次` },
        },
      });
      expect([201, 202]).toContain(status);
      const { ledger: receipt, violation } = json as { ledger: LedgerReceipt; violation: string };
      return { commandId: receipt.commandId, violation };
    };
    const before = await Promise.all([1, 2, 3].map(notify));
    const during = [4, 5, 6, 7, 8, 9].map(notify);
    killAll([peer]);
    await until('the node says that the ledger is away', async () => {
      const { fault, ledger: reached } = (await readiness('qichuan')) as { fault: string | null; ledger: boolean };
      return fault === 'ledger_unavailable' && !reached;
    });
    const facts = [...before, ...(await Promise.all([...during, notify(10)]))];
    for (const { commandId } of facts)
      await until(
        `${commandId} is on the ledger`,
        async () => (await manager.api.getCommand({ params: { commandId } })).state === 'committed',
      );
    await until('the node is well again', async () => {
      const told = (await readiness('qichuan')) as { ready: boolean; fault: string | null };
      return told.ready && told.fault === null;
    });
    expect(pidOf('qichuan/peer')).not.toBe(peer);
    const noticed = (await blocksOf(ledger))
      .flatMap(({ txs }) => txs.filter(({ code }) => code === 'VALID'))
      .flatMap(({ events }) => events)
      .flatMap((event) => (event.name === 'credit.noticed' && 'violation' in event.data ? [event.data.violation] : []));
    for (const { violation } of facts) expect(noticed.filter((id) => id === violation)).toHaveLength(1);
    await until('the contractor’s own node shows them all', async () => {
      const { items } = await consortium.people.person('dinggu', 'clerk').api.listViolations({ query: { limit: 500 } });
      return facts.every(({ violation }) => items.filter((item) => item.violation === violation).length === 1);
    });
  });

  it('stops with every process of its network, stays on its ledger, and resumes', async () => {
    const height = async (): Promise<number> => (await ledger.describe()).height;
    const before = { height: await height(), scores: await scores() };
    const parts = ['peer', 'chaincode'].flatMap((part) =>
      ['hengyuan', 'qichuan', 'zhengheng'].map((member) => pidOf(`${member}/${part}`)),
    );
    const everything = [...consortium.children, ...parts, pidOf('hengyuan/orderer')];
    expect(everything.some(isRunning)).toBe(true);
    expect(await consortium.stop()).toBe(0);
    await until('every process has ended', () => !everything.some(isRunning), { withinMs: 10_000 });

    const other = await tryLaunch(homeDir, firstPort, { environment: environment('embedded') });
    if ('stop' in other) await other.stop();
    expect(other).toMatchObject({ exitCode: 1, output: expect.stringContaining('ledger_kind_fixed') });

    // Without a word about the ledger it goes on with its own.
    consortium = await launch(homeDir, firstPort, { environment: environment('') });
    expect(consortium.output()).toContain('已恢复 Resumed');
    expect(await scores()).toEqual(before.scores);
    expect(await height()).toBeGreaterThanOrEqual(before.height);
    const { ledger: told } = await auditor('dinggu').getNode({});
    expect(told).toMatchObject({ kind: 'fabric', reachable: true });
  });

  const scores = async (): Promise<unknown> => {
    const { items } = await auditor('zhengheng').listCompanies({ query: { limit: 100 } });
    return items.map(({ company, standing }) => [company, standing?.score]);
  };
});
