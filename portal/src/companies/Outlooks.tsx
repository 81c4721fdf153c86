import type { Standing } from '@anlian/contracts';
import { useTranslation } from 'react-i18next';
import { Outlook } from './Outlook.tsx';

interface OutlooksProps {
  readonly standing: Pick<Standing, 'score' | 'band' | 'nextChange' | 'nextLoss'>;
  /** The change for the better before the next loss, too. */
  readonly gains: boolean;
}

/** What comes next for a score. */
export const Outlooks = ({ standing: { score, band, nextChange, nextLoss }, gains }: OutlooksProps) => {
  const { t } = useTranslation();
  const gain = nextChange && nextChange.score > score ? nextChange : undefined;
  if (!nextLoss && !gain) return <span className="outlook quiet">{t('change.steady')}</span>;
  return (
    <>
      {gain && (gains || !nextLoss) && <Outlook change={gain} band={band.code} loss={false} />}
      {nextLoss && <Outlook change={nextLoss} band={band.code} loss />}
    </>
  );
};
