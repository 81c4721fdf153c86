import type { ExplainedScore } from '@anlian/contracts';
import { useTranslation } from 'react-i18next';
import { usePolicy } from '../api/companies.ts';
import { BandMark } from '../parts/BandMark.tsx';
import { Panel } from '../parts/Panel.tsx';
import { Bar } from './Bar.tsx';
import { DeductionStep } from './DeductionStep.tsx';
import { deductionKey, fallsOf } from './steps.ts';

/** What the ledger's scores are out of, where the policy in force is not at hand. */
const FULL = 100;

/** From the base to the score: every point lost, with its fact. */
export const Waterfall = ({ score }: { readonly score: ExplainedScore }) => {
  const { t } = useTranslation();
  const policy = usePolicy().data?.policy;
  const base = policy?.base ?? FULL;
  const thresholds = policy ? [policy.bands.amber, policy.bands.green] : [];
  return (
    <Panel title={t('waterfall.title')} subtitle={t('waterfall.subtitle')}>
      <ol className="waterfall">
        <li className="step">
          <span className="step-title">{t('waterfall.base')}</span>
          <span className="step-points">{base}</span>
          <Bar from={0} to={base} tone="plain" thresholds={thresholds} />
        </li>
        {fallsOf(base, score.deductions, policy?.floor).map((fall) => (
          <DeductionStep key={deductionKey(fall.deduction)} fall={fall} thresholds={thresholds} />
        ))}
        {score.deductions.length === 0 && (
          <li className="step">
            <span className="step-title">{t('waterfall.none')}</span>
            <p className="quiet step-wide">{t('waterfall.noneText')}</p>
          </li>
        )}
        <li className="step total">
          <span className="step-title">{t('waterfall.result')}</span>
          <BandMark band={score.band} score={score.score} />
          <Bar from={0} to={score.score} tone={score.band.code} thresholds={thresholds} />
        </li>
      </ol>
      {policy && <p className="quiet small bar-legend">{t('waterfall.thresholds', policy.bands)}</p>}
    </Panel>
  );
};
