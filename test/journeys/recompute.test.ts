import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { type Score, toInstant } from '@anlian/contracts';
import { connectEmbedded, type Ledger, signerOf } from '@anlian/sdk/ledger';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  BY_HAND,
  firstDaysOf,
  type Recomputed,
  recomputeScores,
  RECOMPUTE_SCRIPT as SCRIPT,
} from '../support/byHand.ts';
import { type Launched, launch } from '../support/consortium.ts';
import { copyOfLoadedHome } from '../support/homes.ts';
import { random } from '../support/people.ts';

describe('scores recomputed by a program that shares nothing with the ledger', () => {
  const home = copyOfLoadedHome();
  const blocks = join(home.dir, 'ledger', 'blocks.anlb');
  let consortium: Launched;
  let ledger: Ledger;
  let today: string;
  let tomorrow: string;
  let recomputed: Recomputed;

  beforeAll(async () => {
    consortium = await launch(home.dir, home.firstPort);
    const { plan } = consortium;
    const msp = JSON.parse(readFileSync(join(home.dir, 'members', 'hengyuan', 'msp', 'msp.json'), 'utf8'));
    ledger = connectEmbedded({
      url: `http://127.0.0.1:${plan.ledgerPort}`,
      identity: { mspId: msp.mspId, certPem: msp.certPem, sign: signerOf(msp.keyPem) },
      channel: plan.channel,
      chaincode: plan.chaincode,
      clock: Date.now,
      random,
    });
    [today, tomorrow] = firstDaysOf(home.dir);
    recomputed = recompute(today, tomorrow);
  });
  afterAll(async () => {
    await consortium.stop();
    home.remove();
  });

  const recompute = (...instants: readonly string[]): Recomputed => recomputeScores(blocks, instants);

  it('uses nothing but Python’s standard library', () => {
    const imported = [...readFileSync(SCRIPT, 'utf8').matchAll(/^\s*(?:import|from)\s+(\S+)/gm)].map(
      ([, name]) => name,
    );
    expect(imported.sort()).toEqual(['base64', 'calendar', 'datetime', 'hashlib', 'json', 'struct', 'sys', 'zlib']);
  });

  it.each(BY_HAND)('gives %s the scores that were computed by hand', (_, company, scoreToday, scoreTomorrow) => {
    const told = recomputed.scores.filter((one) => one.company === company).map(({ score, band }) => [score, band]);
    expect(told).toEqual([scoreToday, scoreTomorrow]);
  });

  it('gives every company the ledger’s own score, and its node’s, with every deduction', async () => {
    const { scores, policies } = recomputed;
    const { height } = await ledger.describe();
    expect(recompute(today).height).toBeGreaterThanOrEqual(height);
    expect(Object.values(policies)).toEqual(['credit-policy/1']);
    expect(scores).toHaveLength(2 * 9);
    const auditor = consortium.people.person('hengyuan', 'auditor').api;
    for (const { company, at, ...told } of scores) {
      const onLedger = (await ledger.query('query:score', { company, effectiveAt: at })) as Score;
      const atNode = await auditor.getScore({ params: { company }, query: { at } });
      expect(sameForm({ ...onLedger }), `${company} at ${at} on the ledger`).toEqual(sameForm(told));
      expect(sameForm({ ...atNode, band: atNode.band.code }), `${company} at ${at} at its node`).toEqual(
        sameForm(told),
      );
    }
  });

  it('agrees with the ledger one millisecond before and at every instant at which a score changes by itself, years ahead', async () => {
    const companies = [...new Set(recomputed.scores.map(({ company }) => company))];
    const instants = new Set<string>();
    for (const company of companies) {
      for (let at: string | null = today; at !== null; ) {
        const score = (await ledger.query('query:score', { company, effectiveAt: at })) as Score;
        at = score.nextChangeAt;
        if (at !== null) instants.add(at).add(toInstant(Date.parse(at) - 1));
      }
    }
    expect(instants.size).toBeGreaterThan(10);
    for (const { company, at, ...told } of recompute(...instants).scores) {
      const onLedger = (await ledger.query('query:score', { company, effectiveAt: at })) as Score;
      expect(sameForm(onLedger), `${company} at ${at}`).toEqual(sameForm(told));
    }
  });

  it('refuses blocks of which one byte was changed, also when the frame’s own check was made to fit', () => {
    const whole = readFileSync(blocks);
    const damaged = join(home.dir, 'damaged.anlb');
    const at = whole.lastIndexOf('"credit:acknowledge"');
    const start = whole.lastIndexOf('ANLB', at);
    const length = whole.readUInt32BE(start + 4);
    for (const mend of [false, true]) {
      const copy = Buffer.from(whole);
      copy[at + 1] = 'C'.charCodeAt(0);
      if (mend) copy.writeUInt32BE(crc32(copy.subarray(start + 12, start + 12 + length)), start + 12 + length);
      writeFileSync(damaged, copy);
      const { status, stderr } = spawnSync('python3', [SCRIPT, damaged, today], { encoding: 'utf8' });
      expect(status).toBe(1);
      expect(stderr).toContain(mend ? 'its data are not those of its header' : 'the block is damaged');
    }
  });
});

/** What both programs tell, in one order. */
const sameForm = ({ score, band, policyHash, deductions }: Omit<Recomputed['scores'][number], 'company' | 'at'>) => ({
  score,
  band,
  policyHash,
  deductions: deductions.map(({ kind, fact, points }) => `${kind} ${fact} ${points}`).sort(),
});
