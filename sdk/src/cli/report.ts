import {
  AnlianError,
  CHECKS,
  ERRORS,
  type ErrorCode,
  type Language,
  type Text,
  VerificationError,
} from '@anlian/contracts';
import { type CliContext, EXIT, type Guide, UsageError, type Verb } from './verb.ts';
import { CHECK_ADVICE } from './verify/advice.ts';

/** `--lang zh|en` wins, then the locale of the environment (POSIX order); Chinese unless that names another language. */
export const chooseCliLanguage = (
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Language => {
  const at = args.findIndex((arg) => arg === '--lang' || arg.startsWith('--lang='));
  const asked = at === -1 ? undefined : (args[at]?.split('=')[1] ?? args[at + 1]);
  const locale = asked || env.LC_ALL || env.LC_MESSAGES || env.LANG || 'zh';
  return locale.startsWith('zh') ? 'zh' : 'en';
};

/** What was asked wrongly, not what was found wrong. */
const WRONG_USE: readonly ErrorCode[] = ['invalid_input', 'configuration_invalid', 'no_local_consortium'];

const USAGE: Text = { zh: '用法', en: 'Usage' };
const MORE: Text = { zh: '说明', en: 'More' };
const FAILED: Text = { zh: '未通过', en: 'failed' };
const UNEXPECTED: Text = { zh: '程序出错', en: 'The program failed' };

interface Failed {
  readonly verb: Verb;
  readonly guide: Guide;
  readonly context: CliContext;
  readonly language: Language;
  readonly isJson: boolean;
}

/** Where it went wrong: each fault by itself where there are several. */
const placesOf = ({ field, detail, errors }: AnlianError): string[] => {
  const places = errors?.length ? errors : [{ field, detail }];
  return places
    .map((place) => [place.field, place.detail].filter(Boolean).join(': '))
    .flatMap((place) => (place === '' ? [] : [`    ${place}`]));
};

/** A fault of the node's own is for its administrator, who finds it by this. */
const traceLines = ({ code, traceId }: AnlianError): string[] =>
  traceId === undefined || ERRORS[code].status < 500 ? [] : [`    traceId: ${traceId}`];

const usageLines = ({ usage, more }: Guide, language: Language): string[] => [
  `${USAGE[language]}: anlian ${usage}`,
  ...(more === undefined ? [] : [`${MORE[language]}: ${more}`]),
];

/** Tells a failure in the caller's language on stderr (as one JSON value on stdout with `--json`) and gives the exit code. */
export const reportFailure = (error: unknown, { verb, guide, context, language, isJson }: Failed): number => {
  if (error instanceof UsageError) {
    for (const line of [error.text[language], ...usageLines(guide, language)]) context.err(line);
    return EXIT.wrongUse;
  }
  if (error instanceof VerificationError) {
    const { check, detail } = error;
    if (isJson) context.out(JSON.stringify({ refused: check, detail }));
    else {
      const advice = CHECK_ADVICE[check]?.[language] ?? detail;
      context.err(`${check} ${FAILED[language]}: ${CHECKS[check][language]}\n    ${advice}`);
    }
    return EXIT.refused;
  }
  if (error instanceof AnlianError) {
    const { code, field, detail, errors, traceId } = error;
    const remedy = (verb.remedies?.[code] ?? ERRORS[code].remedy)[language];
    if (isJson) context.out(JSON.stringify({ error: code, field, detail, errors, traceId, remedy }));
    else
      for (const line of [
        `${code}: ${ERRORS[code].text[language]}`,
        ...placesOf(error),
        `    ${remedy}`,
        ...traceLines(error),
      ])
        context.err(line);
    return WRONG_USE.includes(code) ? EXIT.wrongUse : EXIT.refused;
  }
  context.err(`${UNEXPECTED[language]}: ${error instanceof Error ? error.message : String(error)}`);
  return EXIT.refused;
};
