import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { memberUrl } from '@anlian/consortium/launcher';
import { AnlianError, nationalIdCheck, toInstant } from '@anlian/contracts';
import { heldPass, presentFromPhone } from '@anlian/sdk/phone';
import { afterAll, describe, expect, it } from 'vitest';
import { type Launched, launch } from '../support/consortium.ts';
import { gateOf, type OpenedGate } from '../support/gates.ts';
import { blocksOf, governorsLedger } from '../support/governorsLedger.ts';
import { copyOfLoadedHome } from '../support/homes.ts';
import { localFetch, type Person } from '../support/people.ts';
import { type Head, type ServedLog, servedLog } from '../support/servedLog.ts';
import { until } from '../support/until.ts';

/** How often everything is killed: twenty in `npm run test:faults`. */
const KILLS = Number(process.env.ANLIAN_KILLS ?? 4);
const HOUR_MS = 3_600_000;

/** A creating call, with the key under which it may be sent again. */
interface Posted {
  readonly kind: 'notice' | 'acknowledgement' | 'credential' | 'worker';
  readonly who: () => Person;
  readonly path: string;
  readonly json: unknown;
  readonly key: string;
}

interface Acknowledged extends Posted {
  readonly id: string;
}

const ID_OF = {
  notice: 'violation',
  acknowledgement: 'violation',
  credential: 'credential',
  worker: 'worker',
} as const;

const KINDS = Object.keys(ID_OF) as Posted['kind'][];

/** Where a fact of each kind is read again, at the node that took it. */
const PLACE_OF = {
  notice: (id: string) => `/api/v1/violations/${id}`,
  acknowledgement: (id: string) => `/api/v1/violations/${id}`,
  credential: (id: string) => `/api/v1/credentials/${id}`,
  worker: (id: string) => `/api/v1/workers/${id}`,
} as const;

const nationalId = (at: number): { number: string; birthDate: string } => {
  const born = `19${String(70 + (Math.floor(at / 1000) % 30)).padStart(2, '0')}0315`;
  const seventeen = `990103${born}${String(at % 1000).padStart(3, '0')}`;
  return { number: `${seventeen}${nationalIdCheck(seventeen)}`, birthDate: `${born.slice(0, 4)}-03-15` };
};

const BROKEN = ['node_unreachable', 'ledger_unavailable', 'internal_error'];

/** Did the connection break, or the node? Then nothing is known of what became of the request. */
const isBroken = (error: unknown): boolean =>
  error instanceof TypeError || (error instanceof AnlianError && BROKEN.includes(error.code));

