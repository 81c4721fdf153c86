import type { Pass } from '@anlian/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eachDatabase } from '../../../test/support/postgres.ts';
import { beginning, type MemberNode, startMember } from './fixtures/memberNode.ts';
import * as scenes from './fixtures/scenes.ts';

const CLERK = 'clerk.anlan';

describe.each(eachDatabase)('an enrolment that was returned, on $name', ({ open }) => {
  let port: MemberNode;
  beforeAll(async () => {
    port = await startMember((await open()).db, 'hengyuan', new Map());
    await port.tell(...beginning([port]));
  });
  afterAll(() => port.stop());

  const post = (enrolment: string, verb: 'send' | 'end') =>
    port.call(CLERK, 'POST', `/enrolments/${enrolment}/${verb}`);

  it('when it was sent again ends, and is off the owner’s lists', async () => {
    const worker = await scenes.enterWorker(port, CLERK, 1);
    const credential = await scenes.registerWelding(port, [port], worker);
    const { enrolment, pass } = await scenes.enrol(port, CLERK, worker);
    await port.tell(scenes.revoked(credential));
    expect((await post(enrolment, 'send')).body).toMatchObject({ state: 'rejected', pass });
    const passHere = async () => (await port.call('safety_manager.hengyuan', 'GET', `/passes/${pass}`)).body as Pass;
    expect(await passHere()).toMatchObject({ state: 'invited', sites: ['pier-1'] });
    expect((await post(enrolment, 'end')).body).toMatchObject({ state: 'ended', invite: null });
    expect(await passHere()).toMatchObject({ state: 'offboarded', sites: [] });
    expect((await post(enrolment, 'end')).body).toMatchObject({ code: 'invalid_transition' });
  });

  it('the first time has nothing to end: no site’s owner has it', async () => {
    const worker = await scenes.enterWorker(port, CLERK, 2);
    await port.tell(scenes.revoked(await scenes.registerWelding(port, [port], worker)));
    const { enrolment, state, pass } = await scenes.enrol(port, CLERK, worker);
    expect([state, pass]).toEqual(['rejected', null]);
    expect((await post(enrolment, 'end')).body).toMatchObject({ code: 'invalid_transition' });
  });
});
