import {
  AnlianError,
  BATCH_NAME,
  type CommandArgs,
  type CommandName,
  canonicalBytes,
  canonicalText,
  encodeBatch,
  MAX_BATCH_BYTES,
  type SignedCommand,
  stateKey,
  toBase64Url,
} from '@anlian/contracts';
import { beforeEach, describe, expect, it } from 'vitest';
import { openLedgerWith, type Sending, type TestLedger, USCC } from '../testing/ledger.ts';
import { invoke } from './invoke.ts';
import type { RuleOutcome } from './rule.ts';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

let ledger: TestLedger;
let reads: string[];
beforeEach(async () => {
  ledger = await openLedgerWith(['hengyuan', 'qichuan'], ['dinggu', 'anlan']);
  reads = [];
});

const signed = <N extends CommandName>(member: string, name: N, args: CommandArgs<N>, how?: Sending): SignedCommand => {
  const { command, actor } = ledger.call(member, name, args, how);
  return { command: JSON.parse(new TextDecoder().decode(command)), actor };
};
const site = (name: string, how?: Sending) => signed('hengyuan', 'site:register', { site: name }, how);
const admit = (siteName: string, company: string) =>
  signed('hengyuan', 'site:admit', { site: siteName, company, admission: ledger.id('adm'), from: ledger.now });
const paper = (company?: string) =>
  signed('hengyuan', 'credential:register', {
    credential: ledger.id('crd'),
    subject:
      company === undefined
        ? { kind: 'worker', commitment: toBase64Url(new Uint8Array(32)) }
        : { kind: 'company', company },
    type: company === undefined ? 'special_work_welding' : 'work_safety_licence',
    authority: 'emergency_management',
    commitment: toBase64Url(new Uint8Array(32)),
    attestation: { method: 'register', checkedAt: ledger.now },
    validFrom: '2026-01-01',
    validTo: '2028-12-31',
  });

const runBytes = (bytes: Uint8Array, carriedBy = 'hengyuan'): Promise<RuleOutcome> =>
  invoke(
    {
      get: (key) => {
        reads.push(key);
        return ledger.state.get(key);
      },
      range: (start, end) => ledger.state.range(start, end),
    },
    {
      args: [utf8(BATCH_NAME), bytes],
      mspId: `${carriedBy}MSP`,
      txId: 'a'.repeat(64),
      txTime: ledger.now,
      channel: 'anlian-test',
      chaincode: 'anlian',
    },
  );
const run = (...batch: SignedCommand[]): Promise<RuleOutcome> => runBytes(encodeBatch(batch));
const submit = async (...batch: SignedCommand[]): Promise<RuleOutcome> => {
  const outcome = await run(...batch);
  ledger.state.apply(outcome.writes);
  return outcome;
};
const refusal = async (work: Promise<unknown>): Promise<AnlianError> => {
  const error: unknown = await work.then(
    () => 'accepted',
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof AnlianError)) throw error;
  return error;
};