describe(`a consortium that is killed ${KILLS} times while facts and gate decisions arrive`, () => {
  const home = copyOfLoadedHome();
  let consortium: Launched;
  let gates: OpenedGate[] = [];
  let count = 0;
  const acknowledged: Acknowledged[] = [];
  const unanswered: Posted[] = [];
  /** By gate: up to which number the node said that it has everything. */
  const uploaded = new Map<string, number>();
  const heads = new Map<string, Head>();
  let highest = 0;
  const startsMs: number[] = [];

  afterAll(async () => {
    for (const { gate } of gates) gate.close();
    await consortium?.stop();
    home.remove();
  });

  const at = (...parameters: Parameters<Launched['people']['person']>) => consortium.people.person(...parameters);

  const NOTICES = [
    ['91990101MAAA00039J', 'qichuan-expansion', 'qichuan'],
    ['91990101MAAA00047D', 'hengyuan-terminal', 'hengyuan'],
  ] as const;

  /** @throws {AnlianError} `node_unreachable` where nothing is known of what became of it */
  const post = async (posted: Posted): Promise<Acknowledged> => {
    const { path, json, key, kind } = posted;
    const answer = await posted.who().send({ method: 'POST', path, json, headers: { 'idempotency-key': key } });
    if (answer.status >= 500 || answer.status === 401)
      throw new AnlianError('node_unreachable', { detail: answer.text });
    expect([201, 202], `${path}: ${answer.text}`).toContain(answer.status);
    const taken = { ...posted, id: String((answer.json as Record<string, unknown>)[ID_OF[kind]]) };
    acknowledged.push(taken);
    return taken;
  };

  /** Sends once; what breaks is kept, to be sent again under the same key. */
  const attempt = async (posted: Posted): Promise<Acknowledged> => {
    try {
      return await post(posted);
    } catch (error) {
      if (isBroken(error)) unanswered.push(posted);
      throw error;
    }
  };

  const made = (kind: Posted['kind'], who: Posted['who'], path: string, json: unknown): Posted => ({
    kind,
    who,
    path,
    json,
    key: randomUUID(),
  });

  const notify = async (turn: number): Promise<void> => {
    const [company, site, owner] = NOTICES[turn % NOTICES.length] as (typeof NOTICES)[number];
    const json = {
      company,
      site,
      clause: 'no_helmet',
      occurredAt: toInstant(Date.now() - HOUR_MS),
      report: { text: `第 ${turn} 次巡查，未戴安全帽。` },
    };
    const noticed = await attempt(made('notice', () => at(owner, 'safety-manager'), '/api/v1/violations', json));
    // The contractor answers through the governor that carries its commands.
    if (company === '91990101MAAA00039J') await acknowledge(noticed.id);
  };

  const acknowledge = async (violation: string): Promise<void> => {
    const path = `/api/v1/violations/${violation}`;
    await until('the contractor’s node knows the notice', async () => {
      const { status } = await at('dinggu', 'clerk').send({ path });
      return status === 200;
    });
    await attempt(made('acknowledgement', () => at('dinggu', 'clerk'), `${path}/acknowledge`, undefined));
  };

  const register = async (turn: number): Promise<void> => {
    const json = {
      company: '91990101MAAA00047D',
      type: 'iso_45001',
      authority: 'certification_body',
      attestation: { method: 'register', checkedAt: toInstant(Date.now() - HOUR_MS) },
      validFrom: '2026-01-01',
      validTo: '2028-12-31',
      record: { number: `ISO-${turn}`, authorityName: '认证机构' },
    };
    await attempt(made('credential', () => at('zhengheng', 'assessor'), '/api/v1/credentials', json));
  };

  const employ = async (turn: number): Promise<void> => {
    const { number, birthDate } = nationalId(turn);
    const json = { name: `工人${turn}`, idDocument: { type: 'national_id', number }, birthDate, trade: '普工' };
    await attempt(made('worker', () => at('dinggu', 'clerk'), '/api/v1/workers', json));
  };

  /** Phones of workers who may come to each gate's site; whatever the decision, it must not be lost. */
  const PHONES = {
    expansion: ['worker-15', 'worker-16', 'worker-17'],
    'terminal-east': ['worker-02', 'worker-03', 'worker-04'],
  };

  const decide = async (
    { gate, id, transport }: OpenedGate,
    phones: readonly string[],
    turn: number,
  ): Promise<void> => {
    const phone = join(home.dir, 'phones', phones[turn % phones.length] ?? '');
    await gate.decide({ text: await presentFromPhone(phone, Date.now), direction: turn % 2 === 0 ? 'in' : 'out' });
    uploaded.set(id, await gate.upload(transport.upload));
  };

  const logOf = async (member: string): Promise<ServedLog> =>
    servedLog(
      memberUrl(consortium.people.node(member)),
      member,
      await at('hengyuan', 'auditor').api.getTrust({}),
      localFetch,
    );

  /** What the consortium says of itself never goes back on what it said before. */
  const watch = async (logs: ReadonlyMap<string, ServedLog>): Promise<void> => {
    const { height } = await governorsLedger(home.dir, consortium.plan).describe();
    expect(height).toBeGreaterThanOrEqual(highest);
    highest = height;
    for (const [member, log] of logs) {
      const head = await log.head();
      const before = heads.get(member);
      if (!head) expect(before, `${member} had a head`).toBeUndefined();
      else {
        if (before) await log.requireConsistent(before, head);
        heads.set(member, head);
      }
    }
  };

  const allLogs = async (): Promise<ReadonlyMap<string, ServedLog>> =>
    new Map(
      await Promise.all(consortium.plan.members.map(async ({ member }) => [member, await logOf(member)] as const)),
    );

  /** Repeats a piece of work until it breaks. */
  const keepOn = async (work: (turn: number) => Promise<void>): Promise<void> => {
    try {
      for (;;) await work(count++);
    } catch (error) {
      if (!isBroken(error)) throw error;
    }
  };

  const underLoad = async (round: number): Promise<void> => {
    const logs = await allLogs();
    const before = acknowledged.length;
    const [expansion, terminal] = gates as [OpenedGate, OpenedGate];
    const running = Promise.all([
      keepOn(notify),
      keepOn(register),
      keepOn(employ),
      keepOn((turn) => decide(expansion, PHONES.expansion, turn)),
      keepOn((turn) => decide(terminal, PHONES['terminal-east'], turn)),
      keepOn(() => watch(logs)),
    ]);
    await Promise.race([
      running,
      until('something of every kind was acknowledged', () => {
        const kinds = acknowledged.slice(before).map(({ kind }) => kind);
        return KINDS.every((kind) => kinds.filter((one) => one === kind).length >= 2 + (round % 3));
      }),
    ]);
    await consortium.kill(round % 2 === 0 ? 'everything' : 'launcher');
    await running;
  };

  const isThere = async ({ who, kind, id }: Acknowledged): Promise<boolean> => {
    const { status } = await who().send({ path: PLACE_OF[kind](id) });
    return status === 200;
  };

  /** Every kept request goes again under its key; the node takes it now, or did so before. */
  const sendAgain = async (): Promise<void> => {
    for (const posted of unanswered.splice(0)) await post(posted);
  };

  const start = async (): Promise<void> => {
    consortium = await launch(home.dir, home.firstPort);
    startsMs.push(consortium.startMs);
  };

  it('has every fact for which a 2xx was read exactly once, serves consistent tree heads and never goes back', {
    timeout: 60_000 + KILLS * 60_000,
  }, async () => {
    await start();
    gates = await Promise.all([gateOf(home.dir, 'expansion'), gateOf(home.dir, 'terminal-east')]);
    for (const { gate, transport } of gates) await gate.sync(transport.fetchPack);
    expect(heldPass(join(home.dir, 'phones', PHONES.expansion[0] ?? '')).passId).toMatch(/^pas_/);

    for (let round = 0; round < KILLS; round++) {
      const before = acknowledged.length;
      await underLoad(round);
      await start();
      await watch(await allLogs());
      for (const one of acknowledged.slice(before)) {
        // A notice that was queued when everything died is projected when the ledger has it.
        await until(`${one.kind} ${one.id} is there`, () => isThere(one));
      }
      await sendAgain();
    }

    await settled();
    await requireFactsOnce();
    await requireDecisionsOnce();
  });

  const settled = async (): Promise<void> => {
    for (const { gate, transport, id } of gates) uploaded.set(id, await gate.upload(transport.upload));
    for (const { member } of consortium.plan.members)
      await until(`${member} has nothing under way`, async () => {
        const auditor = at(member, 'auditor').api;
        const { ledger, evidence } = await auditor.getNode({});
        const { items } = await auditor.listEvidence({ query: { limit: 500 } });
        const taken = items.every(({ state }) => state === 'anchored');
        return ledger.waitingCommands === 0 && evidence.size === evidence.anchoredSize && taken;
      });
  };

  const requireFactsOnce = async (): Promise<void> => {
    const events = (await blocksOf(governorsLedger(home.dir, consortium.plan)))
      .flatMap(({ txs }) => txs.filter(({ code }) => code === 'VALID'))
      .flatMap((tx) => tx.events);
    const told = (name: string): string[] =>
      events
        .filter((event) => event.name === name)
        .map(({ data }) => ('violation' in data ? data.violation : 'credential' in data ? data.credential : ''));
    const idsOf = (kind: Posted['kind']) => acknowledged.filter((one) => one.kind === kind).map(({ id }) => id);
    for (const [kind, name] of [
      ['notice', 'credit.noticed'],
      ['acknowledgement', 'credit.acknowledged'],
      ['credential', 'credential.registered'],
    ] as const) {
      const ids = told(name);
      expect(new Set(ids).size, `no ${name} twice`).toBe(ids.length);
      expect(
        idsOf(kind).filter((id) => !ids.includes(id)),
        `${kind} acknowledged but not on the ledger`,
      ).toEqual([]);
      expect(idsOf(kind).length, `${kind} under load`).toBeGreaterThan(KILLS);
    }

    // A key that was sent twice gave one id, and each worker is there once.
    const workers = new Set(idsOf('worker'));
    const byKey = new Map(acknowledged.map(({ key, id }) => [key, id]));
    expect(acknowledged.filter(({ key, id }) => byKey.get(key) !== id)).toEqual([]);
    const listed = await allPages(at('dinggu', 'clerk'), '/api/v1/workers');
    const added = listed.map((item) => String(item.name)).filter((name) => name.startsWith('工人'));
    expect(new Set(added).size).toBe(added.length);
    expect(added.length).toBe(workers.size);

    for (const { member } of consortium.plan.members) {
      const sizes = events.flatMap((event) =>
        event.name === 'evidence.anchored' &&
        'member' in event.data &&
        event.data.member === member &&
        'size' in event.data
          ? [event.data.size]
          : [],
      );
      expect(sizes, `anchors of ${member} grow`).toEqual([...new Set(sizes)].sort((a, b) => Number(a) - Number(b)));
    }
  };

  const requireDecisionsOnce = async (): Promise<void> => {
    for (const { id, member, gate } of gates) {
      const { lastSeq } = gate.status();
      expect(uploaded.get(id)).toBe(lastSeq);
      expect(lastSeq).toBeGreaterThan(3 * KILLS);
      const decisions = await allPages(at(member, 'safety-manager'), `/api/v1/decisions?gate=${id}`);
      const numbers = decisions.map(({ seq }) => Number(seq)).sort((a, b) => a - b);
      expect(numbers).toEqual(Array.from({ length: lastSeq }, (_, before) => before + 1));
      const log = await logOf(member);
      const head = heads.get(member) && (await log.head());
      const leaves = head ? await log.leaves(head) : [];
      const logged = leaves.filter((leaf) => leaf.gate === id).map(({ seq }) => Number(seq));
      expect(
        logged.sort((a, b) => a - b),
        `leaves of ${id}`,
      ).toEqual(numbers);
    }
  };

  const allPages = async (person: Person, path: string): Promise<Record<string, unknown>[]> => {
    const items: Record<string, unknown>[] = [];
    for (let cursor = ''; ; ) {
      const separator = path.includes('?') ? '&' : '?';
      const { json } = await person.send({ path: `${path}${separator}limit=500${cursor && `&cursor=${cursor}`}` });
      const page = json as { items: Record<string, unknown>[]; next?: string };
      items.push(...page.items);
      if (page.next === undefined) return items;
      cursor = page.next;
    }
  };

  it('was resumed within a minute after every kill', () => {
    expect(startsMs).toHaveLength(KILLS + 1);
    expect(Math.max(...startsMs), startsMs.map(Math.round).join(', ')).toBeLessThan(60_000);
  });
});
