import {
  type CarriedAnswer,
  CarriedAttestation,
  CarriedBlocks,
  CarriedCommit,
  CarrierDescription,
  DAY_MS,
  EndorsedAnswerJson,
  Problem,
  type SignedCommand,
  toInstant,
} from '@anlian/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type * as z from 'zod';
import {
  ANLAN,
  type Answer,
  type ContractorNode,
  PORT_COMPANY,
  RUIHAN,
  SITE,
  startContractorNode,
} from '../contractors/contractorNode.ts';
import { openForBusiness } from '../contractors/contractorScenes.ts';
import { freshId, freshKey, type Governor, signedBy } from '../support/governors.ts';
import { eachDatabase } from '../support/postgres.ts';

const DINGGU = { member: 'dinggu', company: '91990101MAAA00039J' };
const ITS_NODE = 'dinggu.member_node';
const ANOTHER_NODE = 'ruihan.member_node';
const ABSENT = 'f'.repeat(64);

const [pglite] = eachDatabase;

/** 鼎固 has a node of its own and no peer: 恒远, a governor, carries its commands and shows it its facts. */
describe('a governor that carries a participant', () => {
  let node: ContractorNode;
  /** Whoever holds 鼎固's actor key. */
  let dinggu: Governor;
  let violation: string;
  let admission: string;

  const call = (who: string | undefined, method: string, path: string, body?: unknown): Promise<Answer> =>
    node.call(who, method, `/carrier${path}`, body);
  const carry = (signed: unknown, who = ITS_NODE) => call(who, 'POST', '/commands', signed);
  const refusalOf = ({ status, body }: Answer) => {
    const { code, field } = Problem.parse(body);
    return { status, code, field };
  };
  const height = async (): Promise<number> => (await node.ledger.describe()).height;
  const acknowledge = (of = violation): SignedCommand =>
    signedBy(dinggu, 'credit:acknowledge', { company: DINGGU.company, violation: of });

  const admitted = async (company: string): Promise<string> => {
    const admission = freshId('adm');
    const from = toInstant(Date.now() - DAY_MS / 2);
    await node.submit(node.port, 'site:admit', { site: SITE, company, admission, from });
    return admission;
  };
  const noticed = async (company: string, admission: string) => {
    const id = freshId('vio');
    const { txId } = await node.submit(node.port, 'credit:notice', {
      violation: id,
      company,
      site: SITE,
      admission,
      clause: 'no_helmet',
      occurredAt: toInstant(Date.now() - 60_000),
      commitment: 'A'.repeat(43),
    });
    return { id, txId };
  };

  beforeAll(async () => {
    node = await startContractorNode(pglite ?? expect.fail('no database'));
    await openForBusiness(node);
    const actor = freshKey('actor');
    const descriptor = { ...DINGGU, kind: 'participant' as const, keys: [actor.descriptor] };
    dinggu = { ...node.port, ...DINGGU, descriptor, actor: actor.privateKey };
    await node.decide({ action: 'member.admit', member: descriptor });
    admission = await admitted(DINGGU.company);
    violation = (await noticed(DINGGU.company, admission)).id;
    await noticed(RUIHAN.company, await admitted(RUIHAN.company));
  });
  afterAll(() => node?.close());

  describe.each([
    ['GET', ''],
    ['GET', '/blocks?from=0'],
    ['POST', '/commands'],
    ['POST', '/queries'],
    ['POST', '/views'],
    ['GET', `/attestations/${ABSENT}`],
  ])('answers %s /carrier%s', (method, path) => {
    it.each([
      ['nobody without a token', undefined, 401, 'unauthenticated'],
      ['nobody whose token is none', 'x', 401, 'unauthenticated'],
      ['no person of its own', 'hengyuan.safety_manager', 403, 'forbidden'],
      ['no person of its tenant', 'anlan.clerk', 403, 'forbidden'],
      ['no gate', 'hengyuan.gate', 403, 'forbidden'],
      ['no machine of its own', 'hengyuan.node', 403, 'forbidden'],
    ])('%s', async (_who, token, status, code) => {
      expect(refusalOf(await call(token, method, path, method === 'POST' ? {} : undefined))).toMatchObject({
        status,
        code,
      });
    });
  });

  it('describes the ledger behind it', async () => {
    const { body } = await call(ITS_NODE, 'GET', '');
    expect(CarrierDescription.parse(body)).toMatchObject({ kind: 'embedded', height: await height() });
  });

  describe('refuses by its form, and puts nothing on the ledger,', () => {
    const change = (of: (signed: { command: Record<string, unknown>; actor: string }) => unknown) => (): unknown =>
      of(JSON.parse(JSON.stringify(acknowledge())));
    it.each<[string, () => unknown, string]>([
      ['text that is no JSON', () => '{"command":', 'invalid_input'],
      ['nothing', () => ({}), 'invalid_input'],
      ['a list', () => [], 'invalid_input'],
      ['a command without its actor', change(({ command }) => ({ command })), 'invalid_input'],
      ['an actor that is no text', change((signed) => ({ ...signed, actor: 7 })), 'invalid_input'],
      ['an actor without end', change((signed) => ({ ...signed, actor: 'a'.repeat(4097) })), 'invalid_input'],
      ['a field too many', change((signed) => ({ ...signed, note: 'x' })), 'invalid_input'],
      [
        'a command that is none',
        change(({ command, actor }) => ({ command: { ...command, name: 'credit:forgive' }, actor })),
        'invalid_input',
      ],
      [
        'a command with another’s arguments',
        change(({ command, actor }) => ({ command: { ...command, name: 'site:register' }, actor })),
        'invalid_input',
      ],
      [
        'a company that is none',
        change(({ command, actor }) => ({ command: { ...command, args: { company: 'x', violation } }, actor })),
        'invalid_uscc',
      ],
      ['an actor that cannot be read', change((signed) => ({ ...signed, actor: 'a.b.c' })), 'actor_invalid'],
      ['an actor that is empty', change((signed) => ({ ...signed, actor: '' })), 'actor_invalid'],
      ['an actor of other claims', change((signed) => ({ ...signed, actor: 'e30.e30.e30' })), 'actor_invalid'],
    ])('%s', async (_what, signed, code) => {
      const before = await height();
      expect(refusalOf(await carry(signed()))).toMatchObject({ code });
      expect(await height()).toBe(before);
    });

    it.each<[string, unknown, string]>([
      ['no question', {}, 'invalid_input'],
      ['a question that it does not carry', { name: 'query:range', args: { prefix: 'member' } }, 'invalid_input'],
      ['arguments that are none', { name: 'query:get', args: 'x' }, 'invalid_input'],
      ['a field too many', { name: 'query:get', args: { key: 'channel' }, note: 'x' }, 'invalid_input'],
      ['an argument too many', { name: 'query:get', args: { key: 'channel', note: 'x' } }, 'invalid_input'],
      ['a key that is none', { name: 'query:get', args: { key: '../x' } }, 'invalid_input'],
      ['a key of no table', { name: 'query:get', args: { key: 'constructor/x' } }, 'invalid_input'],
      ['an empty key', { name: 'query:get', args: { key: '' } }, 'invalid_input'],
      ['a key that is no text', { name: 'query:get', args: { key: 7 } }, 'invalid_input'],
      ['a key without end', { name: 'query:get', args: { key: `code/${'x'.repeat(300)}` } }, 'invalid_input'],
      ['no company', { name: 'query:score', args: { effectiveAt: toInstant(0) } }, 'invalid_input'],
      [
        'a company that is none',
        { name: 'query:score', args: { company: 'x', effectiveAt: toInstant(0) } },
        'invalid_uscc',
      ],
    ])('a query with %s', async (_what, body, code) => {
      expect(refusalOf(await call(ITS_NODE, 'POST', '/queries', body))).toMatchObject({ status: 400, code });
    });

    it.each(['', '?from=', '?from=-1', '?from=1.5', '?from=x', '?from=0x1', '?from=1e3', '?from=9999999999999999'])(
      'blocks%s',
      async (query) => {
        expect(refusalOf(await call(ITS_NODE, 'GET', `/blocks${query}`))).toMatchObject({
          status: 400,
          code: 'invalid_input',
        });
      },
    );

    it.each([ABSENT.slice(1), `${ABSENT}0`, ABSENT.toUpperCase(), `${'g'.repeat(64)}`])(
      'the transaction %s',
      async (txId) => {
        expect(refusalOf(await call(ITS_NODE, 'GET', `/attestations/${txId}`))).toMatchObject({
          status: 400,
          code: 'invalid_input',
        });
      },
    );
  });

  it.each([
    ['another participant’s', ANOTHER_NODE],
    ['another governor’s', 'qichuan.member_node'],
    ['a stranger’s', 'nobody.member_node'],
  ])('takes its command from no node but its own: not from %s', async (_whose, who) => {
    const before = await height();
    expect(refusalOf(await carry(acknowledge(), who))).toEqual({ status: 403, code: 'forbidden', field: 'actor' });
    expect(await height()).toBe(before);
  });

  it('cannot be made to carry what the actor did not sign: the ledger refuses it', async () => {
    const { command, actor } = acknowledge();
    const other = { ...command, commandId: freshId('cmd') };
    expect(refusalOf(await carry({ command: other, actor }))).toMatchObject({ code: 'actor_invalid' });
    const impostor = { ...dinggu, actor: freshKey('actor').privateKey };
    const forged = signedBy(impostor, 'credit:acknowledge', { company: DINGGU.company, violation });
    expect(refusalOf(await carry(forged))).toMatchObject({ code: 'actor_invalid' });
    const someone = signedBy(dinggu, 'credit:acknowledge', { company: RUIHAN.company, violation });
    expect((await carry(someone)).status).toBeGreaterThanOrEqual(400);
  });

  it('carries a command once however often it is sent, and answers the same', async () => {
    const signed = acknowledge();
    const before = await height();
    const first = await carry(signed);
    expect(first.status).toBe(201);
    const commit = CarriedCommit.parse(first.body);
    expect(commit).toMatchObject({ code: 'VALID', status: 'valid', result: { violation } });
    const repeated = await Promise.all([1, 2, 3].map(() => carry(signed)));
    for (const { status, body } of repeated) {
      expect(status).toBe(201);
      expect(CarriedCommit.parse(body).result).toEqual(commit.result);
    }
    const other = signedBy(
      dinggu,
      'credit:appeal',
      { company: DINGGU.company, violation, ground: 'facts_wrong', commitment: 'A'.repeat(43) },
      signed.command.commandId,
    );
    expect(refusalOf(await carry(other)).status).toBe(409);
    const record = await node.ledger.query('query:get', { key: `violation/${DINGGU.company}/${violation}` });
    expect(record).toMatchObject({ version: 2, appeals: [] });
    expect(await height()).toBeGreaterThan(before);
  });

  it('shows each member its own facts and the network’s order, block for block', async () => {
    const end = await height();
    /** All blocks, page after page: a page ends where the next block lets it wait. */
    const seenBy = async (who: string) => {
      const seen: CarriedBlocks['blocks'] = [];
      while (seen.length < end) {
        const { body } = await call(who, 'GET', `/blocks?from=${seen.length}`);
        seen.push(...CarriedBlocks.parse(body).blocks);
      }
      expect(seen.map(({ number }) => number)).toEqual(seen.map((_, at) => at));
      return seen.flatMap(({ txs }) => txs.flatMap(({ events }) => events));
    };
    const companiesIn = (events: Awaited<ReturnType<typeof seenBy>>) =>
      new Set(events.flatMap(({ data }) => ('company' in data ? [data.company] : [])));
    const own = await seenBy(ITS_NODE);
    expect(companiesIn(own)).toEqual(new Set([DINGGU.company]));
    expect(own.map(({ name }) => name)).toEqual(expect.arrayContaining(['member.admitted', 'credit.noticed']));
    expect(companiesIn(await seenBy(ANOTHER_NODE))).toEqual(new Set([RUIHAN.company]));
    expect(companiesIn(await seenBy('nobody.member_node'))).toEqual(new Set());
  });

  it('answers each member’s questions about itself, and another’s as about what does not exist', async () => {
    const ask = (who: string, company: string) =>
      call(who, 'POST', '/queries', { name: 'query:score', args: { company, effectiveAt: toInstant(Date.now()) } });
    const own = await ask(ITS_NODE, DINGGU.company);
    expect(own.status).toBe(201);
    expect((own.body as z.infer<typeof CarriedAnswer>).value).toMatchObject({ company: DINGGU.company });
    for (const company of [RUIHAN.company, PORT_COMPANY, ANLAN.company])
      expect(refusalOf(await ask(ITS_NODE, company))).toMatchObject({ status: 404, code: 'not_found' });
  });

  it('shows each member the value of its own facts under the ledger’s signatures, and none of another’s', async () => {
    const shown = (who: string, type: string, ...key: string[]) => call(who, 'POST', '/views', { type, key });
    const own = await shown(ITS_NODE, 'member', DINGGU.member);
    expect(own.status).toBe(201);
    expect(EndorsedAnswerJson.parse(own.body).endorsements).toHaveLength(1);
    expect((await shown(ITS_NODE, 'blocklisting', DINGGU.company)).status).toBe(201);
    const notFound = { status: 404, code: 'not_found' };
    expect(refusalOf(await shown(ITS_NODE, 'member', ANLAN.member))).toMatchObject(notFound);
    expect(refusalOf(await shown(ANOTHER_NODE, 'member', DINGGU.member))).toMatchObject(notFound);
    expect(refusalOf(await shown(ITS_NODE, 'site', SITE))).toMatchObject(notFound);
    expect(refusalOf(await shown(ITS_NODE, 'cmd', DINGGU.member))).toMatchObject({ status: 400 });
  });

  it('attests what a member did and what is about it, and another’s as what does not exist', async () => {
    const about = await noticed(DINGGU.company, admission);
    const by = CarriedCommit.parse((await carry(acknowledge(about.id))).body);
    const attested = (who: string, id: string) => call(who, 'GET', `/attestations/${id}`);
    const form = ({ status, body }: Answer) => ({ status, body: { ...(body as object), traceId: undefined } });
    const absent = form(await attested(ANOTHER_NODE, ABSENT));
    expect(absent.status).toBe(404);
    for (const { txId } of [about, by]) {
      expect(CarriedAttestation.parse((await attested(ITS_NODE, txId)).body).endorsements).not.toEqual([]);
      expect(form(await attested(ANOTHER_NODE, txId))).toEqual(absent);
    }
  });
});
