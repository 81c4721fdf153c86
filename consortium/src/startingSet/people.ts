import { addDays, addMonths, DAY_MS, dayOf, HOUR_MS, toInstant } from '@anlian/contracts';
import type { NodeClient } from '@anlian/sdk';
import { SITES } from './companies.ts';
import { awaitAnswer, homeNodeOf, inParallel, type Loading, nodeOf, personOf } from './loading.ts';
import { portraitOf } from './portrait.ts';
import { planWorkers, type WorkerPlan } from './workers.ts';

const PATIENCE_MS = 120_000;
const ATTESTOR = 'zhengheng';

/** A worker's invitation to one issuing node, for the phone to claim. */
export interface Invitation {
  readonly worker: WorkerPlan;
  /** Null where the site owner recognises a pass the worker has. */
  readonly invite: string | null;
  readonly site: string;
}

/** A company that lives on a governor's node has that governor's assessor; others ask the attestor. */
const assessedAtHome = (loading: Loading, { employer }: WorkerPlan): boolean =>
  homeNodeOf(loading, employer).kind === 'governor';

/** Workers with their papers and trainings, at their employers' nodes. Returns each worker's id there. */
export const registerWorkers = async (loading: Loading): Promise<Map<string, string>> => {
  const workers = planWorkers(dayOf(loading.startMs));
  const ids = new Map<string, string>();
  const registering = loading.step({ zh: '登记工人与证件', en: 'Workers and their papers' }, workers.length);
  await inParallel(workers, 8, async (worker, at) => {
    ids.set(worker.key, await registerWorker(loading, worker, at));
    registering.advance();
  });
  await confirmRequests(loading, ids, workers);
  registering.done();
  return ids;
};

const registerWorker = async (loading: Loading, worker: WorkerPlan, at: number): Promise<string> => {
  const clerk = personOf(loading, worker.employer, 'clerk');
  const { name, idDocument, birthDate, phone, trade } = worker;
  const { worker: id } = await clerk.createWorker({
    body: { name, idDocument, birthDate, trade, portrait: portraitOf(at), ...(phone === undefined ? {} : { phone }) },
    idempotencyKey: worker.key,
  });
  const today = dayOf(loading.startMs);
  const checkedAt = toInstant(loading.startMs - HOUR_MS);
  for (const paper of worker.papers) {
    const atHome = assessedAtHome(loading, worker);
    const registrar = atHome ? loading.signIn(homeNodeOf(loading, worker.employer), 'assessor') : clerk;
    await registrar.registerWorkerCredential({
      params: { worker: id },
      body: {
        ...paper,
        ...(atHome ? { attestation: { method: 'register' as const, checkedAt } } : { attestor: ATTESTOR }),
      },
      idempotencyKey: `${worker.key}-${paper.type}`,
    });
  }
  const courses = ['site_induction', ...(worker.watchTrained ? ['hot_work_watch'] : [])];
  for (const course of courses) {
    await clerk.recordTraining({
      params: { worker: id },
      body: { course, completedOn: addDays(today, -20), hours: 8, score: 92, validTo: addMonths(today, 11) },
      idempotencyKey: `${worker.key}-${course}`,
    });
  }
  return id;
};

/** The assessor answers what participants' nodes ask it to check, until every paper of their workers is on the ledger. */
const confirmRequests = async (
  loading: Loading,
  ids: ReadonlyMap<string, string>,
  workers: readonly WorkerPlan[],
): Promise<void> => {
  const assessor = loading.signIn(nodeOf(loading, ATTESTOR), 'assessor');
  const deadline = { deadlineMs: loading.clock() + PATIENCE_MS, clock: loading.clock };
  await inParallel(
    workers.filter((worker) => !assessedAtHome(loading, worker) && worker.papers.length > 0),
    1,
    async (worker) => {
      const clerk = personOf(loading, worker.employer, 'clerk');
      await awaitAnswer(async () => {
        const { credentials } = await clerk.getWorker({ params: { worker: ids.get(worker.key) ?? '' } });
        if (credentials.every(({ state }) => state === 'registered')) return true;
        await confirmWaiting(loading, assessor);
        return undefined;
      }, deadline);
    },
  );
};

const confirmWaiting = async (loading: Loading, assessor: NodeClient): Promise<void> => {
  const { items } = await assessor.listAttestations({ query: { limit: 500 } });
  await inParallel(
    items.filter(({ state }) => state === 'requested'),
    8,
    async ({ credential }) => {
      await assessor.answerAttestation({
        params: { credential },
        body: {
          answer: 'confirm',
          attestation: { method: 'register', checkedAt: toInstant(loading.startMs - HOUR_MS) },
        },
        idempotencyKey: `attest-${credential}`,
      });
    },
  );
};

/** Every worker is enrolled at the sites of its crew; the second site recognises the pass of the first. */
export const enrolWorkers = async (
  loading: Loading,
  ids: ReadonlyMap<string, string>,
  claim: (invitation: Invitation) => Promise<void>,
): Promise<void> => {
  const workers = planWorkers(dayOf(loading.startMs));
  const enrolling = loading.step(
    { zh: '入场登记与通行证', en: 'Enrolments and passes' },
    workers.reduce((sum, worker) => sum + worker.sites.length, 0),
  );
  await inParallel(workers, 8, async (worker) => {
    for (const site of worker.sites) {
      const invite = await enrol(loading, worker, ids.get(worker.key) ?? '', site);
      await claim({ worker, invite, site });
      enrolling.advance();
    }
  });
  enrolling.done();
};

const enrol = async (
  loading: Loading,
  worker: WorkerPlan,
  id: string,
  site: WorkerPlan['sites'][number],
): Promise<string | null> => {
  const clerk = personOf(loading, worker.employer, 'clerk');
  const at = toInstant(loading.startMs);
  const { enrolment } = await clerk.enrolWorker({
    body: {
      worker: id,
      site,
      workClasses: [...worker.workClasses],
      from: toInstant(loading.startMs - HOUR_MS),
      to: toInstant(loading.startMs + 180 * DAY_MS),
      consent: { data: true, photo: true, at },
    },
    idempotencyKey: `${worker.key}-${site}`,
  });
  const accepted = await awaitAnswer(
    async () => {
      const now = await clerk.getEnrolment({ params: { enrolment } });
      if (now.state === 'rejected')
        throw new RangeError(
          `${worker.key} at ${site}: ${now.faults.map((fault) => `${fault.field} ${fault.code}`).join(', ')}`,
        );
      return now.state === 'accepted' ? now : undefined;
    },
    { deadlineMs: loading.clock() + PATIENCE_MS, clock: loading.clock },
  );
  return accepted.invite?.url ?? null;
};

/** Sites by their owner's node. */
export const ownerOf = (site: string): string => SITES.find((one) => one.site === site)?.owner ?? '';
