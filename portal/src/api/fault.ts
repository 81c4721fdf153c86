import { AnlianError, ERRORS, type Language } from '@anlian/contracts';
import { useTranslation } from 'react-i18next';
import { useLanguage } from '../preferences/preferences.tsx';

/** What a person is told of a failure. */
export interface Told {
  readonly title: string;
  readonly remedy: string;
  readonly code: string;
  readonly detail: string | undefined;
  /** What the node's administrator looks for in its log. */
  readonly traceId?: string | undefined;
}

const toldOf = ({ code, detail, traceId }: AnlianError, language: Language): Told => ({
  title: ERRORS[code].text[language],
  remedy: ERRORS[code].remedy[language],
  code,
  detail,
  traceId: ERRORS[code].status < 500 ? undefined : traceId,
});

/** Words for whatever a query threw: the node's problem, no answer at all, or one that makes no sense. */
export const useTold = (error: Error): Told => {
  const { t } = useTranslation();
  const language = useLanguage();
  if (error instanceof AnlianError) return toldOf(error, language);
  // What `fetch` rejects with when nobody answers.
  if (error instanceof TypeError)
    return {
      title: t('fault.unreachableTitle'),
      remedy: t('fault.unreachableRemedy'),
      code: 'unreachable',
      detail: undefined,
    };
  return {
    title: t('fault.unexpectedTitle'),
    remedy: t('fault.unexpectedRemedy'),
    code: 'unexpected_answer',
    detail: undefined,
  };
};
