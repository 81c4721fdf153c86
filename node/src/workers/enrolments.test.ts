import { Enrolment, type Pass, toInstant } from '@anlian/contracts';
import { codeKey, openWorkerPass } from '@anlian/sdk/code';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { eachDatabase } from '../../../test/support/postgres.ts';
import { heldRecords } from '../contractors/tables.ts';
import { evidence } from '../evidence/tables.ts';
import { receivedEnrolments } from '../gates/tables.ts';
import { requestAttestation } from './attest.ts';
import { deliver, dueEnrolments } from './deliver.ts';
import { beginning, COMPANIES, type MemberNode, startMember } from './fixtures/memberNode.ts';
import * as scenes from './fixtures/scenes.ts';
import { sentEnrolments } from './tables.ts';

const credentialIn = (body: unknown) => z.object({ credential: z.string() }).parse(body).credential;

describe.each(eachDatabase)('enrolments on $name', ({ open }) => {
  const nodes = new Map<string, MemberNode>();
  let port: MemberNode;
  let cars: MemberNode;
  let dinggu: MemberNode;
  const everybody = () => [port, cars, dinggu];
  beforeAll(async () => {
    port = await startMember((await open()).db, 'hengyuan', nodes);
    cars = await startMember((await open()).db, 'qichuan', nodes);
    dinggu = await startMember((await open()).db, 'dinggu', nodes);
    nodes.set('hengyuan', port).set('qichuan', cars).set('dinggu', dinggu);
    await scenes.introduce(everybody());
    for (const node of everybody()) await node.tell(...beginning(everybody()));
  });
  afterAll(() => {
    for (const node of everybody()) node.stop();
  });

  const passAt = async (node: MemberNode, pass: string) =>
    (await node.call(`safety_manager.${node.deps.config.member}`, 'GET', `/passes/${pass}`)).body as Pass;

  it('of a tenant’s worker at the own site give an invitation, and the phone that claims it a pass signed by this governor', async () => {
    const worker = await scenes.enterWorker(port, 'clerk.anlan', 1);
    await scenes.registerWelding(port, everybody(), worker);
    const enrolled = await scenes.enrol(port, 'clerk.anlan', worker);
    expect(enrolled).toMatchObject({ state: 'accepted', faults: [], owner: 'hengyuan' });
    const phone = scenes.phone();
    const { pass, passId, expiresAt } = await scenes.claimed(port, phone, scenes.tokenOf(enrolled));
    const [descriptor] = [port.deps.keys.key('code').descriptor];
    const keys = [await codeKey('hengyuan', descriptor, '2026-01-01T00:00:00.000Z', null)];
    const claims = await openWorkerPass(Buffer.from(pass, 'base64url'), keys);
    expect(claims).toMatchObject({ iss: 'hengyuan', sub: COMPANIES.anlan, exp: Date.parse(expiresAt) / 1000 });
    expect(Buffer.from(claims.cnf.x).toString('base64url')).toBe(phone.publicJwk.x);
    expect(await passAt(port, passId)).toMatchObject({ state: 'active', sites: ['pier-1'] });
  });

  it('claimed once answer the same phone again, and no other', async () => {
    const worker = await scenes.enterWorker(port, 'clerk.anlan', 2);
    const token = scenes.tokenOf(await scenes.enrol(port, 'clerk.anlan', worker));
    const phone = scenes.phone();
    const first = await phone.claim(port, token);
    expect((await phone.claim(port, token)).body).toEqual(first.body);
    port.time.ms += 15 * 86_400_000;
    const proof = phone.proof(token, { iat: port.time.ms / 1000 });
    const later = await port.call('', 'POST', '/passes/claim', { token, publicKey: phone.publicJwk, proof });
    port.time.ms -= 15 * 86_400_000;
    expect(later.body).toEqual(first.body);
    expect((await scenes.phone().claim(port, token)).body).toMatchObject({ code: 'invite_invalid' });
  });

  it('ask the phone for a fresh proof of its own key over this invitation', async () => {
    const worker = await scenes.enterWorker(port, 'clerk.anlan', 3);
    const token = scenes.tokenOf(await scenes.enrol(port, 'clerk.anlan', worker));
    const [phone, other] = [scenes.phone(), scenes.phone()];
    const claim = (proof: string) =>
      port.call('', 'POST', '/passes/claim', { token, publicKey: phone.publicJwk, proof });
    const refused = { code: 'holder_proof_invalid' };
    expect((await claim(other.proof(token))).body).toMatchObject(refused);
    expect((await claim(phone.proof('A'.repeat(43)))).body).toMatchObject(refused);
    expect((await claim(phone.proof(token, { iat: 1 }))).body).toMatchObject(refused);
    expect((await claim(phone.proof(token, {}, { typ: 'JWT' }))).body).toMatchObject(refused);
    expect((await claim('x.y.z')).body).toMatchObject(refused);
    expect((await claim(phone.proof(token))).status).toBe(200);
  });

  it('expire as invitations after fourteen days', async () => {
    const worker = await scenes.enterWorker(port, 'clerk.anlan', 4);
    const token = scenes.tokenOf(await scenes.enrol(port, 'clerk.anlan', worker));
    port.time.ms += 14 * 86_400_000;
    const phone = scenes.phone();
    const proof = phone.proof(token, { iat: port.time.ms / 1000 });
    const late = await port.call('', 'POST', '/passes/claim', { token, publicKey: phone.publicJwk, proof });
    port.time.ms -= 14 * 86_400_000;
    expect(late.body).toMatchObject({ code: 'invite_invalid' });
  });

  it('refuse the key of a lost phone once the foreman asked for a new one, under the same pass', async () => {
    const worker = await scenes.enterWorker(port, 'clerk.anlan', 5);
    const enrolled = await scenes.enrol(port, 'clerk.anlan', worker);
    const [lost, found] = [scenes.phone(), scenes.phone()];
    const token = scenes.tokenOf(enrolled);
    const { passId } = await scenes.claimed(port, lost, token);
    const asked = await port.call('clerk.anlan', 'POST', `/enrolments/${enrolled.enrolment}/new-phone`);
    const renewed = Enrolment.parse(asked.body);
    expect(await passAt(port, passId)).toMatchObject({ state: 'key_replaced', holderKey: null });
    expect((await lost.claim(port, token)).body).toMatchObject({ code: 'invite_invalid' });
    expect((await scenes.claimed(port, found, scenes.tokenOf(renewed))).passId).toBe(passId);
    expect((await lost.claim(port, token)).body).toMatchObject({ code: 'invite_invalid' });
  });

  it('of one worker at two governors need one pass: the second recognises that of the first', async () => {
    const worker = await scenes.enterWorker(port, 'clerk.anlan', 6);
    const first = await scenes.enrol(port, 'clerk.anlan', worker);
    const { passId } = await scenes.claimed(port, scenes.phone(), scenes.tokenOf(first));
    const second = await scenes.enrol(port, 'clerk.anlan', worker, 'paint-shop');
    expect(second).toMatchObject({ state: 'accepted', pass: passId, invite: null, owner: 'qichuan' });
    const atOwner = await cars.call('safety_manager.qichuan', 'GET', `/passes/${passId}`);
    expect(atOwner.body).toMatchObject({ state: 'active', sites: ['paint-shop'] });
  });

  it('that have ended are off the lists of their site, and the pass with the last of them', async () => {
    const worker = await scenes.enterWorker(port, 'clerk.anlan', 11);
    const first = await scenes.enrol(port, 'clerk.anlan', worker);
    const { passId } = await scenes.claimed(port, scenes.phone(), scenes.tokenOf(first));
    const second = await scenes.enrol(port, 'clerk.anlan', worker, 'paint-shop');
    const end = (enrolment: string) => port.call('clerk.anlan', 'POST', `/enrolments/${enrolment}/end`);
    expect((await end(second.enrolment)).body).toMatchObject({ state: 'ended' });
    expect((await end(second.enrolment)).body).toMatchObject({ code: 'invalid_transition' });
    expect((await cars.call('safety_manager.qichuan', 'GET', `/passes/${passId}`)).body).toMatchObject({
      sites: [],
      state: 'offboarded',
    });
    expect(await passAt(port, passId)).toMatchObject({ sites: ['pier-1'], state: 'active' });
    const again = await scenes.enrol(port, 'clerk.anlan', worker, 'paint-shop');
    expect(again).toMatchObject({ state: 'accepted', pass: passId });
    expect((await cars.call('safety_manager.qichuan', 'GET', `/passes/${passId}`)).body).toMatchObject({
      sites: ['paint-shop'],
      state: 'active',
      holderKey: expect.any(String),
    });
  });

  it('are delivered by one at a time: of two at once the invitation that is kept is the one that is good', async () => {
    const worker = await scenes.enterWorker(port, 'clerk.anlan', 12);
    const { enrolment } = await scenes.enrol(port, 'clerk.anlan', worker);
    const due = { state: 'sent' as const, nextAt: toInstant(port.time.ms) };
    await port.deps.db.update(sentEnrolments).set(due).where(eq(sentEnrolments.enrolment, enrolment));
    await Promise.all([1, 2, 3, 4].map(() => deliver(port.delivery, enrolment)));
    const kept = Enrolment.parse((await port.call('clerk.anlan', 'GET', `/enrolments/${enrolment}`)).body);
    expect((await scenes.phone().claim(port, scenes.tokenOf(kept))).status).toBe(200);
  });

  it('tell the second governor of the new phone as soon as it is claimed at the first', async () => {
    const worker = await scenes.enterWorker(port, 'clerk.anlan', 7);
    const first = await scenes.enrol(port, 'clerk.anlan', worker);
    const { passId } = await scenes.claimed(port, scenes.phone(), scenes.tokenOf(first));
    await scenes.enrol(port, 'clerk.anlan', worker, 'paint-shop');
    const before = (await cars.call('safety_manager.qichuan', 'GET', `/passes/${passId}`)).body as Pass;
    const renewed = Enrolment.parse(
      (await port.call('clerk.anlan', 'POST', `/enrolments/${first.enrolment}/new-phone`)).body,
    );
    port.time.ms += 60_000;
    await scenes.claimed(port, scenes.phone(), scenes.tokenOf(renewed));
    for (let round = 0; round < 2; round++)
      for (const due of await dueEnrolments(port.delivery, 100)) await deliver(port.delivery, due);
    port.time.ms -= 60_000;
    const after = (await cars.call('safety_manager.qichuan', 'GET', `/passes/${passId}`)).body as Pass;
    expect(after.holderKey).not.toBe(before.holderKey);
    expect(after.holderKey).toBe((await passAt(port, passId)).holderKey);
  });

  it('wait in the outbox while the site’s owner is silent, and arrive once when it is back', async () => {
    const worker = await scenes.enterWorker(dinggu, 'clerk.dinggu', 8);
    dinggu.silent.add('hengyuan');
    const waiting = await scenes.enrol(dinggu, 'clerk.dinggu', worker);
    expect(waiting).toMatchObject({ state: 'sent', lastFault: 'member_unreachable', invite: null });
    expect(await dueEnrolments(dinggu.delivery, 10)).not.toContain(waiting.enrolment);
    dinggu.time.ms += 3_600_000;
    expect(await dueEnrolments(dinggu.delivery, 10)).toContain(waiting.enrolment);
    dinggu.silent.clear();
    await deliver(dinggu.delivery, waiting.enrolment);
    dinggu.time.ms -= 3_600_000;
    const arrived = await dinggu.call('clerk.dinggu', 'GET', `/enrolments/${waiting.enrolment}`);
    expect(arrived.body).toMatchObject({
      state: 'accepted',
      attempts: 2,
      invite: { url: expect.stringMatching(/^http:\/\/hengyuan\.localhost:8400\/pass#/) },
    });
    const rows = await port.deps.db
      .select()
      .from(receivedEnrolments)
      .where(eq(receivedEnrolments.enrolment, waiting.enrolment));
    expect(rows).toHaveLength(1);
  });

  it('come back with a fault for every record that the ledger does not bear out', async () => {
    const worker = await scenes.enterWorker(port, 'clerk.anlan', 9);
    const good = await scenes.registerWelding(port, everybody(), worker);
    const altered = await scenes.registerWelding(port, everybody(), worker);
    const gone = await scenes.registerWelding(port, everybody(), worker);
    await cars.tell(scenes.revoked(gone));
    const rows = await port.deps.db.select().from(heldRecords).where(eq(heldRecords.about, altered));
    const paper = rows.find(({ kind }) => kind === 'paper');
    await port.deps.db
      .update(heldRecords)
      .set({ record: { ...(paper?.record as object), number: 'T990101199999999999' } })
      .where(eq(heldRecords.commitment, paper?.commitment ?? ''));
    const returned = await scenes.enrol(port, 'clerk.anlan', worker, 'paint-shop');
    expect(returned).toMatchObject({ state: 'rejected', invite: null, pass: null });
    const order = [good, altered, gone].sort();
    expect(returned.faults.map(({ field, code }) => [field, code]).sort()).toEqual(
      [
        [`/papers/${order.indexOf(altered)}/paper`, 'record_mismatch'],
        [`/papers/${order.indexOf(gone)}`, 'credential_revoked'],
      ].sort(),
    );
    expect(JSON.stringify(returned)).not.toContain('T99010119');
  });

  it.each<[string, object, string]>([
    ['another member’s company', { employer: COMPANIES.anlan }, 'not_the_subject'],
    ['a site that is not this owner’s', { site: 'paint-shop' }, 'unknown_site'],
    ['no consent', { consent: { data: false, photo: false, at: '2026-11-21T08:00:00.000Z' } }, 'invalid_input'],
    ['a picture without consent to it', { portrait: 'data:image/png;base64,AAAA' }, 'invalid_input'],
    ['a period that is over', { from: '2026-01-01T00:00:00.000Z', to: '2026-02-01T00:00:00.000Z' }, 'invalid_period'],
    ['a pass that nobody signed', { pass: 'AAAA' }, 'code_invalid'],
    ['a field too many', { note: 'x' }, 'invalid_input'],
  ])('are refused with %s', async (_case, change, code) => {
    const body = {
      v: 1,
      enrolment: `enr_${'7'.repeat(32)}`,
      employer: COMPANIES.dinggu,
      person: { v: 1, name: '李', idDocument: { type: 'passport', number: 'E99999999' }, birthDate: '1990-01-01' },
      trade: '架子工',
      portrait: null,
      papers: [],
      companyPapers: [],
      trainings: [],
      pass: null,
      ...scenes.enrolment(`wkr_${'7'.repeat(32)}`),
    };
    const refused = await port.call('member_node.dinggu', 'POST', '/enrolments/inbound', { ...body, ...change });
    expect(refused.body).toMatchObject({ code });
    expect((await port.call('member_node.dinggu', 'GET', `/enrolments/inbound/${body.enrolment}`)).status).toBe(404);
  });

  it('of a participant’s worker rest on a governor’s assessor, who checks the paper under the employer’s own salt', async () => {
    const worker = await scenes.enterWorker(dinggu, 'clerk.dinggu', 10);
    const path = `/workers/${worker}/credentials`;
    const own = await dinggu.call('assessor.dinggu', 'POST', path, {
      ...scenes.weldingPaper,
      attestation: scenes.attestation,
    });
    expect(own.body).toMatchObject({ code: 'not_a_governor' });
    const asked = await dinggu.call('clerk.dinggu', 'POST', path, { ...scenes.weldingPaper, attestor: 'hengyuan' });
    const credential = credentialIn(asked.body);
    await requestAttestation(dinggu.delivery, credential);
    expect((await port.call('assessor.hengyuan', 'GET', '/attestations')).body).toMatchObject({
      items: [{ credential, employer: COMPANIES.dinggu, paper: { number: scenes.weldingPaper.number } }],
    });
    const answer = { answer: 'confirm', attestation: scenes.attestation };
    expect((await port.call('assessor.hengyuan', 'POST', `/attestations/${credential}/answer`, answer)).status).toBe(
      202,
    );
    const args = await port.lastCommand('credential:register');
    expect(JSON.stringify(args)).not.toContain(scenes.weldingPaper.number);
    for (const node of everybody())
      await node.tell({ name: 'credential.registered', data: { ...args, attestor: 'hengyuan' } });
    expect((await dinggu.call('clerk.dinggu', 'GET', `/workers/${worker}`)).body).toMatchObject({
      credentials: [{ credential, state: 'registered', attestor: 'hengyuan' }],
    });
    const enrolled = await scenes.enrol(dinggu, 'clerk.dinggu', worker);
    expect(enrolled).toMatchObject({ state: 'accepted', faults: [] });
    expect((await port.call('assessor.hengyuan', 'GET', '/attestations')).body).toEqual({ items: [] });
  });

  it('have papers that an assessor may send back, which leaves evidence', async () => {
    const worker = await scenes.enterWorker(dinggu, 'clerk.dinggu', 11);
    const asked = await dinggu.call('clerk.dinggu', 'POST', `/workers/${worker}/credentials`, {
      ...scenes.weldingPaper,
      attestor: 'hengyuan',
    });
    const credential = credentialIn(asked.body);
    await requestAttestation(dinggu.delivery, credential);
    const path = `/attestations/${credential}/answer`;
    expect((await port.call('assessor.hengyuan', 'POST', path, { answer: 'reject' })).status).toBe(201);
    const records = (await port.deps.db.select().from(evidence)).map(({ record }) => JSON.parse(record));
    expect(records.filter((record) => record.kind === 'attestation-rejected')).toEqual([
      { v: 1, kind: 'attestation-rejected', credential, from: 'dinggu', at: toInstant(port.time.ms) },
    ]);
  });

  it('leave evidence that names no person, and no token, name or number in any log', async () => {
    const records = (await port.deps.db.select().from(evidence)).map(({ record }) => record);
    expect(records.some((record) => record.includes('"kind":"enrolment-received"'))).toBe(true);
    expect(records.some((record) => record.includes('"kind":"pass-issued"'))).toBe(true);
    const logs = everybody().flatMap(({ logged }) => logged);
    for (const canary of ['王1', '99010119700601', 'T9901011970', 'pass#']) {
      expect(records.filter((record) => record.includes(canary))).toEqual([]);
      expect(logs.filter((line) => line.includes(canary))).toEqual([]);
    }
  });
});
