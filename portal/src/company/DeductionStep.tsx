import { DEDUCTION_KINDS } from '@anlian/contracts';
import { useTranslation } from 'react-i18next';
import { useNames } from '../api/names.ts';
import { useMoment } from '../clock.ts';
import { Facts } from '../parts/Facts.tsx';
import { useLanguage } from '../preferences/preferences.tsx';
import { Bar } from './Bar.tsx';
import type { Fall } from './steps.ts';

interface DeductionStepProps {
  readonly fall: Fall;
  readonly thresholds: readonly number[];
}

/** Points lost: for what, where, recorded by whom, and until when. */
export const DeductionStep = ({ fall: { deduction, from, to }, thresholds }: DeductionStepProps) => {
  const { t } = useTranslation();
  const language = useLanguage();
  const moment = useMoment();
  const names = useNames();
  const { kind, code, fact, version, site, recordedBy, dropsOffAt } = deduction;
  const conduct = kind === 'violation' || kind === 'veto';
  return (
    <li className="step">
      <span className="step-title">{deduction.text[language]}</span>
      <span className="step-points lost">{kind === 'veto' ? t('waterfall.veto') : `−${deduction.points}`}</span>
      <Bar from={from} to={to} tone="lost" thresholds={thresholds} />
      <p className="step-wide">{deduction.explanation[language]}</p>
      <Facts
        facts={[
          {
            name: t('waterfall.dropsOff'),
            value: dropsOffAt ? <time dateTime={dropsOffAt}>{moment(dropsOffAt)}</time> : t('waterfall.untilCured'),
          },
          { name: t('waterfall.site'), value: site ? names.site(site)[language] : t('waterfall.noSite') },
          {
            name: t('waterfall.recorder'),
            value: recordedBy
              ? names.member(recordedBy)[language]
              : t(conduct ? 'waterfall.imported' : 'waterfall.byRules'),
          },
          {
            name: t('waterfall.clause'),
            value: (
              <>
                {DEDUCTION_KINDS[kind][language]} <code>{code}</code>
              </>
            ),
          },
          {
            name: t('waterfall.fact'),
            value: fact ? (
              <>
                <code>{fact}</code>
                {version !== null && <> {t('waterfall.version', { version })}</>}
              </>
            ) : (
              t('waterfall.noFact')
            ),
          },
        ]}
      />
    </li>
  );
};
