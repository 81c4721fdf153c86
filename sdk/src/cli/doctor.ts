import { existsSync, readdirSync, readFileSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { type Language, type TrustBundle, VerificationError } from '@anlian/contracts';
import * as z from 'zod';
import { LOCAL_CONSORTIUM_FILE, LocalConsortium } from '../client/index.ts';
import { openTrust } from '../verify/index.ts';
import { FINDINGS, type Finding } from './doctorFindings.ts';
import { compareNodes, judgeKeys, judgeNode } from './doctorJudge.ts';
import { type Probed, probe } from './doctorProbe.ts';
import { homeOf } from './home.ts';
import { type Call, type CliContext, EXIT, UsageError, type Verb } from './verb.ts';

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

const givenUrls = (positionals: readonly string[]): readonly string[] =>
  positionals.map((url) => {
    if (!z.url({ protocol: /^https?$/ }).safeParse(url).success) throw new UsageError(url);
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

const judgeTrustFile = async (home: string): Promise<Trust> => {
  const file = join(home, 'trust.json');
  if (!existsSync(file)) return { trust: null, findings: [{ code: 'trust_missing', subject: file, detail: '' }] };
  try {
    return { trust: (await openTrust(new Uint8Array(readFileSync(file)))).trust, findings: [] };
  } catch (error) {
    const detail = error instanceof VerificationError ? error.message : 'unreadable';
    return { trust: null, findings: [{ code: 'trust_invalid', subject: file, detail }] };
  }
};

const judgeDisk = (home: string): Finding[] => {
  if (!existsSync(home)) return [];
  const { bavail, bsize } = statfsSync(home);
  const freeBytes = bavail * bsize;
  return freeBytes >= LOW_BYTES ? [] : [{ code: 'disk_low', subject: home, detail: `${freeBytes >> 20} MiB` }];
};

interface Examined {
  readonly probed: readonly Probed[];
  readonly findings: readonly Finding[];
}

const examine = async (context: CliContext, home: string, urls: readonly string[]): Promise<Examined> => {
  const probed = await Promise.all(urls.map((url) => probe(context, url)));
  const { trust, findings } = await judgeTrustFile(home);
  return {
    probed,
    findings: [
      ...(urls.length === 0 ? [{ code: 'no_nodes', subject: home, detail: '' } as const] : []),
      ...probed.flatMap(judgeNode),
      ...compareNodes(probed, trust),
      ...(trust ? probed.flatMap((one) => judgeKeys(one, trust)) : []),
      ...findings,
      ...judgeDisk(home),
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

const MARKS = { fault: '✗', notice: '!' } as const;

const linesOf = ({ probed, findings }: Examined, language: Language): string[] => [
  ...probed.map(summaryOf).map(({ url, member, ready, height, version }) => {
    const mark = ready ? '✓' : MARKS.fault;
    return [mark, url, member, height === null ? null : `#${height}`, version]
      .filter((part) => part !== null)
      .join(' ');
  }),
  ...findings.map(({ code, subject, detail }) => {
    const { level, text, remedy } = FINDINGS[code];
    const about = [text[language], subject, detail].filter(Boolean).join(' · ');
    return `${MARKS[level]} ${code}  ${about}\n    ${remedy[language]}`;
  }),
];

export const doctor: Verb = {
  usage: 'doctor [NODE_URL…] [--json]',
  summary: {
    zh: '检查各节点、账本、时钟、磁盘、密钥和信任文件，并给出处理办法；退出码：0 无故障，1 有故障',
    en: 'Examines nodes, ledger, clocks, disk, keys and trust file, and says what to do; exit 0 no fault, 1 faults',
  },
  options: {},
  positionals: { min: 0, max: 100 },
  run: async (call) => {
    const { context, language, isJson } = call;
    const home = homeOf(context);
    const examined = await examine(context, home, nodeUrls(call, home));
    const isSound = examined.findings.every(({ code }) => FINDINGS[code].level !== 'fault');
    if (isJson) {
      const findings = examined.findings.map((finding) => {
        const { level, text, remedy } = FINDINGS[finding.code];
        return { ...finding, level, text: text[language], remedy: remedy[language] };
      });
      context.out(JSON.stringify({ ok: isSound, nodes: examined.probed.map(summaryOf), findings }));
    } else for (const line of linesOf(examined, language)) context.out(line);
    return isSound ? EXIT.ok : EXIT.refused;
  },
};
