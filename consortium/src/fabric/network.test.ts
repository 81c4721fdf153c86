import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildChaincode, bundleOf, type ChaincodeBundle } from '@anlian/sdk/fabric';
import { type ConnectedLedger, connectFabricGateway, signerOf } from '@anlian/sdk/ledger';
import { afterAll, describe, expect, it } from 'vitest';
import { freePorts } from '../../../test/support/consortium.ts';
import { fabricBinaries, noFabric, noFabric3, unless } from '../../../test/support/fabricParts.ts';
import { CHAINCODE, CHANNEL, foundChannel, type Governor, governorsWith } from '../../../test/support/governors.ts';
import { killAll } from '../../../test/support/processFamily.ts';
import { until } from '../../../test/support/until.ts';
import type { Progress } from '../launcher/progress.ts';
import { runningPid } from './daemons.ts';
import { identityFiles, materialOf } from './material.ts';
import { fabricDown, fabricUp } from './network.ts';
import { type FabricPlan, HOST, type OrganisationPlan, PORTS_EACH, type Profile, planFabric } from './plan.ts';
import { everyDaemon, ordererDaemon } from './programs.ts';
import { healthy } from './readiness.ts';
import { fabricStatus } from './status.ts';

const quiet = { step: () => ({ advance: () => undefined, done: () => undefined }) };
const plans: FabricPlan[] = [];

afterAll(async () => {
  for (const plan of plans) {
    await fabricDown(plan);
    rmSync(plan.dir, { recursive: true, force: true });
  }
});

const MEMBERS = ['hengyuan', 'qichuan', 'zhengheng', 'tongzhou'];

const open = async (profile: Profile) => {
  const dir = mkdtempSync(join(tmpdir(), 'anlian-network-'));
  const names = MEMBERS.slice(0, profile === 'bft4' ? 4 : 3);
  const members = names.map((member) => ({ member, mspId: `${member}MSP`, name: member }));
  const firstPort = await freePorts(25_000, members.length * PORTS_EACH);
  const plan = planFabric({ dir, profile, channel: CHANNEL, chaincode: CHAINCODE, members, firstPort });
  plans.push(plan);
  const binaries = await fabricBinaries();
  const up = (bundle?: ChaincodeBundle, signal = new AbortController().signal, progress: Progress = quiet) =>
    fabricUp({
      plan,
      binaries,
      sources: { crypto: globalThis.crypto, now: new Date() },
      progress,
      signal,
      ...(bundle && { bundle }),
    });
  return { plan, binaries, up };
};

const organisationOf = (plan: FabricPlan, member: string): OrganisationPlan => {
  const found = plan.organisations.find((organisation) => organisation.member === member);
  if (!found) throw new Error(`no organisation of ${member}`);
  return found;
};

const governorsOf = (plan: FabricPlan): Governor[] =>
  governorsWith(({ member }) => {
    const { clientMsp, orgMsp } = materialOf(organisationOf(plan, member));
    const { cert, key } = identityFiles(clientMsp);
    const [certPem, keyPem, caCertPem] = [cert, key, join(orgMsp, 'cacerts', 'ca.crt')].map((file) =>
      readFileSync(file, 'utf8'),
    ) as [string, string, string];
    return { certPem, keyPem, caCertPem, caKeyPem: '' };
  });

const withLedger = async <T>(
  plan: FabricPlan,
  governor: Governor,
  work: (ledger: ConnectedLedger) => Promise<T>,
): Promise<T> => {
  const organisation = organisationOf(plan, governor.member);
  const ledger = connectFabricGateway({
    endpoint: `${HOST}:${organisation.peerPort}`,
    tlsRootPem: readFileSync(materialOf(organisation).tlsRoots, 'utf8'),
    identity: { mspId: governor.mspId, certPem: governor.msp.certPem, sign: signerOf(governor.msp.keyPem) },
    channel: CHANNEL,
    chaincode: CHAINCODE,
    clock: Date.now,
    random: (length) => globalThis.crypto.getRandomValues(new Uint8Array(length)),
  });
  try {
    return await work(ledger);
  } finally {
    ledger.close();
  }
};

const pidsOf = async (plan: FabricPlan): Promise<number[]> =>
  (await Promise.all(everyDaemon(plan).map(runningPid))).filter((pid) => pid !== undefined);

const commitsATransaction = async (plan: FabricPlan): Promise<void> => {
  const governors = governorsOf(plan);
  const [first] = governors as [Governor];
  await withLedger(plan, first, (ledger) => foundChannel(governors, ledger));
  await withLedger(plan, governors[1] as Governor, async (ledger) => {
    await until(
      'the other peer has what was committed',
      async () => (await ledger.query('query:get', { key: 'channel' })) !== null,
    );
  });
};

