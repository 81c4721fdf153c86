import type { ExplainedScore } from '@anlian/contracts';
import { useTranslation } from 'react-i18next';
import { useMoment } from '../clock.ts';
import { BandMark } from '../parts/BandMark.tsx';
import { Panel } from '../parts/Panel.tsx';
import { TimelineChart } from './TimelineChart.tsx';

/** How the score goes over the next 90 days if nothing new is recorded. */
export const Timeline = ({ score: { timeline, score } }: { readonly score: ExplainedScore }) => {
  const { t } = useTranslation();
  const moment = useMoment();
  return (
    <Panel title={t('timeline.title')} subtitle={t('timeline.subtitle')}>
      <TimelineChart timeline={timeline} />
      {timeline.length <= 1 ? (
        <p className="quiet">{t('timeline.steady', { score })}</p>
      ) : (
        <ol className="timeline-steps">
          {timeline.map((step, at) => (
            <li key={step.from}>
              <time dateTime={step.from}>{at === 0 ? t('time.now') : moment(step.from)}</time>
              <BandMark band={step.band} score={step.score} />
            </li>
          ))}
        </ol>
      )}
    </Panel>
  );
};
