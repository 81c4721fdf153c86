import { existsSync, readdirSync, readFileSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { CHECKS as PROOF_CHECKS, type Text, type TrustBundle, VerificationError } from '@anlian/contracts';
import * as z from 'zod';
import { LOCAL_CONSORTIUM_FILE, LocalConsortium } from '../../client/index.ts';
import { openTrust } from '../../verify/index.ts';
import { homeOf } from '../home.ts';
import { SLIPS } from '../slips.ts';
import { type Call, type CliContext, EXIT, UsageError, type Verb } from '../verb.ts';
import { checkLines, checksOf, detailOf, type Examined, verdictLine } from './checks.ts';
import { FINDINGS, type Finding } from './findings.ts';
import { compareNodes, judgeKeys, judgeNode, judgeTrustAge } from './judge.ts';
import { judgeMembership } from './membership.ts';
import { type Probed, probe } from './probe.ts';

const LOW_BYTES = 1 << 30;

/** The part of a gate's own settings that names its node. */
const GateNode = z.object({ node: z.url() });

const readJson = <T extends z.ZodType>(file: string, schema: T): z.output<T> | null => {
  try {
    return schema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return null;
  }
};

const namesIn = (dir: string): readonly string[] => (existsSync(dir) ? readdirSync(dir) : []);

const withoutSlash = (url: string): string => url.replace(/\/+$/, '');

const ADDRESS: Text = {
  zh: '节点地址，如 http://hengyuan.localhost:7101',
  en: 'a node’s address such as http://hengyuan.localhost:7101',
};

const givenUrls = (positionals: readonly string[]): readonly string[] =>
  positionals.map((url) => {
    if (!z.url({ protocol: /^https?$/ }).safeParse(url).success) throw new UsageError(SLIPS.malformed(url, ADDRESS));
    return url;
  });

/** The nodes named in the call, else those that the home knows: the launcher's, and those of its gates. */
const nodeUrls = ({ positionals }: Call, home: string): readonly string[] => {
  const given = givenUrls(positionals);
  const local = readJson(join(home, LOCAL_CONSORTIUM_FILE), LocalConsortium);
  const listed = Object.values(local?.nodes ?? {}).map(({ url }) => url);
  const gates = join(home, 'gates');
  const ofGates = namesIn(gates).flatMap((name) => readJson(join(gates, name, 'gate.json'), GateNode)?.node ?? []);
  return [...new Set((given.length > 0 ? given : [...listed, ...ofGates]).map(withoutSlash))];
};

interface Trust {
  readonly trust: TrustBundle | null;
  readonly findings: readonly Finding[];
}

const UNREADABLE: Text = { zh: '无法读取', en: 'unreadable' };

const judgeTrustFile = async (home: string): Promise<Trust> => {
  const file = join(home, 'trust.json');
  if (!existsSync(file)) return { trust: null, findings: [{ code: 'trust_missing', subject: file, detail: '' }] };
  try {
    return { trust: (await openTrust(new Uint8Array(readFileSync(file)))).trust, findings: [] };
  } catch (error) {
    const detail = error instanceof VerificationError ? PROOF_CHECKS[error.check] : UNREADABLE;
    return { trust: null, findings: [{ code: 'trust_invalid', subject: file, detail }] };
  }
};

const freeBytesOf = (home: string): number | null => {
  if (!existsSync(home)) return null;
  const { bavail, bsize } = statfsSync(home);
  return bavail * bsize;
};

const judgeDisk = (home: string, freeBytes: number | null): Finding[] =>
  freeBytes === null || freeBytes >= LOW_BYTES
    ? []
    : [{ code: 'disk_low', subject: home, detail: `${Math.floor(freeBytes / 2 ** 20)} MiB` }];

const examine = async (context: CliContext, home: string, urls: readonly string[]): Promise<Examined> => {
  const probed = await Promise.all(urls.map((url) => probe(context, url)));
  const { trust, findings } = await judgeTrustFile(home);
  const membership = await judgeMembership(probed, trust?.genesisHash);
  const freeBytes = freeBytesOf(home);
  return {
    probed,
    trust,
    configured: membership.configured,
    freeBytes,
    findings: [
      ...(urls.length === 0 ? [{ code: 'no_nodes', subject: home, detail: '' } as const] : []),
      ...probed.flatMap(judgeNode),
      ...compareNodes(probed, trust),
      ...membership.findings,
      ...(trust ? [...judgeTrustAge(probed, trust), ...probed.flatMap((one) => judgeKeys(one, trust))] : []),
      ...findings,
      ...judgeDisk(home, freeBytes),
    ],
  };
};

const summaryOf = ({ url, node, readiness, clockMs }: Probed) => ({
  url,
  member: node?.member ?? null,
  ready: readiness?.ready ?? false,
  height: node?.ledger.height ?? null,
  genesisHash: node?.ledger.genesisHash ?? null,
  waitingCommands: node?.ledger.waitingCommands ?? null,
  version: node?.version ?? null,
  clockOffMs: clockMs === null ? null : Math.round(clockMs),
});

const nodeLine = (probed: Probed): string => {
  const { url, member, ready, height, version } = summaryOf(probed);
  return [ready ? '✓' : '✗', url, member, height === null ? null : `#${height}`, version]
    .filter((part) => part !== null)
    .join(' ');
};

const jsonOf = ({ language }: Call, examined: Examined, isSound: boolean): string => {
  const findings = examined.findings.map((finding) => {
    const { level, text, remedy } = FINDINGS[finding.code];
    return { ...finding, detail: detailOf(finding, language), level, text: text[language], remedy: remedy[language] };
  });
  const checks = checksOf(examined).map(({ name, text, state, detail, findings: found }) => {
    return { name, text: text[language], state, detail, findings: found.map(({ code }) => code) };
  });
  return JSON.stringify({ ok: isSound, nodes: examined.probed.map(summaryOf), checks, findings });
};

export const doctor: Verb = {
  usage: 'doctor [NODE_URL…] [--json]',
  summary: {
    zh: '检查各节点、账本、时钟、磁盘、密钥和信任文件，逐项说明结果和处理办法；退出码：0 无故障，1 有故障',
    en: 'Examines nodes, ledger, clocks, disk, keys and trust file, tells how each check came out and what to do; exit 0 no fault, 1 faults',
  },
  options: {},
  positionals: { names: ['NODE_URL'], min: 0, max: 100 },
  run: async (call) => {
    const { context, language, isJson } = call;
    const home = homeOf(context);
    const examined = await examine(context, home, nodeUrls(call, home));
    const isSound = examined.findings.every(({ code }) => FINDINGS[code].level !== 'fault');
    const checks = checksOf(examined);
    const lines = [
      ...examined.probed.map(nodeLine),
      '',
      ...checkLines(checks, language),
      '',
      verdictLine(checks, language),
    ];
    for (const line of isJson ? [jsonOf(call, examined, isSound)] : lines) context.out(line);
    return isSound ? EXIT.ok : EXIT.refused;
  },
};
