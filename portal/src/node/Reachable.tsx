import { ApiOutlined, DisconnectOutlined } from '@ant-design/icons';
import { useTranslation } from 'react-i18next';

/** Whether the last exchange with the ledger succeeded. */
export const Reachable = ({ reachable }: { readonly reachable: boolean }) => {
  const { t } = useTranslation();
  return (
    <span className={`chip ${reachable ? 'good' : 'bad'}`} role="status">
      {reachable ? <ApiOutlined aria-hidden /> : <DisconnectOutlined aria-hidden />}{' '}
      {t(reachable ? 'ledger.reachable' : 'ledger.unreachable')}
    </span>
  );
};
