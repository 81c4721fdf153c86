import {
  CHECKS,
  type CheckName,
  type CompanyCodeClaims,
  MAX_PRESENTATION_BYTES,
  toBase64Url,
  toInstant,
  VerificationError,
} from '@anlian/contracts';
import { kindOfClaims } from '../code/claims.ts';
import { type CodeKey, codeKeysOfTrust } from '../code/keys.ts';
import { parseCodeText } from '../code/link.ts';
import { openCompanyCode } from '../code/open.ts';
import { verifyPresentation } from '../code/presentation.ts';
import { splitSign1 } from '../code/sign1.ts';
import { textOf, trustOf } from './home.ts';
import { type Call, EXIT, type Verb } from './verb.ts';

/** What a code says, its signatures checked; times in seconds. */
interface Shown {
  readonly kind: 'company' | 'pass';
  readonly iat: number;
  readonly exp: number;
  readonly facts: Readonly<Record<string, string | number>>;
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

const companyFacts = ({ iss, sub, score, height, policyHash }: CompanyCodeClaims): Shown['facts'] => ({
  issuer: iss,
  company: sub,
  score,
  height,
  policyHash: toBase64Url(policyHash),
});

const openCode = async (text: string, keys: readonly CodeKey[]): Promise<Shown> => {
  const { bytes } = parseCodeText(text);
  if (kindOfClaims(splitSign1(bytes, MAX_PRESENTATION_BYTES).payload) === 'company') {
    const claims = await openCompanyCode(bytes, keys);
    return { kind: 'company', iat: claims.iat, exp: claims.exp, facts: companyFacts(claims), checks: CODE_CHECKS };
  }
  const { claims, holderKey, presentedAtSeconds } = await verifyPresentation(bytes, keys);
  const facts = { issuer: claims.iss, employer: claims.sub, holderKey };
  const { iat, exp } = claims;
  if (presentedAtSeconds === null) return { kind: 'pass', iat, exp, facts, checks: CODE_CHECKS };
  const presentedAt = toInstant(presentedAtSeconds * 1000);
  return { kind: 'pass', iat, exp, facts: { ...facts, presentedAt }, checks: [...CODE_CHECKS, 'pass_holder'] };
};

const requireInForce = ({ iat, exp }: Shown, nowMs: number): void => {
  if (nowMs < iat * 1000) throw new VerificationError('cwt_time', 'issued in the future');
  if (nowMs >= exp * 1000) throw new VerificationError('cwt_time', 'expired');
};

const read = async (call: Call): Promise<Shown> => {
  const { context, positionals } = call;
  return openCode(await textOf(context, positionals[0] ?? ''), await codeKeysOfTrust(trustOf(call)));
};

const factsOf = ({ kind, iat, exp, facts }: Shown) => ({
  kind,
  ...facts,
  issuedAt: toInstant(iat * 1000),
  expiresAt: toInstant(exp * 1000),
});

const SHARED = {
  options: { trust: { type: 'string' } },
  positionals: { names: ['TEXT_OR_PNG'], min: 1, max: 1 },
} as const;

export const codeShow: Verb = {
  ...SHARED,
  usage: 'code show TEXT_OR_PNG [--trust TRUST]',
  summary: {
    zh: '显示信用码或通行证的内容（签名已核对）',
    en: 'Shows what a credit code or pass says, once its signatures hold',
  },
  run: async (call) => {
    const shown = factsOf(await read(call));
    if (call.isJson) call.context.out(JSON.stringify(shown));
    else for (const [name, value] of Object.entries(shown)) call.context.out(`${name}: ${value}`);
    return EXIT.ok;
  },
};

export const codeVerify: Verb = {
  ...SHARED,
  usage: 'code verify TEXT_OR_PNG [--trust TRUST]',
  summary: {
    zh: '离线核验信用码或通行证，并说明不能证明什么',
    en: 'Verifies a credit code or pass offline, and says what that does not prove',
  },
  run: async (call) => {
    const { context, language, isJson } = call;
    const code = await read(call);
    requireInForce(code, context.clock());
    const names: CheckName[] = [...code.checks, 'cwt_time'];
    const checks = names.map((name) => ({ name, ok: true, doesNotProve: CHECKS[name].doesNotProve[language] }));
    if (isJson) context.out(JSON.stringify({ verdict: 'proven', code: factsOf(code), checks }));
    else {
      for (const { name, doesNotProve } of checks)
        context.out(`✓ ${name}: ${CHECKS[name][language]}\n    ${doesNotProve}`);
    }
    return EXIT.ok;
  },
};
