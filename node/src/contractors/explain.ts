import {
  BANDS,
  type Band,
  CLAUSE_TEXTS,
  CREDENTIAL_TYPES,
  type CredentialTypeCode,
  DEDUCTION_KINDS,
  type Deduction,
  instantMs,
  type Text,
} from '@anlian/contracts';
import { momentText } from './moment.ts';

/** What this node calls sites and members; their ids where it has no name. */
export interface Names {
  readonly site: (site: string) => Text;
  readonly member: (member: string) => Text;
}

const same = (text: string): Text => ({ zh: text, en: text });

/** A clause as people read it; a policy may hold clauses that this release has no words for. */
export const clauseText = (code: string): Text =>
  Object.hasOwn(CLAUSE_TEXTS, code) ? (CLAUSE_TEXTS[code] ?? same(code)) : same(code);

const typeText = (code: string): Text =>
  Object.hasOwn(CREDENTIAL_TYPES, code) ? CREDENTIAL_TYPES[code as CredentialTypeCode].text : same(code);

const paper = ({ kind, code }: Deduction): Text => ({
  zh: `${typeText(code).zh}：${DEDUCTION_KINDS[kind].zh}`,
  en: `${typeText(code).en}: ${DEDUCTION_KINDS[kind].en.toLowerCase()}`,
});

const TITLES: Readonly<Record<Deduction['kind'], (deduction: Deduction) => Text>> = {
  violation: ({ code }) => clauseText(code),
  veto: ({ code }) => clauseText(code),
  insurance_missing: paper,
  insurance_lapsed: paper,
  qualification_lapsed: paper,
  evaluation: ({ code }) => ({ zh: `履约评价 ${code}`, en: `Evaluation ${code}` }),
};

/** What a deduction is for, in a few words. */
export const deductionText = (deduction: Deduction): Text => TITLES[deduction.kind](deduction);

const join = (parts: readonly (Text | undefined)[]): Text => {
  const given = parts.filter((part) => part !== undefined);
  return { zh: `${given.map(({ zh }) => zh).join('；')}。`, en: `${given.map(({ en }) => en).join('; ')}.` };
};

const cost = ({ kind, points }: Deduction): Text =>
  kind === 'veto'
    ? { zh: '一票否决，记 0 分', en: 'veto: the score is 0' }
    : { zh: `扣 ${points} 分`, en: `costs ${points}` };

const recorder = ({ kind, recordedBy }: Deduction, names: Names): Text | undefined => {
  if (recordedBy === null)
    return kind === 'violation' || kind === 'veto' ? { zh: '由表决导入', en: 'imported by vote' } : undefined;
  const { zh, en } = names.member(recordedBy);
  return { zh: `记录方：${zh}`, en: `recorded by ${en}` };
};

const place = ({ site }: Deduction, names: Names): Text | undefined => {
  if (site === null) return undefined;
  const { zh, en } = names.site(site);
  return { zh: `站点：${zh}`, en: `site: ${en}` };
};

const ending = ({ dropsOffAt }: Deduction): Text => {
  if (dropsOffAt === null) return { zh: '补齐有效证件后恢复', en: 'comes back with a valid paper' };
  const { zh, en } = momentText(instantMs(dropsOffAt));
  return { zh: `${zh} 起不再计分`, en: `drops off at ${en}` };
};

/** A deduction in one sentence: what, how much, who recorded it, where, and when it ends. */
export const explainDeduction = (deduction: Deduction, names: Names): Text =>
  join([
    deductionText(deduction),
    cost(deduction),
    recorder(deduction, names),
    place(deduction, names),
    ending(deduction),
  ]);

interface Loss {
  readonly points: number;
  readonly text: Text;
}

/** A change of score in one sentence: when, to what, and because of what. */
export const changeText = (
  atMs: number,
  score: number,
  band: Band,
  lost: readonly Loss[],
  regained: readonly Loss[],
): Text => {
  const when = momentText(atMs);
  const because = (language: keyof Text) => [
    ...lost.map(({ points, text }) => `${text[language]} −${points}`),
    ...regained.map(({ points, text }) => `${text[language]} +${points}`),
  ];
  return {
    zh: `${when.zh} 起 ${score} 分（${BANDS[band].zh}）：${because('zh').join('，')}`,
    en: `From ${when.en} ${score} points (${BANDS[band].en}): ${because('en').join(', ')}`,
  };
};
