import { sign, verify } from 'node:crypto';
import type { Passage, PassageRequest } from '@anlian/sdk/gate';
import type { LocalKey } from '../../sdk/src/gate/keys.ts';
import { type GateSite, openGateSite, type Shown, type Signature } from './gateSite.ts';
import { alternate, inFlight, inTurn, median, milliseconds, type Work } from './measure.ts';
import { atLeast, type Bench, type Row } from './row.ts';

const WORKERS = 100;
/** Of these, so many a round go through the gate that stores: each waits for the disk. */
const STORED = 20;
const LANES = 10;
const ROUNDS = { warmUp: 5, measured: 30 };
/** Of the rate of the bare signature operations. */
const GOAL = 0.5;

export type Decide = (request: PassageRequest) => Promise<Passage>;

/** The signed record. Throws when the worker was not let in: a bench of refusals would be a bench of something else. */
export const letIn = async (decide: Decide, { text }: Shown): Promise<string> => {
  const { decision, record } = await decide({ text, direction: 'in', workClass: 'hot_work' });
  if (decision.outcome !== 'allow') throw new Error(`not let in: ${JSON.stringify(decision.reasons)}`);
  return record;
};

const decisions = (decide: Decide, shown: readonly Shown[]): Work[] => shown.map((one) => () => letIn(decide, one));

/** The signature operations of one decision and nothing else, by `node:crypto` on the bytes of a decision about the same presentation. */
const bareOperations =
  (signatures: readonly Signature[], signed: Uint8Array, { privateKey }: LocalKey): Work =>
  () => {
    for (const { message, signature, key } of signatures)
      if (!verify('sha256', message, { key, dsaEncoding: 'ieee-p1363' }, signature))
        throw new Error('a signature does not hold');
    sign('sha256', signed, { key: privateKey, dsaEncoding: 'ieee-p1363' });
  };

const signedPart = (record: string): Uint8Array => Buffer.from(record.slice(0, record.lastIndexOf('.')), 'latin1');

/** One round: everybody passes the gate that stores nothing, as somebody met before and as somebody new; then the bare operations of each. */
const roundOf = (site: GateSite, rehearse: Decide, remembering: Decide) => async () => {
  const shown = await site.showAfter(1);
  const signed: Uint8Array[] = [];
  for (const one of shown) signed.push(signedPart(await letIn(rehearse, one)));
  const bare = (signatures: (one: Shown) => readonly Signature[]): Work[] =>
    shown.map((one, at) => bareOperations(signatures(one), signed[at] ?? new Uint8Array(), site.key));
  const forgetful = await site.unstored();
  const stored = shown.slice(0, STORED);
  const later = (await site.showAfter(1)).slice(0, STORED);
  return {
    before: () => inTurn(decisions(remembering, shown)),
    beforeBare: () => inTurn(bare(({ byHolder }) => [byHolder])),
    first: () => inTurn(decisions(forgetful, shown)),
    firstBare: () => inTurn(bare(({ byHolder, byIssuer }) => [byIssuer, byHolder])),
    stored: () => inTurn(decisions(site.gate.decide, stored)),
    lanes: () => inFlight(LANES, decisions(site.gate.decide, later)),
  };
};

const ratioRow = (name: string, decisionMs: number, bareMs: number, operations: string): Row => ({
  name: `${name}: rate of decisions / rate of their signature operations run bare`,
  value: bareMs / decisionMs,
  unit: '×',
  ...atLeast(bareMs / decisionMs, GOAL),
  detail: `read, verify, look up, decide, sign, not stored: ${milliseconds(decisionMs)}; ${operations}: ${milliseconds(bareMs)}`,
});

const storedRow = (name: string, storedMs: number, bareMs: number, detail: string): Row => ({
  name,
  value: 1000 / storedMs,
  unit: 'decisions/s',
  detail: `${detail}; ${(bareMs / storedMs).toFixed(2)} × the rate of the bare signature operations`,
});

/** The gate's decision against its own signature operations run bare, turn by turn in one run; and what durability adds. */
export const benchGate: Bench = async ({ random }) => {
  const site = await openGateSite(WORKERS, WORKERS, random);
  try {
    const times = await alternate(ROUNDS, roundOf(site, await site.unstored(), await site.unstored()));
    const before = median(times.before) / WORKERS;
    const beforeBare = median(times.beforeBare) / WORKERS;
    return [
      ratioRow('a worker met before', before, beforeBare, '1 verify and 1 sign'),
      ratioRow(
        'a worker met first',
        median(times.first) / WORKERS,
        median(times.firstBare) / WORKERS,
        '2 verify and 1 sign',
      ),
      storedRow(
        'one at a time, on the disk before it is told',
        median(times.stored) / STORED,
        beforeBare,
        'one commit each',
      ),
      storedRow(
        `${LANES} lanes, on the disk before it is told`,
        median(times.lanes) / STORED,
        beforeBare,
        'lanes share commits',
      ),
    ];
  } finally {
    site.close();
  }
};
