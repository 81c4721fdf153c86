import {
  cosignNote,
  formatCheckpoint,
  formatNote,
  noteVerifier,
  parseCheckpoint,
  parseNote,
  signNote,
} from '@anlian/chaincode/proof';
import {
  canonicalBytes,
  checkpointOrigin,
  type EvidenceBundle,
  fromBase64Url,
  type SplitViewFile,
  type TrustBundle,
} from '@anlian/contracts';
import { verifyBundle } from '@anlian/sdk/verify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHANNEL } from '../support/governors.ts';
import { memberKey } from '../support/keys.ts';
import { until } from '../support/until.ts';
import { openWitnessNetwork, type WitnessingNode, type WitnessNetwork } from '../support/witnessNodes.ts';

let network: WitnessNetwork;
let [port, shipyard, assessor] = [] as unknown as WitnessNetwork['nodes'];
let trust: TrustBundle;
beforeAll(async () => {
  network = await openWitnessNetwork();
  [port, shipyard, assessor] = network.nodes;
  await port.records();
  await port.anchors();
  trust = await port.as('auditor').getTrust({});
});
afterAll(() => network.close());

const outcomeOf = async (file: unknown, trusted = trust): Promise<string> => {
  const { checks } = await verifyBundle(canonicalBytes(file), trusted, { now: new Date() });
  return checks.find(({ ok }) => !ok)?.name ?? 'proven';
};
const newest = async (node: WitnessingNode) =>
  (await node.as('auditor').listEvidence({ query: { limit: 1 } })).items[0];
const linesOf = (checkpoint: string): string[] => parseNote(checkpoint).signatures.map(({ name }) => name);
const names = (...members: string[]): string[] => members.map((member) => checkpointOrigin(CHANNEL, member));

describe('an anchored head', () => {
  let bundle: EvidenceBundle;
  beforeAll(async () => {
    bundle = await port.as('auditor').proveEvidence({ params: { evidence: (await newest(port))?.evidence ?? '' } });
  });
  const changed = (change: (lines: string[]) => string[]): EvidenceBundle => {
    const [head = '', lines = ''] = bundle.checkpoint.split('\n\n');
    return { ...bundle, checkpoint: `${head}\n\n${change(lines.trimEnd().split('\n')).join('\n')}\n` };
  };
  const strangers = async (): Promise<EvidenceBundle> => {
    const key = memberKey('log');
    const [name = ''] = names('zhengheng');
    const verifier = await noteVerifier(name, fromBase64Url(key.descriptor.jwk.x), 'cosignature/v1');
    const { text, signatures } = parseNote(bundle.checkpoint);
    const note = formatNote({ text, signatures: signatures.slice(0, 2) });
    const signer = { verifier, sign: async (message: Uint8Array) => key.sign(message) };
    return { ...bundle, checkpoint: await cosignNote(note, signer, Math.floor(Date.now() / 1000)) };
  };

  it('carries the log’s line and those of both other governors, in the log, in the proof and on the ledger', async () => {
    expect(linesOf(bundle.checkpoint)).toEqual(names('hengyuan', 'qichuan', 'zhengheng'));
    expect(await (await port.get('/log/checkpoint')).text()).toBe(bundle.checkpoint);
    expect((await newest(port))?.state).toBe('anchored');
  });

  it('is proven offline with both of them', async () => {
    expect(trust.witnesses).toBe(2);
    expect(await outcomeOf(bundle)).toBe('proven');
  });

  it.each<[string, () => EvidenceBundle | Promise<EvidenceBundle>]>([
    ['none', () => changed((lines) => lines.slice(0, 1))],
    ['one missing', () => changed((lines) => lines.slice(0, 2))],
    ['one doubled', () => changed(([own = '', one = '']) => [own, one, one])],
    ['one too many', () => changed((lines) => [...lines, lines[2] ?? ''])],
    ['a stranger’s in a governor’s name', strangers],
  ])('is refused with cosignatures: %s', async (_, file) => {
    expect(await outcomeOf(await file())).toBe('checkpoint_cosignatures');
  });
});

