import { type Enrolment, fromBase64Url, toBase64Url, toInstant } from '@anlian/contracts';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eachDatabase } from '../../../test/support/postgres.ts';
import { type DeliverDeps, deliver, newPhone } from './deliver.ts';
import { findEnrolment } from './enrol.ts';
import { beginning, type MemberNode, startMember } from './fixtures/memberNode.ts';
import * as scenes from './fixtures/scenes.ts';
import type { CallPeer } from './peers.ts';
import { sentEnrolments } from './tables.ts';

const [pglite] = eachDatabase;
const ELSEWHERE = 'https://elsewhere.example';

/** 恒远 owns the site; what 鼎固 hears of it is changed on the way, as a node gone bad would answer. */
describe('an employer whose site’s owner lies', () => {
  let port: MemberNode;
  let dinggu: MemberNode;
  const nodes = new Map<string, MemberNode>();
  const open = async () => (await pglite?.open())?.db ?? expect.fail('no database');
  beforeAll(async () => {
    port = await startMember(await open(), 'hengyuan', nodes);
    dinggu = await startMember(await open(), 'dinggu', nodes);
    nodes.set('hengyuan', port).set('dinggu', dinggu);
    await scenes.introduce([port, dinggu]);
    for (const node of [port, dinggu]) await node.tell(...beginning([port, dinggu]));
  });
  afterAll(() => {
    port.stop();
    dinggu.stop();
  });

  const hearing = (lie: (answer: Record<string, unknown>) => Record<string, unknown>): DeliverDeps => ({
    ...dinggu.delivery,
    callPeer: (async (member, call) =>
      call.answer.parse(lie((await dinggu.delivery.callPeer(member, call)) as Record<string, unknown>))) as CallPeer,
  });
  const inviteTo = (link: (token: string) => string) => (answer: Record<string, unknown>) => {
    const { url, expiresAt } = answer.invite as { url: string; expiresAt: string };
    return { ...answer, invite: { url: link(new URL(url).hash.slice(1)), expiresAt } };
  };

  /** An enrolment that could not be handed over yet. */
  const waiting = async (serial: number): Promise<Enrolment> => {
    dinggu.silent.add('hengyuan');
    const enrolled = await scenes.enrol(
      dinggu,
      'clerk.dinggu',
      await scenes.enterWorker(dinggu, 'clerk.dinggu', serial),
    );
    dinggu.silent.clear();
    await dueNow(enrolled);
    return enrolled;
  };
  const rowOf = async ({ enrolment }: Enrolment) =>
    (await dinggu.deps.db.select().from(sentEnrolments).where(eq(sentEnrolments.enrolment, enrolment)))[0];
  const dueNow = ({ enrolment }: Enrolment) =>
    dinggu.deps.db
      .update(sentEnrolments)
      .set({ nextAt: toInstant(dinggu.time.ms) })
      .where(eq(sentEnrolments.enrolment, enrolment));

  it('sends its worker’s phone to the owner’s known address, whatever address the invitation has', async () => {
    const enrolled = await waiting(1);
    await deliver(hearing(inviteTo((token) => `${ELSEWHERE}/pass?to=x#${token}`)), enrolled.enrolment);
    const row = await rowOf(enrolled);
    expect(row?.inviteUrl).toMatch(/^http:\/\/hengyuan\.localhost:8400\/pass#[\w-]{43}$/);
    const token = scenes.tokenOf({ invite: { url: row?.inviteUrl ?? '', expiresAt: row?.inviteExpiresAt ?? '' } });
    expect((await scenes.phone().claim(port, token)).status).toBe(200);
  });

  it('does so for the invitation of a new phone, too', async () => {
    const enrolled = await waiting(2);
    await deliver(dinggu.delivery, enrolled.enrolment);
    const caller = { subject: 'clerk', org: 'dinggu', roles: [], acr: 'development' as const };
    const row = await findEnrolment(dinggu.deps.db, dinggu.deps, caller, enrolled.enrolment);
    await newPhone(hearing(inviteTo((token) => `${ELSEWHERE}/pass#${token}`)), row);
    expect((await rowOf(enrolled))?.inviteUrl).toMatch(/^http:\/\/hengyuan\.localhost:8400\/pass#/);
  });

  it.each(['', '#', '#x', `#${'A'.repeat(42)}`, `#${'A'.repeat(43)}/../admin`, `#${'A'.repeat(42)}B`])(
    'takes no invitation without a token (%j)',
    async (fragment) => {
      const enrolled = await waiting(300 + fragment.length);
      await deliver(hearing(inviteTo(() => `${ELSEWHERE}/pass${fragment}`)), enrolled.enrolment);
      expect(await rowOf(enrolled)).toMatchObject({ state: 'sent', lastFault: 'member_unreachable', inviteUrl: null });
    },
  );

  it('keeps no pass that no governor signed, nor another worker’s', async () => {
    const claimed = async (serial: number) => {
      const enrolled = await waiting(serial);
      await deliver(dinggu.delivery, enrolled.enrolment);
      const { inviteUrl } = (await rowOf(enrolled)) ?? expect.fail('no row');
      const token = scenes.tokenOf({ invite: { url: inviteUrl ?? '', expiresAt: '' } });
      const { pass } = await scenes.claimed(port, scenes.phone(), token);
      await dueNow(enrolled);
      return { enrolled, pass };
    };
    const { enrolled, pass } = await claimed(4);
    const other = await claimed(5);
    const forged = fromBase64Url(pass);
    forged[forged.length - 1] = (forged.at(-1) ?? 0) ^ 1;
    for (const code of [toBase64Url(forged), other.pass, 'AAAA', '']) {
      await deliver(
        hearing((answer) => ({ ...answer, code })),
        enrolled.enrolment,
      );
      expect(await rowOf(enrolled), code).toMatchObject({ code: null, lastFault: 'member_unreachable' });
      await dueNow(enrolled);
    }
    await deliver(dinggu.delivery, enrolled.enrolment);
    expect(await rowOf(enrolled)).toMatchObject({ code: pass, lastFault: null });
  });
});
