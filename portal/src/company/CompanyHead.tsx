import type { Company, ExplainedScore } from '@anlian/contracts';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useMoment } from '../clock.ts';
import { Outlooks } from '../companies/Outlooks.tsx';
import { BandMark } from '../parts/BandMark.tsx';
import { Copyable } from '../parts/Copyable.tsx';
import { Notice } from '../parts/Notice.tsx';
import { useLanguage } from '../preferences/preferences.tsx';

interface CompanyHeadProps {
  readonly company: Company;
  readonly score: ExplainedScore | undefined;
}

/** Who the company is and how it stands. */
export const CompanyHead = ({ company, score }: CompanyHeadProps) => {
  const { t } = useTranslation();
  const language = useLanguage();
  const moment = useMoment();
  const heading = useRef<HTMLHeadingElement>(null);
  const name = company.name?.[language] ?? t('companies.unnamed');
  useEffect(() => {
    heading.current?.focus();
    scrollTo(0, 0);
  }, []);
  useEffect(() => {
    document.title = `${name} · ${t('app.name')}`;
  }, [name, t]);
  const { standing, blocklisted } = company;
  return (
    <section className="company-head" aria-labelledby="company-name">
      {standing && <BandMark band={standing.band} score={standing.score} large />}
      <div className="company-who">
        <h1 id="company-name" ref={heading} tabIndex={-1}>
          {name}
        </h1>
        <Copyable text={company.company} what={t('node.uscc')} />
        <span className="chips">
          {company.roles.map(({ code, text }) => (
            <span key={code} className="chip">
              {text[language]}
            </span>
          ))}
        </span>
        {company.sites.length > 0 && (
          <span className="quiet">
            {t('company.sites')} {company.sites.map(({ site, name: known }) => known?.[language] ?? site).join(' · ')}
          </span>
        )}
        {score && (
          <span className="quiet small">
            {t('time.asOf', { at: moment(score.effectiveAt) })} · {t('company.policy')} <code>{score.policy.id}</code> ·{' '}
            {t('company.inputs')} {t('company.inputsCount', { count: score.inputs.length })}
          </span>
        )}
      </div>
      {standing && (
        <div className="company-next">
          <Outlooks standing={standing} gains />
        </div>
      )}
      {company.suspensions.map(({ suspension, site, name: known, from, reason }) => (
        <Notice key={suspension} tone="bad" title={t('company.suspendedAt', { site: known?.[language] ?? site })}>
          {t('company.suspendedText', { reason: reason.text[language], from: moment(from) })}
        </Notice>
      ))}
      {blocklisted && (
        <Notice tone="bad" title={t('company.blocklisted')}>
          {t('company.blocklistedText', {
            ground: blocklisted.ground.text[language],
            from: moment(blocklisted.from),
            until: moment(blocklisted.until),
          })}
        </Notice>
      )}
    </section>
  );
};