describe('commands that share a transaction', () => {
  it('all take effect, each with its own record, result and events under its id', async () => {
    const [first, second] = [site('quay'), site('depot')];
    const { events, result } = await submit(first, second);
    expect(result).toEqual([{ site: 'quay' }, { site: 'depot' }]);
    expect(events).toEqual([
      { name: 'site.registered', data: { site: 'quay', owner: 'hengyuan' }, commandId: first.command.commandId },
      { name: 'site.registered', data: { site: 'depot', owner: 'hengyuan' }, commandId: second.command.commandId },
    ]);
    for (const { command } of [first, second])
      expect(await ledger.record(stateKey.command('hengyuan', command.commandId))).toMatchObject({
        txId: 'a'.repeat(64),
        result: command.args,
      });
  });

  it('see what those before them in the batch wrote', async () => {
    await ledger.send('hengyuan', 'site:register', { site: 'quay' });
    const admission = ledger.id('adm');
    const { dinggu: company } = USCC;
    await submit(
      signed('hengyuan', 'site:admit', { site: 'quay', company, admission, from: ledger.now }),
      signed('hengyuan', 'site:release', { site: 'quay', company, admission, at: ledger.now }),
    );
    expect(await ledger.record(stateKey.admission('quay', company, admission))).toMatchObject({
      version: 2,
      releasedAt: ledger.now,
    });
  });

  it('may be of several members, each judged as its own', async () => {
    const [own, other] = [site('quay'), signed('qichuan', 'site:register', { site: 'plant' })];
    await submit(own, other);
    expect(await ledger.record(stateKey.site('plant'))).toMatchObject({ owner: 'qichuan' });
    const stolen = { ...signed('qichuan', 'site:register', { site: 'depot' }), actor: own.actor };
    expect(await refusal(run(site('berth'), stolen))).toMatchObject({ code: 'actor_invalid', field: '/batch/1/actor' });
  });

  it('ask the ledger for each key once', async () => {
    await run(site('quay'), site('depot'), site('berth'));
    expect(reads).toHaveLength(new Set(reads).size);
    expect(reads.filter((key) => key === stateKey.channel())).toHaveLength(1);
  });

  it('answer as the first time where the ledger holds them already, alone or in a batch', async () => {
    const [first, second, third] = [site('quay'), site('depot'), site('berth')];
    await ledger.submit({ ...ledger.call('hengyuan', 'site:register', { site: 'mole' }), ...callOf(first) });
    await submit(first, second);
    const keys = ledger.state.keys();
    const again = await submit(second, first);
    expect(again).toEqual({ writes: [], events: [], result: [{ site: 'depot' }, { site: 'quay' }] });
    expect(ledger.state.keys()).toEqual(keys);
    expect((await submit(second, third)).events).toMatchObject([{ commandId: third.command.commandId }]);
  });
});

const callOf = ({ command, actor }: SignedCommand) => ({ name: command.name, command: canonicalBytes(command), actor });

describe('a batch with a refused command', () => {
  it('changes nothing, and names every refused one under the code of its rule', async () => {
    await ledger.send('hengyuan', 'site:register', { site: 'quay' });
    const before = ledger.state.keys();
    const outcome = await refusal(submit(site('depot'), site('quay'), site('berth'), site('depot')));
    expect(outcome).toMatchObject({
      code: 'already_exists',
      field: '/batch/1/args/site',
      errors: [
        { field: '/batch/1/args/site', code: 'already_exists' },
        { field: '/batch/3/args/site', code: 'already_exists' },
      ],
    });
    expect(ledger.state.keys()).toEqual(before);
  });

  it('refuses a known id with other content as that command’s conflict', async () => {
    const known = site('quay');
    await submit(known, site('depot'));
    const other = site('berth', { commandId: known.command.commandId });
    expect(await refusal(run(site('mole'), other))).toMatchObject({
      code: 'command_conflict',
      field: '/batch/1/commandId',
    });
  });

  it('is refused by the wrapper’s own facts for every command alike', async () => {
    expect(await refusal(runBytes(encodeBatch([site('quay'), site('depot')]), 'stranger'))).toMatchObject({
      code: 'submitter_unknown',
      errors: [{ field: '/batch/0/mspId' }, { field: '/batch/1/mspId' }],
    });
  });
});

type Batch = () => unknown;
const two = () => [site('quay'), site('depot')];