describe('a Fabric network', () => {
  it.skipIf(noFabric)(
    unless(noFabric, 'raft1 comes back after a power cut with its data, and runs no code that was not approved'),
    async () => {
      const { plan, binaries, up } = await open('raft1');
      await up();
      await commitsATransaction(plan);
      const status = () => fabricStatus(plan, { binaries }, { crypto: globalThis.crypto, now: new Date() });
      const heightsOf = async () => Object.values((await status()).heights);
      const before = await heightsOf();

      killAll(await pidsOf(plan));
      await up();
      expect(await heightsOf()).toEqual(before);
      const first = (await status()).chaincode;
      expect(first?.sequence).toBe(1);

      const built = await buildChaincode();
      const changed = bundleOf(Buffer.concat([built.bytes, Buffer.from('\n// another build\n')]));
      await up(changed);
      const second = (await status()).chaincode;
      expect(second?.sequence).toBe(2);
      expect(second?.bundles).toEqual(
        Object.fromEntries(plan.organisations.map(({ member }) => [member, changed.sha256])),
      );
      expect(Object.values(first?.bundles ?? {})).toEqual(plan.organisations.map(() => built.sha256));
      for (const pid of await Promise.all(
        plan.organisations.map(({ dir }) => runningPid({ pidFile: join(dir, 'chaincode.pid') })),
      ))
        expect(readFileSync(`/proc/${pid}/cmdline`, 'utf8')).toContain(changed.sha256);
      const [governor] = governorsOf(plan) as [Governor];
      expect(
        await withLedger(plan, governor, (ledger) => ledger.query('query:get', { key: 'channel' })),
      ).not.toBeNull();

      await up(changed);
      expect((await status()).chaincode?.sequence).toBe(2);
      await fabricDown(plan);
      expect(await pidsOf(plan)).toEqual([]);
    },
    240_000,
  );

  it.skipIf(noFabric)(
    unless(
      noFabric,
      'raft3 is ready when a majority endorses through every peer, and goes on when one of its orderers stops',
    ),
    async () => {
      const { plan, up } = await open('raft3');
      await up();
      const view = (governor: Governor) =>
        withLedger(plan, governor, (ledger) => ledger.view({ type: 'site', key: ['yard'] }));
      for (const { endorsements } of await Promise.all(governorsOf(plan).map(view)))
        expect(endorsements).toHaveLength(2);

      const frozen = await Promise.all(
        plan.organisations.slice(1).map(({ dir }) => runningPid({ pidFile: join(dir, 'chaincode.pid') })),
      );
      const tell = (signal: NodeJS.Signals) => {
        for (const pid of frozen) if (pid !== undefined) process.kill(pid, signal);
      };
      tell('SIGSTOP');
      const seen: string[] = [];
      const step: Progress['step'] = ({ en }) => {
        seen.push(en);
        return { advance: () => undefined, done: () => seen.push(`${en} done`) };
      };
      const rising = up(undefined, undefined, { step }).finally(() => seen.push('ready'));
      try {
        await until('the last step', async () => seen.includes('Endorsement') || seen.includes('ready'));
        expect(seen.at(-1)).toBe('Endorsement');
      } finally {
        tell('SIGCONT');
      }
      await rising;
      expect(seen.slice(-2)).toEqual(['Endorsement done', 'ready']);
      const last = plan.organisations.at(-1);
      if (!last?.orderer) throw new Error('three order');
      expect(await healthy(last.orderer.operationsPort)).toBe(true);
      killAll([(await runningPid({ pidFile: join(last.dir, 'orderer.pid') })) ?? 0]);
      await commitsATransaction(plan);
      await fabricDown(plan);
    },
    180_000,
  );

  it.skipIf(noFabric)(
    unless(noFabric, 'stops what it has started when a start is cut short'),
    async () => {
      const { plan, binaries, up } = await open('raft1');
      const stopping = new AbortController();
      const rising = up(undefined, stopping.signal);
      const [orderer] = plan.organisations as [Parameters<typeof ordererDaemon>[0]];
      await until('an orderer runs', () => runningPid(ordererDaemon(orderer, binaries)));
      stopping.abort();
      await expect(rising).rejects.toThrow();
      expect(await pidsOf(plan)).toEqual([]);
      await up();
      expect(await pidsOf(plan)).toHaveLength(7);
      await fabricDown(plan);
    },
    180_000,
  );

  it.skipIf(noFabric3)(
    unless(noFabric3, 'bft4 orders by four organisations, and goes on when one of them stops'),
    async () => {
      const { plan, up } = await open('bft4');
      await up();
      killAll([(await runningPid({ pidFile: join(plan.organisations[3]?.dir ?? '', 'orderer.pid') })) ?? 0]);
      await commitsATransaction(plan);
      await fabricDown(plan);
    },
    240_000,
  );
});
