import { type Outcome, type Text, WORK_CLASS_CODES } from '@anlian/contracts';
import type { Passage } from '../../gate/index.ts';
import { isCompanyCode } from '../code/kind.ts';
import { textOf } from '../home.ts';
import { printable } from '../printable.ts';
import { calledAs } from '../usage.ts';
import { type CliContext, EXIT, oneOf, type Verb } from '../verb.ts';
import { directionOf, GATE_REMEDIES, withGate } from './open.ts';

/** ANSI background of the word that a guard sees first. */
const COLOUR: Readonly<Record<Outcome, string>> = {
  allow: '\u001b[30;42m',
  hold: '\u001b[30;43m',
  deny: '\u001b[97;41m',
};
const PLAIN = '\u001b[0m';

const both = ({ zh, en }: Text): string => `${zh} · ${en}`;

/** How old the lists are that it decided by: a guard must not take an old answer for a new one. */
const listsLine = (packAgeMs: number | null): string => {
  if (packAgeMs === null) return '没有名单 · No lists';
  const minutes = Math.floor(packAgeMs / 60_000);
  return `名单 ${minutes} 分钟前 · Lists ${minutes} min old`;
};

const COMPANY_CODE: Text = {
  zh: '出示的是公司信用码，不是通行证：人员请出示通行证',
  en: 'This is a company’s credit code and not a pass: the person shows a pass',
};

interface Told {
  readonly packAgeMs: number | null;
  /** Whether a company's code was shown in place of a pass. */
  readonly isCompanyCode: boolean;
}

const print = ({ out, isTerminal }: CliContext, passage: Passage, { packAgeMs, isCompanyCode }: Told): void => {
  const { decision, explanation, person, company } = passage;
  const word = both(explanation.outcome);
  out(isTerminal ? `${COLOUR[decision.outcome]} ${word} ${PLAIN}` : word);
  if (person !== null) out(printable([person.name, person.trade, company].filter((part) => part !== null).join(' · ')));
  for (const { text, detail } of explanation.reasons) out(`- ${both(text)}${detail === null ? '' : ` (${detail})`}`);
  out(`→ ${both(isCompanyCode ? COMPANY_CODE : explanation.instruction)}`);
  out(`#${passage.seq}`);
  out(listsLine(packAgeMs));
};

export const gateDecide: Verb = {
  ...calledAs(
    `gate decide TEXT_OR_PNG --in|--out [--class ${WORK_CLASS_CODES.join('|')}] [--code TEXT_OR_PNG] [--gate NAME_OR_DIR]`,
  ),
  summary: {
    zh: '核验通行证并作出放行决定（离线可用；0 通行，1 待核或禁止）',
    en: 'Decides on a pass, online or not (0 pass, 1 hold or no entry)',
  },
  remedies: GATE_REMEDIES,
  run: async (call) => {
    const { context, positionals, option, isJson } = call;
    const direction = directionOf(call);
    const named = option('class');
    const workClass = named === undefined ? undefined : oneOf('class', named, WORK_CLASS_CODES);
    const code = option('code');
    const request = {
      text: await textOf(context, positionals[0] ?? ''),
      direction,
      workClass,
      code: code === undefined ? undefined : await textOf(context, code),
    };
    const { passage, packAgeMs } = await withGate(call, async (gate) => ({
      passage: await gate.decide(request),
      packAgeMs: gate.status().packAgeMs,
    }));
    if (isJson) context.out(JSON.stringify({ ...passage, packAgeMs }));
    else print(context, passage, { packAgeMs, isCompanyCode: isCompanyCode(request.text) });
    return passage.decision.outcome === 'allow' ? EXIT.ok : EXIT.refused;
  },
};
