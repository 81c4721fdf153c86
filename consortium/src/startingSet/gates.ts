import { join } from 'node:path';
import { ClientJwk, dayOf, formatId } from '@anlian/contracts';
import {
  type Gate,
  type GateConfig,
  gateTransport,
  openGateAt,
  prepareGateKeys,
  writeGateConfig,
} from '@anlian/sdk/gate';
import { badgeText, enrolPhone, presentFromPhone } from '@anlian/sdk/phone';
import { memberUrl } from '../launcher/plan.ts';
import { GATES, type SiteName } from './companies.ts';
import { inParallel, type Loading, nodeOf } from './loading.ts';
import { type Invitation, ownerOf } from './people.ts';
import { planWorkers, type WorkerPlan } from './workers.ts';

/** A worker's phone holds its own key, which no node ever has. A worker without a phone gets a printed badge from the foreman's. */
export const claimOnPhone =
  ({ home, fetch, clock }: Loading) =>
  async ({ worker, invite }: Invitation): Promise<void> => {
    if (invite !== null) await enrolPhone({ dir: join(home.phonesDir, worker.key), invite, fetch, clock });
  };

/** Sets each gate up as `anlian gate init` does: keys first, then the id that its node registered. */
export const setUpGates = async (loading: Loading): Promise<void> => {
  await inParallel(GATES, 3, async ({ key, site, label }) => {
    const owner = nodeOf(loading, ownerOf(site));
    const dir = join(loading.home.gatesDir, key);
    const { gateKey, clientKey } = await prepareGateKeys(dir);
    const administrator = loading.signIn(owner, 'administrator');
    const { gate } = await administrator.registerGate({
      body: { site, label, gateKey: ClientJwk.parse(gateKey), clientKey: ClientJwk.parse(clientKey) },
      idempotencyKey: `gate-${key}`,
    });
    const { items } = await administrator.listMembers({});
    const packKeys = items
      .filter(({ member }) => member === owner.member)
      .flatMap(({ keys }) =>
        keys.filter((held) => held.key.use === 'pack' && held.to === null).map((held) => held.key),
      );
    writeGateConfig(dir, {
      v: 1,
      gate: gate as GateConfig['gate'],
      member: owner.member,
      site,
      node: memberUrl(owner),
      packKeys,
    });
  });
};

interface OpenGate {
  readonly site: SiteName;
  readonly gate: Gate;
  readonly transport: ReturnType<typeof gateTransport>;
}

const openAll = (loading: Loading): Promise<OpenGate[]> =>
  Promise.all(
    GATES.map(async ({ key, site }) => {
      const { clock, random, fetch } = loading;
      const gate = await openGateAt(join(loading.home.gatesDir, key), {
        clock,
        random,
        monotonic: () => performance.now(),
        bootId: undefined,
      });
      return {
        site,
        gate,
        transport: gateTransport({
          node: memberUrl(nodeOf(loading, ownerOf(site))),
          gate: gate.key.gate ?? '',
          signIn: gate.signIn,
          fetch,
          clock,
          random,
        }),
      };
    }),
  );

const PRESENTATIONS = 40;
/** The worker who is seen at two gates within the hour. */
const AT_TWO_GATES = 3;

/** Who comes to which gate this morning: forty presentations, spread over the sites. */
const arrivals = (workers: readonly WorkerPlan[]): { worker: WorkerPlan; site: SiteName }[] => {
  const first = (worker: WorkerPlan) => worker.sites.slice(0, 1).map((site) => ({ worker, site }));
  const withBadge = workers.filter(({ phone }) => phone === undefined).flatMap(first);
  const withPhone = workers.filter(({ phone }) => phone !== undefined).flatMap(first);
  const room = PRESENTATIONS - withBadge.length - 1;
  const chosen = Array.from({ length: room }, (_, at) => withPhone[Math.floor((at * withPhone.length) / room)]).filter(
    (arrival) => arrival !== undefined,
  );
  const twice = withPhone
    .slice(AT_TWO_GATES, AT_TWO_GATES + 1)
    .map(({ worker }) => ({ worker, site: 'qichuan-paint' as const }));
  return [...withBadge, ...chosen, ...twice];
};

/** A morning at the gates, live: forty presentations, a supervisor's release of the first hold, one emergency passage; then everything is uploaded. */
export const spendMorning = async (loading: Loading): Promise<void> => {
  const gates = await openAll(loading);
  const morning = loading.step({ zh: '门岗的一个早晨', en: 'A morning at the gates' }, PRESENTATIONS);
  try {
    for (const { gate, transport } of gates) await gate.sync(transport.fetchPack);
    if (gates.every(({ gate }) => gate.status().lastSeq === 0)) await letArrive(loading, gates, morning.advance);
    await Promise.all(gates.map(({ gate, transport }) => gate.upload(transport.upload)));
  } finally {
    for (const { gate } of gates) gate.close();
  }
  morning.done();
};

const letArrive = async (loading: Loading, gates: readonly OpenGate[], advance: () => void): Promise<void> => {
  let released = false;
  for (const { worker, site } of arrivals(planWorkers(dayOf(loading.startMs)))) {
    const at = gates.find((gate) => gate.site === site);
    if (!at) throw new RangeError(`no gate at ${site}`);
    const phone = join(loading.home.phonesDir, worker.key);
    const text = worker.phone === undefined ? badgeText(phone) : await presentFromPhone(phone, loading.clock);
    const { seq, decision } = await at.gate.decide({ text, direction: 'in' });
    if (!released && decision.outcome === 'hold') {
      await at.gate.release(seq, {
        answer: 'released',
        reason: 'identity_confirmed',
        supervisor: formatId('cas', loading.random(16)),
      });
      released = true;
    }
    advance();
  }
  const terminal = gates.find((gate) => gate.site === 'hengyuan-terminal');
  await terminal?.gate.emergency({ direction: 'in', persons: 2 });
};
