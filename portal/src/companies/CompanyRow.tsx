import type { Company } from '@anlian/contracts';
import { RightOutlined, StopOutlined } from '@ant-design/icons';
import { useTranslation } from 'react-i18next';
import { BandMark } from '../parts/BandMark.tsx';
import { useLanguage } from '../preferences/preferences.tsx';
import { companyHref } from '../route.ts';
import { Outlooks } from './Outlooks.tsx';

/** A company at a glance: standing, name, what comes next. */
export const CompanyRow = ({
  company: { company, name, roles, standing, blocklisted, suspensions },
}: {
  readonly company: Company;
}) => {
  const { t } = useTranslation();
  const language = useLanguage();
  return (
    <a className="company-row" href={companyHref(company)}>
      {standing ? (
        <BandMark band={standing.band} score={standing.score} />
      ) : (
        <span className="band none" title={t('companies.noScoreHint')}>
          <span className="band-score">–</span>
          <span className="band-word">{t('companies.noScore')}</span>
        </span>
      )}
      <span className="company-who">
        <strong>{name?.[language] ?? t('companies.unnamed')}</strong>
        <code className="quiet">{company}</code>
        <span className="chips">
          {blocklisted && (
            <span className="chip bad">
              <StopOutlined aria-hidden /> {t('company.blocklisted')}
            </span>
          )}
          {suspensions.map(({ suspension, site, name: known }) => (
            <span key={suspension} className="chip bad">
              <StopOutlined aria-hidden /> {t('company.suspendedAt', { site: known?.[language] ?? site })}
            </span>
          ))}
          {roles.map(({ code, text }) => (
            <span key={code} className="chip">
              {text[language]}
            </span>
          ))}
        </span>
      </span>
      {standing && <Outlooks standing={standing} gains={false} />}
      <RightOutlined aria-hidden className="company-go" />
    </a>
  );
};
