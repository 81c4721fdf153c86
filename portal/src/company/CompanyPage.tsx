import { AnlianError } from '@anlian/contracts';
import { ArrowLeftOutlined } from '@ant-design/icons';
import { useTranslation } from 'react-i18next';
import { useCompany, useScore } from '../api/companies.ts';
import { Answered } from '../parts/Answered.tsx';
import { Nothing } from '../parts/Nothing.tsx';
import { LIST_HREF } from '../route.ts';
import { CompanyHead } from './CompanyHead.tsx';
import { Matters } from './Matters.tsx';
import { Papers } from './Papers.tsx';
import { Timeline } from './Timeline.tsx';
import { Waterfall } from './Waterfall.tsx';

/** Everything this node may show of one company: standing, why, what comes, and its papers. */
export const CompanyPage = ({ company }: { readonly company: string }) => {
  const { t } = useTranslation();
  const score = useScore(company);
  const unscored = score.error instanceof AnlianError && score.error.code === 'unknown_policy';
  return (
    <>
      <a className="back" href={LIST_HREF}>
        <ArrowLeftOutlined aria-hidden /> {t('act.back')}
      </a>
      <Answered query={useCompany(company)} loading={t('company.loading')} rows={12}>
        {(found) => (
          <>
            <CompanyHead company={found} score={score.data} />
            <div className="columns even">
              <div className="column">
                {unscored ? (
                  <Nothing title={t('company.noScoreTitle')}>{t('company.noScoreText')}</Nothing>
                ) : (
                  <Answered query={score} loading={t('company.loading')} rows={8}>
                    {(explained) => (
                      <>
                        <Waterfall score={explained} />
                        <Timeline score={explained} />
                      </>
                    )}
                  </Answered>
                )}
              </div>
              <div className="column">
                <Matters company={company} />
                <Papers company={company} />
              </div>
            </div>
          </>
        )}
      </Answered>
    </>
  );
};