/** Bytes that somebody sends instead of a batch, and where they are refused. */
const HOSTILE: [what: string, bytes: () => Uint8Array, code: string, field?: string][] = [
  ...(
    [
      ['one command', () => [site('quay')], '/batch'],
      ['none', () => [], '/batch'],
      ['sixty-five', () => Array.from({ length: 65 }, (_, at) => site(`quay-${at}`)), '/batch'],
      ['no list', () => ({ 0: site('quay'), 1: site('depot') }), '/batch'],
      ['a number', () => 7, '/batch'],
      ['null', () => null, '/batch'],
      ['a null among them', () => [site('quay'), null], '/batch/1'],
      ['a list among them', () => [site('quay'), two()], '/batch/1'],
      ['no actor', () => [site('quay'), { command: site('depot').command }], '/batch/1/actor'],
      ['an actor that is no text', () => [site('quay'), { ...site('depot'), actor: 7 }], '/batch/1/actor'],
      ['something beside the command', () => [site('quay'), { ...site('depot'), more: 1 }], '/batch/1'],
      ['no command', () => [site('quay'), { actor: 'x', command: null }], '/batch/1'],
      ['an unknown command', () => [site('quay'), named('site:burn')], '/batch/1/name'],
      ['a batch within', () => [site('quay'), named(BATCH_NAME)], '/batch/1/name'],
      ['a query', () => [site('quay'), named('query:get')], '/batch/1/name'],
      ['a command twice', () => Array(2).fill(site('quay')), '/batch/1/commandId'],
      ['two companies', () => [paper(USCC.dinggu), paper(USCC.anlan)], '/batch/1/args'],
      ['a company and a worker', () => [paper(), paper(USCC.dinggu)], '/batch/1/args'],
      ['a site and an admission to it', () => [site('quay'), admit('quay', USCC.dinggu)], '/batch/1/args'],
      ['a vote', () => [site('quay'), vote()], '/batch/1/name'],
    ] as [string, Batch, string][]
  ).map(
    ([what, batch, field]) =>
      [what, () => canonicalBytes(batch()), 'invalid_input', field] as [string, () => Uint8Array, string, string],
  ),
  ['nothing', () => new Uint8Array(), 'invalid_input'],
  ['no JSON', () => utf8('[{]'), 'invalid_input'],
  ['no UTF-8', () => Uint8Array.of(0x5b, 0xff, 0x5d), 'invalid_input'],
  ['a byte order mark', () => utf8(`\uFEFF${canonicalText(two())}`), 'invalid_input'],
  ['a space', () => utf8(canonicalText(two()).replace(',', ', ')), 'invalid_input'],
  ['a line after it', () => utf8(`${canonicalText(two())}\n`), 'invalid_input'],
  ['its members in another order', () => utf8(JSON.stringify(two())), 'invalid_input'],
  ['a member twice', () => utf8(canonicalText(two()).replace('{"actor"', '{"actor":"x","actor"')), 'invalid_input'],
  ['an escape that is not needed', () => utf8(canonicalText(two()).replace('quay', '\\u0071uay')), 'invalid_input'],
  ['half a surrogate pair', () => utf8(canonicalText(two()).replace('quay', '\\ud800')), 'invalid_input'],
  ['a hundred thousand brackets', () => utf8('['.repeat(100_000)), 'invalid_input'],
  [
    'brackets that close',
    () => utf8(`[{"actor":"x","command":${'['.repeat(50_000)}${']'.repeat(50_000)}}]`),
    'invalid_input',
  ],
  ['more bytes than a batch has', () => new Uint8Array(MAX_BATCH_BYTES + 1).fill(0x20), 'payload_too_large', '/batch'],
];

const named = (name: string): unknown => {
  const { command, actor } = site('depot');
  return { command: { ...command, name }, actor };
};
const vote = () => signed('hengyuan', 'proposal:vote', { proposal: ledger.id('prp'), vote: 'for' });

describe('what is no batch', () => {
  it.each(HOSTILE)('%s is refused', async (_, bytes, code, field) => {
    const refused = await refusal(runBytes(bytes()));
    expect(refused.code).toBe(code);
    if (field !== undefined) expect(refused.field).toBe(field);
  });

  it('any one changed bit of a batch is refused, or is another batch under signatures that do not hold', async () => {
    const bytes = encodeBatch(two());
    for (let at = 0; at < bytes.length; at += 7) {
      const changed = bytes.slice();
      changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
      await refusal(runBytes(changed));
    }
  });

  const alone = () => {
    const { command, actor } = site('depot');
    return [utf8(command.name), canonicalBytes(command), utf8(actor)];
  };
  it.each([
    ['a batch with a surplus argument', () => [utf8(BATCH_NAME), encodeBatch(two()), utf8('x')]],
    ['a batch without its commands', () => [utf8(BATCH_NAME)]],
    ['a command with a surplus argument', () => [...alone(), utf8('x')]],
    ['a command with an empty one', () => [...alone(), new Uint8Array()]],
    ['a command without its actor', () => alone().slice(0, 2)],
    ['a command’s name alone', () => alone().slice(0, 1)],
  ])('%s is refused, as nobody who follows or proves would read it', async (_, args) => {
    const call = { mspId: 'hengyuanMSP', txId: 'a', txTime: ledger.now, channel: 'anlian-test', chaincode: 'anlian' };
    expect(await refusal(invoke(ledger.state, { args: args(), ...call }))).toMatchObject({
      code: 'invalid_input',
      field: 'args',
    });
  });
});
