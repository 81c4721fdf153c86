import type { NodeInfo } from '@anlian/contracts';
import { useTranslation } from 'react-i18next';
import { Facts } from '../parts/Facts.tsx';
import { Panel } from '../parts/Panel.tsx';

/** The member's evidence log and how much of it the ledger holds fast. */
export const EvidencePanel = ({
  evidence: { origin, size, anchoredSize },
}: {
  readonly evidence: NodeInfo['evidence'];
}) => {
  const { t } = useTranslation();
  const pending = size - anchoredSize;
  const standing =
    size === 0 ? t('evidence.none') : pending > 0 ? t('evidence.pending', { count: pending }) : t('evidence.all');
  return (
    <Panel title={t('evidence.title')} subtitle={t('evidence.explanation')}>
      <div className="figures">
        <div>
          <span className="figure">{size}</span>
          <span className="quiet">{t('evidence.size')}</span>
        </div>
        <div>
          <span className="figure">{anchoredSize}</span>
          <span className="quiet">{t('evidence.anchored')}</span>
        </div>
      </div>
      <svg className="meter" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
        <rect className="meter-track" width="100" height="4" />
        <rect className="meter-fill" width={size === 0 ? 0 : (anchoredSize / size) * 100} height="4" />
      </svg>
      <p className="quiet small">{standing}</p>
      <Facts facts={[{ name: t('evidence.origin'), value: <code>{origin}</code> }]} />
    </Panel>
  );
};
