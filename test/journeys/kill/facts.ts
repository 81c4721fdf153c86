import { randomUUID } from 'node:crypto';
import { AnlianError, nationalIdCheck, toInstant } from '@anlian/contracts';
import { expect } from 'vitest';
import type { People, Person } from '../../support/people.ts';
import { until } from '../../support/until.ts';

/** How a fact of each kind names itself in the answer, and where it is read again, at the node that took it. */
const KIND = {
  notice: { id: 'violation', place: '/api/v1/violations' },
  acknowledgement: { id: 'violation', place: '/api/v1/violations' },
  credential: { id: 'credential', place: '/api/v1/credentials' },
  worker: { id: 'worker', place: '/api/v1/workers' },
} as const;
export type FactKind = keyof typeof KIND;
export const FACT_KINDS = Object.keys(KIND) as FactKind[];

/** A creating call, with the key under which it may be sent again. */
interface Posted {
  readonly kind: FactKind;
  readonly who: () => Person;
  readonly path: string;
  readonly json: unknown;
  readonly key: string;
}

export interface Acknowledged extends Posted {
  readonly id: string;
}

/** Facts that people enter while the consortium is killed. */
export interface Facts {
  /** Those for which a 2xx was read. */
  readonly acknowledged: readonly Acknowledged[];
  /** Pieces of work to be repeated, each with a number of its own. */
  readonly works: readonly ((turn: number) => Promise<void>)[];
  isThere(fact: Acknowledged): Promise<boolean>;
  /** Every request without an answer goes again under its key; the node takes it now, or did so before. */
  sendAgain(): Promise<void>;
}

const BROKEN = ['node_unreachable', 'ledger_unavailable', 'internal_error'];

/** Did the connection break, or the node? Then nothing is known of what became of the request. */
export const isBroken = (error: unknown): boolean =>
  error instanceof TypeError || (error instanceof AnlianError && BROKEN.includes(error.code));

const HOUR_MS = 3_600_000;
const DINGGU = '91990101MAAA00039J';
const ANLAN = '91990101MAAA00047D';
const NOTICES = [
  [DINGGU, 'qichuan-expansion', 'qichuan'],
  [ANLAN, 'hengyuan-terminal', 'hengyuan'],
] as const;

const nationalId = (turn: number): { number: string; birthDate: string } => {
  const born = `19${String(70 + (Math.floor(turn / 1000) % 30)).padStart(2, '0')}0315`;
  const seventeen = `990103${born}${String(turn % 1000).padStart(3, '0')}`;
  return { number: `${seventeen}${nationalIdCheck(seventeen)}`, birthDate: `${born.slice(0, 4)}-03-15` };
};

/** `people` is asked at every call: whoever was started again has other people. */
export const openFacts = (people: () => People): Facts => {
  const acknowledged: Acknowledged[] = [];
  const unanswered: Posted[] = [];

  /** @throws {AnlianError} `node_unreachable` where nothing is known of what became of it */
  const post = async (posted: Posted): Promise<Acknowledged> => {
    const { path, json, key, kind } = posted;
    const answer = await posted.who().send({ method: 'POST', path, json, headers: { 'idempotency-key': key } });
    if (answer.status >= 500 || answer.status === 401)
      throw new AnlianError('node_unreachable', { detail: answer.text });
    expect([201, 202], `${path}: ${answer.text}`).toContain(answer.status);
    const taken = { ...posted, id: String((answer.json as Record<string, unknown>)[KIND[kind].id]) };
    acknowledged.push(taken);
    return taken;
  };

  /** Sends once; what breaks is kept, to be sent again under the same key. */
  const attempt = async (kind: FactKind, who: Posted['who'], path: string, json: unknown): Promise<Acknowledged> => {
    const posted = { kind, who, path, json, key: randomUUID() };
    try {
      return await post(posted);
    } catch (error) {
      if (isBroken(error)) unanswered.push(posted);
      throw error;
    }
  };

  const acknowledge = async (violation: string): Promise<void> => {
    const clerk = () => people().person('dinggu', 'clerk');
    const path = `/api/v1/violations/${violation}`;
    await until('the contractor’s node knows the notice', async () => (await clerk().send({ path })).status === 200);
    await attempt('acknowledgement', clerk, `${path}/acknowledge`, undefined);
  };

  const notify = async (turn: number): Promise<void> => {
    const [company, site, owner] = NOTICES[turn % NOTICES.length] as (typeof NOTICES)[number];
    const json = {
      company,
      site,
      clause: 'no_helmet',
      occurredAt: toInstant(Date.now() - HOUR_MS),
      report: { text: `第 ${turn} 次巡查，未戴安全帽。` },
    };
    const manager = () => people().person(owner, 'safety-manager');
    const noticed = await attempt('notice', manager, '/api/v1/violations', json);
    // The contractor answers through the governor that carries its commands.
    if (company === DINGGU) await acknowledge(noticed.id);
  };

  const register = async (turn: number): Promise<void> => {
    const json = {
      company: ANLAN,
      type: 'iso_45001',
      authority: 'certification_body',
      attestation: { method: 'register', checkedAt: toInstant(Date.now() - HOUR_MS) },
      validFrom: '2026-01-01',
      validTo: '2028-12-31',
      record: { number: `ISO-${turn}`, authorityName: '认证机构' },
    };
    await attempt('credential', () => people().person('zhengheng', 'assessor'), '/api/v1/credentials', json);
  };

  const employ = async (turn: number): Promise<void> => {
    const { number, birthDate } = nationalId(turn);
    const json = { name: `工人${turn}`, idDocument: { type: 'national_id', number }, birthDate, trade: '普工' };
    await attempt('worker', () => people().person('dinggu', 'clerk'), '/api/v1/workers', json);
  };

  return {
    acknowledged,
    works: [notify, register, employ],
    isThere: async ({ who, kind, id }) => (await who().send({ path: `${KIND[kind].place}/${id}` })).status === 200,
    sendAgain: async () => {
      for (const posted of unanswered.splice(0)) await post(posted);
    },
  };
};
