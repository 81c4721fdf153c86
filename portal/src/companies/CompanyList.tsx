import type { Company } from '@anlian/contracts';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { Nothing } from '../parts/Nothing.tsx';
import { CompanyRow } from './CompanyRow.tsx';
import { byUrgency } from './urgency.ts';

interface CompanyListProps {
  readonly companies: readonly Company[];
  /** Are these all? Only then can the most urgent be put first. */
  readonly complete: boolean;
  readonly filtered: boolean;
  readonly onClear: () => void;
}

/** Companies, or what to do when there are none. */
export const CompanyList = ({ companies, complete, filtered, onClear }: CompanyListProps) => {
  const { t } = useTranslation();
  if (companies.length === 0)
    return filtered ? (
      <Nothing title={t('companies.noneTitle')} action={<Button onClick={onClear}>{t('act.clear')}</Button>}>
        {t('companies.noneText')}
      </Nothing>
    ) : (
      <Nothing title={t('companies.emptyTitle')} action={<Button href="/api/docs">{t('links.docs')}</Button>}>
        {t('companies.emptyText')}
      </Nothing>
    );
  return (
    <ul className="company-list">
      {(complete ? byUrgency(companies) : companies).map((company) => (
        <li key={company.company}>
          <CompanyRow company={company} />
        </li>
      ))}
    </ul>
  );
};
