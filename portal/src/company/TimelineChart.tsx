import { addDays, dayOf, type ExplainedScore, instantMs } from '@anlian/contracts';
import { useTranslation } from 'react-i18next';
import { usePolicy } from '../api/companies.ts';
import { useMoment } from '../clock.ts';
import { useLanguage } from '../preferences/preferences.tsx';
import { shortDayText } from '../time.ts';
import { placeSteps, stepPath, TIMELINE_DAYS } from './timelinePath.ts';

const TICKS_EVERY_DAYS = 30;

/** Steps of the score over the bands of the policy in force. Shapes stretch with the page, letters do not. */
export const TimelineChart = ({ timeline }: { readonly timeline: ExplainedScore['timeline'] }) => {
  const { t } = useTranslation();
  const language = useLanguage();
  const moment = useMoment();
  const bands = usePolicy().data?.policy.bands;
  const steps = placeSteps(timeline);
  const first = timeline[0]?.from;
  const path = stepPath(steps);
  const words = steps.map(({ at, score }) => `${moment(at)} ${score}`).join('; ');
  return (
    <figure className="chart" role="img" aria-label={t('timeline.chart', { steps: words })}>
      <div className="chart-plot">
        <svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
          {bands && (
            <>
              <rect className="zone green" y="0" width="100" height={100 - bands.green} />
              <rect className="zone amber" y={100 - bands.green} width="100" height={bands.green - bands.amber} />
              <rect className="zone red" y={100 - bands.amber} width="100" height={bands.amber} />
            </>
          )}
          <path className="chart-line" d={path} />
        </svg>
        {[100, ...(bands ? [bands.green, bands.amber] : []), 0].map((level) => (
          <span key={level} className="chart-level" style={{ top: `${100 - level}%` }}>
            {level}
          </span>
        ))}
        {steps.map(({ x, y, at }) => (
          <span key={at} className="chart-dot" style={{ left: `${x}%`, top: `${y}%` }} />
        ))}
      </div>
      {first && (
        <div className="chart-days">
          {[0, 1, 2, 3].map((tick) => (
            <span key={tick} style={{ left: `${((tick * TICKS_EVERY_DAYS) / TIMELINE_DAYS) * 100}%` }}>
              {tick === 0
                ? t('time.today')
                : shortDayText(addDays(dayOf(instantMs(first)), tick * TICKS_EVERY_DAYS), language)}
            </span>
          ))}
        </div>
      )}
    </figure>
  );
};
