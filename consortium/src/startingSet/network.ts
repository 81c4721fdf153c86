import { formatId, HOUR_MS, type MemberDescriptor, toInstant } from '@anlian/contracts';
import { adoptPolicy, decide, governorsOf } from '../launcher/found.ts';
import { type MemberPlan, memberUrl } from '../launcher/plan.ts';
import { ADMISSIONS, COMPANIES, SITES, TENANTS } from './companies.ts';
import { fixedBytes, importedFacts } from './facts.ts';
import { awaitAnswer, homeNodeOf, inParallel, type Loading, nodeOf } from './loading.ts';
import { SITE_POLICIES } from './policies.ts';

/** Admissions begin the day before, so that yesterday's facts fall into them. */
const ADMITTED_BEFORE_MS = 20 * HOUR_MS;
const PATIENCE_MS = 60_000;

/** Each node learns where the others are. */
export const introducePeers = async (loading: Loading): Promise<void> => {
  const { plan, signIn } = loading;
  const pairs = plan.members.flatMap((node) =>
    plan.members.filter((other) => other !== node).map((other) => ({ node, other })),
  );
  await inParallel(pairs, 6, async ({ node, other }) => {
    await signIn(node, 'administrator').putPeer({ params: { member: other.member }, body: { url: memberUrl(other) } });
  });
};

/** The participants with nodes of their own, then the tenants, whose sponsors are members by then. */
export const admitMembers = async (loading: Loading): Promise<void> => {
  const { plan, signIn, step } = loading;
  const participants = plan.members.filter((member) => member.kind === 'participant');
  const admitting = step(
    { zh: '治理成员表决接纳', en: 'Governors vote on admissions' },
    participants.length + TENANTS.length,
  );
  const admit = async (member: MemberDescriptor): Promise<void> => {
    await decide(loading, `admit-${member.member}`, { action: 'member.admit', member });
    admitting.advance();
  };
  for (const node of participants) await admit((await signIn(node, 'administrator').getNode({})).descriptor);
  await inParallel(TENANTS, 3, async ({ member, company, name, sponsor }) => {
    const { descriptor } = await signIn(nodeOf(loading, sponsor), 'administrator').createTenant({
      body: { member, company, name },
      idempotencyKey: `tenant-${member}`,
    });
    await admit(descriptor);
  });
  const expected = governorsOf(plan).length + participants.length + TENANTS.length;
  await inParallel(plan.members, 4, async (node) => {
    await awaitAnswer(
      async () => ((await signIn(node, 'auditor').listMembers({})).items.length >= expected ? true : undefined),
      {
        deadlineMs: loading.clock() + PATIENCE_MS,
        clock: loading.clock,
      },
    );
  });
  admitting.done();
};

/** What each node calls the companies that it sees: a governor all, a participant itself and its tenants. */
export const nameCompanies = async (loading: Loading): Promise<void> => {
  const { plan, signIn } = loading;
  const named = [...plan.members, ...TENANTS];
  const sees = (node: MemberPlan, { member }: { readonly member: string }): boolean =>
    node.kind === 'governor' || homeNodeOf(loading, member) === node;
  const all = plan.members.flatMap((node) =>
    named.filter((company) => sees(node, company)).map((company) => ({ node, company })),
  );
  await inParallel(all, 8, async ({ node, company }) => {
    const person = signIn(node, 'administrator');
    const known = await person.getCompany({ params: { company: company.company } });
    if (known.name === null)
      await person.nameCompany({
        params: { company: company.company },
        body: company.name,
        ifMatch: `"${known.nameVersion}"`,
      });
  });
};

export const registerSites = async (loading: Loading): Promise<void> => {
  await inParallel(SITES, 4, async ({ site, owner, name }) => {
    const manager = loading.signIn(nodeOf(loading, owner), 'safety-manager');
    await manager.registerSite({ body: { site, name }, idempotencyKey: `site-${site}` });
    const present = await manager.getSitePolicy({ params: { site } }).catch(() => undefined);
    if (present === undefined || present.requirements.length === 0)
      await manager.putSitePolicy({ params: { site }, body: SITE_POLICIES[site], ifMatch: '"0"' });
  });
};

/** The first policy, the facts older than the channel, and the opening of the channel. */
export const openChannel = async (loading: Loading): Promise<void> => {
  await adoptPolicy(loading, loading.startMs);
  await decide(loading, 'import', {
    action: 'credit.import',
    import: formatId('imp', fixedBytes('import', 16)),
    facts: importedFacts(loading.startMs),
  });
  await decide(loading, 'open', { action: 'channel.open' });
};

export const admitToSites = async (loading: Loading): Promise<void> => {
  const all = ADMISSIONS.flatMap(({ site, companies }) => companies.map((company) => ({ site, company })));
  await inParallel(all, 6, async ({ site, company }) => {
    const owner = SITES.find((one) => one.site === site)?.owner ?? '';
    await loading.signIn(nodeOf(loading, owner), 'safety-manager').admitCompany({
      params: { site },
      body: { company: COMPANIES[company], from: toInstant(loading.startMs - ADMITTED_BEFORE_MS) },
      idempotencyKey: `admit-${site}-${company}`,
    });
  });
};