describe('while a witness is away', () => {
  beforeAll(async () => {
    await assessor.stop();
    await port.records();
  });

  it('the head waits, the evidence stays logged, and the node says whom it waits for', async () => {
    expect((await newest(port))?.state).toBe('logged');
    const ready = (await (await port.get('/readyz')).json()) as Record<string, unknown>;
    const awaiting = { due: 2, have: 1, missing: [{ member: 'zhengheng', why: 'it does not answer' }] };
    expect(ready).toMatchObject({ ready: true, notices: ['cosignatures_missing'], awaiting });
    expect((await port.as('auditor').getNode({})).evidence).toMatchObject({ awaiting });
    expect(await (await port.get('/metrics')).text()).toContain('\nanlian_evidence_missing_cosignatures 1\n');
    expect(linesOf(await (await port.get('/log/checkpoint')).text())).toHaveLength(3);
  });

  it('all of it is anchored once the witness is back', async () => {
    await port.records();
    await assessor.start();
    await port.anchors();
    expect((await newest(port))?.state).toBe('anchored');
    expect(await (await port.get('/readyz')).json()).toMatchObject({ notices: [] });
    const file = await port.as('auditor').proveEvidence({ params: { evidence: (await newest(port))?.evidence ?? '' } });
    expect(await outcomeOf(file)).toBe('proven');
  });
});

describe('a log that shows another head than the one it anchored', () => {
  let file: SplitViewFile;
  beforeAll(async () => {
    const { size, origin } = parseCheckpoint(parseNote(await (await port.get('/log/checkpoint')).text()).text);
    const verifier = await noteVerifier(origin, fromBase64Url(port.logKey));
    const text = formatCheckpoint({ origin, size, root: new Uint8Array(32).fill(7) });
    const forged = await signNote(text, { verifier, sign: port.signAsLog });
    const answer = await shipyard.submit(`old ${size}\n\n${forged}`);
    expect([answer.status, await answer.json()]).toMatchObject([409, { code: 'split_view' }]);
    const { items } = await shipyard.as('auditor').listSplitViews({ query: { limit: 10 } });
    expect(items).toHaveLength(1);
    file = items[0]?.file as SplitViewFile;
  });

  it('is convicted by the two heads it signed, offline, by anybody with the trust file', async () => {
    const verdict = await verifyBundle(canonicalBytes(file), trust, { now: new Date() });
    expect(verdict).toMatchObject({ verdict: 'proven', kind: 'split-view', subject: { splitLog: 'hengyuan' } });
  });

  it.each<[string, (honest: SplitViewFile) => unknown, string]>([
    ['one head twice', ({ heads, ...rest }) => ({ ...rest, heads: [heads[0], heads[0]] }), 'heads_contradict'],
    ['a path that means nothing', (rest) => ({ ...rest, path: ['A'.repeat(43)] }), 'heads_contradict'],
    ['another member’s name', (rest) => ({ ...rest, member: 'qichuan' }), 'checkpoint_signature'],
    [
      'a head that was changed',
      ({ heads, ...rest }) => ({ ...rest, heads: [heads[0], heads[1]?.replace(/\n\d+\n/, '\n9\n')] }),
      'checkpoint_signature',
    ],
    [
      'a surplus line',
      ({ heads, ...rest }) => ({
        ...rest,
        heads: [heads[0], `${heads[1]}${heads[1]?.split('\n\n')[1]?.replace('hengyuan', 'nobody')}`],
      }),
      'checkpoint_form',
    ],
    ['another channel', (rest) => ({ ...rest, channel: 'other' }), 'channel'],
    ['another chaincode', (rest) => ({ ...rest, chaincode: 'other' }), 'chaincode'],
    ['a third head', ({ heads, ...rest }) => ({ ...rest, heads: [...heads, heads[0]] }), 'bundle_form'],
  ])('is not convicted by a file with %s', async (_, change, check) => {
    expect(await outcomeOf(change(file))).toBe(check);
  });

  it('is told of by the witness, which keeps a record of its own and has it cosigned in its turn', async () => {
    const [view] = (await shipyard.as('safety-manager').listSplitViews({ query: { limit: 10 } })).items;
    expect(await (await shipyard.get('/readyz')).json()).toMatchObject({ ready: true, notices: ['split_view'] });
    expect((await shipyard.as('auditor').getNode({})).evidence.splitViews).toBe(1);
    expect(await (await shipyard.get('/metrics')).text()).toContain('\nanlian_witness_split_views 1\n');
    await shipyard.anchors();
    const proof = await shipyard.as('auditor').proveEvidence({ params: { evidence: view?.evidence ?? '' } });
    expect(JSON.parse(proof.record)).toMatchObject({ kind: 'split-view', heads: file.heads });
    expect(await outcomeOf(proof, await shipyard.as('auditor').getTrust({}))).toBe('proven');
  });

  it('is still witnessed in the branch that was anchored', async () => {
    await port.records();
    await port.anchors();
    await until('the shipyard has the head', async () => (await newest(port))?.state === 'anchored');
  });
});
