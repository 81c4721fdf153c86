import { useTranslation } from 'react-i18next';

/** Changes on their way to the ledger, and what that means. */
export const Waiting = ({ count }: { readonly count: number }) => {
  const { t } = useTranslation();
  return (
    <div>
      <span className="figure">{count}</span>
      <span className="quiet">{t('ledger.waiting')}</span>
      <p className="quiet small">{t(count === 0 ? 'ledger.waitingNone' : 'ledger.waitingSome')}</p>
    </div>
  );
};
