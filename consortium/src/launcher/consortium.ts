import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AnlianError, type MemberDescriptor } from '@anlian/contracts';
import { TEMPLATE_DIR } from './cache.ts';
import { fabricEnvironment } from './fabric.ts';
import { type Home, type LauncherState, leaveOperatorKey, readJson, writeJson } from './home.ts';
import { type ConsortiumPlan, carrierOf, type MemberPlan, memberUrl } from './plan.ts';
import { type RunningProcess, runOnce, startProcess } from './processes.ts';

const LEDGER_ENTRY = fileURLToPath(new URL('../ledger/main.ts', import.meta.url));
/** The node is another room: the launcher starts its program and speaks HTTP with it, and imports nothing of it. */
const NODE_ENTRY = fileURLToPath(new URL('../../../node/src/main.ts', import.meta.url));

export interface Papers {
  readonly descriptor: MemberDescriptor;
  readonly msp: { readonly mspId: string; readonly rootCertPem: string } | null;
}

/** How a node reaches the ledger: the embedded one, its own peer as its own client, or its carrier. */
const ledgerEnvironment = (plan: ConsortiumPlan, member: MemberPlan): Record<string, string> => {
  if (member.kind === 'participant') return { ANLIAN_CARRIER_URL: memberUrl(carrierOf(plan)) };
  return plan.fabric
    ? fabricEnvironment(plan.fabric, member)
    : { ANLIAN_LEDGER_URL: `http://127.0.0.1:${plan.ledgerPort}` };
};

/** Settings of one node, as its environment. */
export const nodeEnvironment = (home: Home, plan: ConsortiumPlan, member: MemberPlan): Record<string, string> => ({
  ANLIAN_PROFILE: 'development',
  ANLIAN_MEMBER: member.member,
  ANLIAN_COMPANY: member.company,
  ANLIAN_KIND: member.kind,
  ANLIAN_NAME_ZH: member.name.zh,
  ANLIAN_NAME_EN: member.name.en,
  ANLIAN_PORT: String(member.port),
  ANLIAN_PUBLIC_URL: memberUrl(member),
  ANLIAN_DATA_DIR: home.memberDir(member.member),
  ANLIAN_TEMPLATE_DIR: TEMPLATE_DIR,
  ANLIAN_CHANNEL: plan.channel,
  ANLIAN_CHAINCODE: plan.chaincode,
  ...ledgerEnvironment(plan, member),
});

const logFile = (home: Home, name: string): string => join(home.logDir, `${name}.log`);

/** Each member makes its own keys; the launcher sees only what the others need of them. Kept, so that later starts need not ask. */
export const collectPapers = async (home: Home, plan: ConsortiumPlan): Promise<Papers[]> => {
  const file = join(home.dir, 'papers.json');
  const known = await readJson<Papers[]>(file);
  if (known) return known;
  const papers = (await Promise.all(
    plan.members.map((member) =>
      runOnce({
        name: member.member,
        entry: NODE_ENTRY,
        args: ['papers'],
        env: nodeEnvironment(home, plan, member),
        logFile: logFile(home, member.member),
      }),
    ),
  )) as Papers[];
  await writeJson(file, papers);
  return papers;
};

/** Starts the ledger that the three governors share: one operator, and labelled so. */
export const startLedger = async (
  home: Home,
  plan: ConsortiumPlan,
  papers: readonly Papers[],
): Promise<RunningProcess> => {
  const msps = papers.flatMap(({ msp }) => (msp ? [msp] : []));
  await writeJson(home.genesisFile, { channel: plan.channel, chaincode: plan.chaincode, msps });
  return startProcess({
    name: 'ledger',
    entry: LEDGER_ENTRY,
    env: {
      ANLIAN_LEDGER_DIR: home.ledgerDir,
      ANLIAN_LEDGER_PORT: String(plan.ledgerPort),
      ANLIAN_LEDGER_GENESIS: home.genesisFile,
    },
    logFile: logFile(home, 'ledger'),
  });
};

export const startMember = async (
  home: Home,
  plan: ConsortiumPlan,
  member: MemberPlan,
  state: LauncherState,
): Promise<RunningProcess> => {
  await leaveOperatorKey(home, member.member, state);
  return startProcess({
    name: member.member,
    entry: NODE_ENTRY,
    env: nodeEnvironment(home, plan, member),
    logFile: logFile(home, member.member),
  });
};

/** Resolves when the node says it is ready: database there and ledger followed. */
export const awaitReady = async (
  fetch: typeof globalThis.fetch,
  member: MemberPlan,
  { signal, retryMs = 50 }: { signal: AbortSignal; retryMs?: number },
): Promise<void> => {
  while (!signal.aborted) {
    const ready = await fetch(`${memberUrl(member)}/readyz`, { signal }).then(
      (response) => response.ok,
      () => false,
    );
    if (ready) return;
    await new Promise((resolve) => setTimeout(resolve, retryMs));
  }
  throw new AnlianError('ledger_unavailable', {
    field: member.member,
    detail: 'the node did not become ready in time',
  });
};
