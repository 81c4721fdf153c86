import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type CompanyFilter, useCompanies } from '../api/companies.ts';
import { Answered } from '../parts/Answered.tsx';
import { Panel } from '../parts/Panel.tsx';
import { CompanyFilters } from './CompanyFilters.tsx';
import { CompanyList } from './CompanyList.tsx';
import { useSettled } from './useSettled.ts';

const TYPING_MS = 250;
const EVERYTHING: CompanyFilter = { q: '', band: undefined };

/** The companies that the person may see. */
export const CompaniesPanel = () => {
  const { t } = useTranslation();
  const [filter, setFilter] = useState(EVERYTHING);
  const q = useSettled(filter.q.trim(), TYPING_MS);
  const query = useCompanies({ q, band: filter.band });
  const count = query.data?.pages.reduce((sum, { items }) => sum + items.length, 0);
  return (
    <Panel
      title={t('companies.title')}
      subtitle={t(query.hasNextPage ? 'companies.byCode' : 'companies.urgentFirst')}
      aside={
        count !== undefined && (
          <span className="quiet" role="status">
            {t(query.hasNextPage ? 'companies.countMore' : 'companies.count', { count })}
          </span>
        )
      }
    >
      <CompanyFilters filter={filter} onChange={setFilter} />
      <Answered query={query} loading={t('companies.loading')} rows={8}>
        {({ pages }) => (
          <CompanyList
            companies={pages.flatMap(({ items }) => items)}
            complete={!query.hasNextPage}
            filtered={q !== '' || filter.band !== undefined}
            onClear={() => setFilter(EVERYTHING)}
          />
        )}
      </Answered>
      {query.hasNextPage && (
        <Button block loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {t('act.showMore')}
        </Button>
      )}
    </Panel>
  );
};
