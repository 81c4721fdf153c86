import { useTranslation } from 'react-i18next';
import { useNode } from '../api/node.ts';

export const Footer = () => {
  const { t } = useTranslation();
  const { data } = useNode();
  return (
    <footer className="foot">
      <span>{t('time.utc8')}</span>
      <span>{t('footer.selfContained')}</span>
      <span>{t('footer.license')}</span>
      {data && <span>{t('node.version', { version: data.version })}</span>}
    </footer>
  );
};
