import { VIOLATION_TRANSITIONS, type Violation, type ViolationState } from '@anlian/contracts';
import { useTranslation } from 'react-i18next';
import { useViolations } from '../api/companies.ts';
import { useMoment } from '../clock.ts';
import { Panel } from '../parts/Panel.tsx';
import { useLanguage } from '../preferences/preferences.tsx';

/** States in which somebody still has to act before points count. */
const UNDECIDED: readonly ViolationState[] = [...VIOLATION_TRANSITIONS.acknowledge, ...VIOLATION_TRANSITIONS.resolve];

/** Violations that may yet cost points, each with whose turn it is. Nothing is shown where there are none. */
export const Matters = ({ company }: { readonly company: string }) => {
  const { t } = useTranslation();
  const matters = useViolations(company).data?.items.filter(({ state }) => UNDECIDED.includes(state.code)) ?? [];
  if (matters.length === 0) return null;
  return (
    <Panel title={t('matters.title')} subtitle={t('matters.subtitle')}>
      <ul className="papers">
        {matters.map((violation) => (
          <li key={violation.violation}>
            <Matter violation={violation} />
          </li>
        ))}
      </ul>
    </Panel>
  );
};

const Matter = ({ violation }: { readonly violation: Violation }) => {
  const { t } = useTranslation();
  const language = useLanguage();
  const moment = useMoment();
  const { clause, state, nextOwner, countsByItselfAt, appealUntil, appeals } = violation;
  const ground = appeals.find(({ endedAt }) => endedAt === null)?.ground;
  return (
    <article className="paper">
      <header>
        <strong>{clause.text[language]}</strong>
        <span className="chip caution">{state.text[language]}</span>
      </header>
      <p>{t('matters.atStake', { points: clause.companyPoints })}</p>
      {ground && <p>{t('matters.ground', { ground: ground.text[language] })}</p>}
      <p className="quiet small">
        {nextOwner.text[language]} · {t('matters.waiting', { days: nextOwner.waitingDays })}
        {state.code === 'notified' && <> · {t('matters.countsAt', { at: moment(countsByItselfAt) })}</>}
        {state.code === 'notified' && appealUntil && <> · {t('matters.appealUntil', { at: moment(appealUntil) })}</>}
      </p>
    </article>
  );
};
