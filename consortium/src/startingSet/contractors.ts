import { addDays, CREDENTIAL_TYPES, dayOf, HOUR_MS, toInstant } from '@anlian/contracts';
import { COMPANIES, type CompanyName, PAPERS, type PaperPlan } from './companies.ts';
import { awaitAnswer, homeNodeOf, inParallel, type Loading, nodeOf, personOf } from './loading.ts';

const PATIENCE_MS = 60_000;
const ATTESTOR = 'zhengheng';

const paperName = ({ company, type }: PaperPlan): string => `${company}-${type}`;

/** The assessor checks the companies' papers; each company gets the record of its own, so that it can show them elsewhere without a second upload. */
export const registerPapers = async (loading: Loading): Promise<void> => {
  const { signIn, startMs, step } = loading;
  const today = dayOf(startMs);
  const assessor = signIn(nodeOf(loading, ATTESTOR), 'assessor');
  const papers = step({ zh: '核验公司证照', en: 'Company papers checked' }, PAPERS.length);
  await inParallel(PAPERS, 8, async (paper, at) => {
    const { credential } = await assessor.registerCredential({
      body: {
        company: COMPANIES[paper.company],
        type: paper.type,
        authority: paper.authority,
        attestation: { method: 'register', checkedAt: toInstant(startMs - HOUR_MS) },
        validFrom: addDays(today, paper.fromDays),
        validTo: addDays(today, paper.toDays),
        ...('reviewMonths' in CREDENTIAL_TYPES[paper.type]
          ? { reviewBy: addDays(today, Math.min(paper.toDays, 115)) }
          : {}),
        record: {
          number: `99-${paperName(paper)}-${String(1000 + at)}`,
          authorityName: paper.authorityName,
          ...(paper.coverPerPersonYuan === undefined ? {} : { coverPerPersonYuan: paper.coverPerPersonYuan }),
        },
      },
      idempotencyKey: `paper-${paperName(paper)}`,
    });
    if (paper.company !== ATTESTOR) await handOver(loading, paper.company, credential);
    papers.advance();
  });
  papers.done();
};

/** The attestor shows the record to its company's node, which checks it against the ledger's commitment. */
const handOver = async (loading: Loading, company: CompanyName, credential: string): Promise<void> => {
  const disclosure = await loading
    .signIn(nodeOf(loading, ATTESTOR), 'assessor')
    .getDisclosure({ params: { about: credential } });
  const keeper = personOf(
    loading,
    company,
    homeNodeOf(loading, company).member === company ? 'safety-manager' : 'clerk',
  );
  await awaitAnswer(
    () =>
      keeper.takeDisclosure({ body: disclosure, idempotencyKey: `shown-${credential}` }).catch((error: unknown) => {
        // The company's node follows the ledger a moment behind the attestor's.
        if (error instanceof Error && /not_found|unknown_credential/.test(error.message)) return undefined;
        throw error;
      }),
    { deadlineMs: loading.clock() + PATIENCE_MS, clock: loading.clock },
  );
};

/** 锐焊's violation is appealed in time, 蓝界's is acknowledged, and the port keeps 蓝界 out of its own site. */
export const recordFacts = async (loading: Loading): Promise<void> => {
  const { signIn, startMs } = loading;
  const carMaker = signIn(nodeOf(loading, 'qichuan'), 'safety-manager');
  const notify = (company: CompanyName, clause: string, hoursAgo: number, text: string) =>
    carMaker.notifyViolation({
      body: {
        company: COMPANIES[company],
        site: 'qichuan-paint',
        clause,
        occurredAt: toInstant(startMs - hoursAgo * HOUR_MS),
        report: { text },
      },
      idempotencyKey: `notice-${company}`,
    });

  const welding = await notify(
    'ruihan',
    'uncertified_special_work',
    6,
    '涂装车间 2 号线动火，现场未能出示有效作业证。',
  );
  await personOf(loading, 'ruihan', 'clerk').appealViolation({
    params: { violation: welding.violation },
    body: { ground: 'certificate_valid', report: { text: '作业证当时有效，登记系统尚未更新，附换证回执。' } },
    idempotencyKey: 'appeal-ruihan',
  });
  const tank = await notify('lanjie', 'confined_space_untested', 9, '清洗前未做气体检测，已立即停工。');
  await personOf(loading, 'lanjie', 'clerk').acknowledgeViolation({
    params: { violation: tank.violation },
    idempotencyKey: 'acknowledge-lanjie',
  });
  await signIn(nodeOf(loading, 'hengyuan'), 'safety-manager').suspendAtSite({
    body: {
      site: 'hengyuan-hazchem',
      subject: { kind: 'company', company: COMPANIES.lanjie },
      reason: 'serious_violation',
    },
    idempotencyKey: 'suspend-lanjie',
  });
};

/** A credit code for each contractor, issued by the port. */
export const issueCodes = async (loading: Loading): Promise<void> => {
  const port = loading.signIn(nodeOf(loading, 'hengyuan'), 'safety-manager');
  const contractors = ['dinggu', 'anlan', 'yunfan', 'ruihan', 'lanjie', 'xingu'] as const;
  await inParallel(contractors, 3, async (company) => {
    await port.issueCode({ params: { company: COMPANIES[company] }, idempotencyKey: `code-${company}` });
  });
};
