import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useCredentials } from '../api/companies.ts';
import { Answered } from '../parts/Answered.tsx';
import { Nothing } from '../parts/Nothing.tsx';
import { Panel } from '../parts/Panel.tsx';
import { Paper } from './Paper.tsx';

/** The company's papers, each with its dates and its state. */
export const Papers = ({ company }: { readonly company: string }) => {
  const { t } = useTranslation();
  return (
    <Panel title={t('papers.title')} subtitle={t('papers.subtitle')}>
      <Answered query={useCredentials(company)} loading={t('papers.loading')} rows={6}>
        {({ items }) =>
          items.length === 0 ? (
            <Nothing title={t('papers.emptyTitle')} action={<Button href="/api/docs">{t('links.docs')}</Button>}>
              {t('papers.emptyText')}
            </Nothing>
          ) : (
            <ul className="papers">
              {items.map((paper) => (
                <li key={paper.credential}>
                  <Paper paper={paper} />
                </li>
              ))}
            </ul>
          )
        }
      </Answered>
    </Panel>
  );
};
