import { closeSync, openSync, readSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { MAX_BUNDLE_BYTES, type Text } from '@anlian/contracts';
import { MAX_TRUST_BYTES, type Verdict, verifyBundle } from '../../verify/index.ts';
import { homeOf, noTrustFile } from '../home.ts';
import { SLIPS } from '../slips.ts';
import { type Call, EXIT, UsageError, type Verb } from '../verb.ts';
import { verdictLines } from './text.ts';

/**
 * Proven, but less than a reader may take it for: on the word of one operator who could rewrite its ledger; or a block, whose
 * transactions nothing in it shows to be valid, and which no option makes more of.
 */
const PROVEN_LESS = 3;

/** The file's bytes, or one more than the limit: enough to be refused for its length, whatever its size. */
const readUpTo = (file: string, limit: number, slip = SLIPS.unreadable(file)): Uint8Array => {
  let handle: number;
  try {
    handle = openSync(file, 'r');
  } catch {
    throw new UsageError(slip);
  }
  try {
    const bytes = new Uint8Array(limit + 1);
    let length = 0;
    for (let read = -1; read !== 0 && length < bytes.length; length += read)
      read = readSync(handle, bytes, length, bytes.length - length, null);
    return bytes.subarray(0, length);
  } catch {
    throw new UsageError(slip);
  } finally {
    closeSync(handle);
  }
};

const GENESIS_FORM: Text = { zh: ' 64 位十六进制数字', en: '64 hexadecimal digits' };

const pinnedGenesis = ({ option }: Call): { readonly pinnedGenesis?: string } => {
  const given = option('genesis');
  if (given === undefined) return {};
  if (!/^[0-9a-f]{64}$/i.test(given)) throw new UsageError(SLIPS.malformed('--genesis', GENESIS_FORM));
  return { pinnedGenesis: given.toLowerCase() };
};

const isByOne = ({ trust }: Verdict, acceptsOneOperator: boolean): boolean =>
  trust === 'single-operator' && !acceptsOneOperator;

const exitCode = (verdict: Verdict, acceptsOneOperator: boolean): number => {
  if (verdict.verdict === 'refused') return EXIT.refused;
  return verdict.kind === 'block' || isByOne(verdict, acceptsOneOperator) ? PROVEN_LESS : EXIT.ok;
};

export const verify: Verb = {
  usage: 'verify BUNDLE [--trust TRUST] [--genesis HEX] [--accept-embedded] [--json]',
  summary: {
    zh: '离线核验一份证明文件；退出码：0 已证明，1 拒绝，2 用法有误，3 已证明但只有单一运营方作证，或是区块（其中交易的有效性未证明）',
    en: 'Verifies a proof file offline; exit 0 proven, 1 refused, 2 wrong use, 3 proven but only by one operator, or a block (its transactions’ validity is unproven)',
  },
  options: { trust: { type: 'string' }, genesis: { type: 'string' }, 'accept-embedded': { type: 'boolean' } },
  positionals: { names: ['BUNDLE'], min: 1, max: 1 },
  run: async (call) => {
    const { context, positionals, language, isJson, option, flag } = call;
    const file = (name: string): string => resolve(context.cwd, name);
    const bundle = readUpTo(file(positionals[0] ?? ''), MAX_BUNDLE_BYTES);
    const trustFile = file(option('trust') ?? join(homeOf(context), 'trust.json'));
    const trust = readUpTo(trustFile, MAX_TRUST_BYTES, noTrustFile(trustFile));
    const options = { now: new Date(context.clock()), language, ...pinnedGenesis(call) };
    const verdict = await verifyBundle(bundle, trust, options);
    const accepts = flag('accept-embedded');
    if (isJson) context.out(JSON.stringify(verdict));
    else for (const line of verdictLines(verdict, language, isByOne(verdict, accepts))) context.out(line);
    return exitCode(verdict, accepts);
  },
};
