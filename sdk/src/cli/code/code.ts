import {
  CHECKS,
  type CheckName,
  type CompanyCodeClaims,
  instantMs,
  type TrustBundle,
  toBase64Url,
  toInstant,
  VerificationError,
} from '@anlian/contracts';
import { type CodeKey, codeKeysOfTrust } from '../../code/keys.ts';
import { parseCodeText } from '../../code/link.ts';
import { openCompanyCode } from '../../code/open.ts';
import { verifyPresentation } from '../../code/presentation.ts';
import { trustLabels } from '../../verify/index.ts';
import { textOf, trustOf } from '../home.ts';
import { calledAs } from '../usage.ts';
import { type Call, EXIT, type Verb } from '../verb.ts';
import { type CodeFacts, conclusion } from './conclusion.ts';
import { kindOfCode } from './kind.ts';

/** A code whose signatures hold, and what was checked for that. */
interface Shown {
  readonly facts: CodeFacts;
  readonly checks: readonly CheckName[];
}

const CODE_CHECKS: readonly CheckName[] = [
  'code_form',
  'cose_form',
  'cose_key',
  'cose_signature',
  'key_interval',
  'cwt_form',
];

/** From seconds since the epoch. */
const timesOf = ({ iat, exp }: { readonly iat: number; readonly exp: number }) => ({
  issuedAt: toInstant(iat * 1000),
  expiresAt: toInstant(exp * 1000),
});

const companyFacts = (claims: CompanyCodeClaims): CodeFacts => ({
  kind: 'company',
  issuer: claims.iss,
  company: claims.sub,
  score: claims.score,
  height: claims.height,
  policyHash: toBase64Url(claims.policyHash),
  ...timesOf(claims),
});

const openCode = async (text: string, keys: readonly CodeKey[]): Promise<Shown> => {
  const { bytes } = parseCodeText(text);
  if (kindOfCode(bytes) === 'company')
    return { facts: companyFacts(await openCompanyCode(bytes, keys)), checks: CODE_CHECKS };
  const { claims, holderKey, presentedAtSeconds } = await verifyPresentation(bytes, keys);
  const pass = { kind: 'pass', issuer: claims.iss, employer: claims.sub, holderKey } as const;
  if (presentedAtSeconds === null) return { facts: { ...pass, ...timesOf(claims) }, checks: CODE_CHECKS };
  const presentedAt = toInstant(presentedAtSeconds * 1000);
  return { facts: { ...pass, presentedAt, ...timesOf(claims) }, checks: [...CODE_CHECKS, 'pass_holder'] };
};

const requireInForce = ({ issuedAt, expiresAt }: CodeFacts, nowMs: number): void => {
  if (nowMs < instantMs(issuedAt)) throw new VerificationError('cwt_time', 'issued in the future');
  if (nowMs >= instantMs(expiresAt)) throw new VerificationError('cwt_time', 'expired');
};

const read = async ({ context, positionals }: Call, trust: TrustBundle): Promise<Shown> =>
  openCode(await textOf(context, positionals[0] ?? ''), await codeKeysOfTrust(trust));

export const codeShow: Verb = {
  ...calledAs('code show TEXT_OR_PNG [--trust TRUST]'),
  summary: {
    zh: '显示信用码或通行证的内容（签名已核对）',
    en: 'Shows what a credit code or pass says, once its signatures hold',
  },
  run: async (call) => {
    const { facts } = await read(call, trustOf(call));
    if (call.isJson) call.context.out(JSON.stringify(facts));
    else for (const [name, value] of Object.entries(facts)) call.context.out(`${name}: ${value}`);
    return EXIT.ok;
  },
};

export const codeVerify: Verb = {
  ...calledAs('code verify TEXT_OR_PNG [--trust TRUST]'),
  summary: {
    zh: '离线核验信用码或通行证，并说明不能证明什么',
    en: 'Verifies a credit code or pass offline, and says what that does not prove',
  },
  run: async (call) => {
    const { context, language, isJson } = call;
    const trust = trustOf(call);
    const { facts, checks: held } = await read(call, trust);
    requireInForce(facts, context.clock());
    const names: CheckName[] = [...held, 'cwt_time'];
    const checks = names.map((name) => ({ name, ok: true, doesNotProve: CHECKS[name].doesNotProve[language] }));
    const labels = trustLabels(trust, undefined);
    const end = await conclusion(facts);
    if (isJson) context.out(JSON.stringify({ verdict: 'proven', code: facts, checks, labels }));
    else {
      for (const { name, doesNotProve } of checks)
        context.out(`✓ ${name}: ${CHECKS[name][language]}\n    ${doesNotProve}`);
      context.out('');
      for (const text of labels) context.out(`! ${text[language]}`);
      context.out(end[language]);
    }
    return EXIT.ok;
  },
};
