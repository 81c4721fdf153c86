import type { Credential } from '@anlian/contracts';
import { useTranslation } from 'react-i18next';
import { useNames } from '../api/names.ts';
import { useMoment } from '../clock.ts';
import { Facts } from '../parts/Facts.tsx';
import { useLanguage } from '../preferences/preferences.tsx';
import { dayText } from '../time.ts';
import { PaperEvents } from './PaperEvents.tsx';
import { PaperState } from './PaperState.tsx';

/** One paper: what it is, who issued and who checked it, and until when it holds. */
export const Paper = ({ paper }: { readonly paper: Credential }) => {
  const { t } = useTranslation();
  const language = useLanguage();
  const moment = useMoment();
  const names = useNames();
  const { attestation, record } = paper;
  const day = (value: string) => <time dateTime={value}>{dayText(value, language)}</time>;
  const authority = record?.authorityName ?? paper.authority.text[language];
  return (
    <article className="paper">
      <header>
        <strong>{paper.type.text[language]}</strong>
        <PaperState state={paper.state} />
      </header>
      <PaperEvents paper={paper} />
      <Facts
        facts={[
          { name: t('papers.from'), value: day(paper.validFrom) },
          { name: t('papers.to'), value: paper.validTo ? day(paper.validTo) : t('papers.openEnded') },
          ...(paper.reviewBy ? [{ name: t('papers.reviewBy'), value: day(paper.reviewBy) }] : []),
          ...(attestation.recheckBy ? [{ name: t('papers.recheckBy'), value: day(attestation.recheckBy) }] : []),
          { name: t('papers.authority'), value: authority },
          {
            name: t('papers.attestor'),
            value: (
              <>
                {names.member(paper.attestor)[language]}
                <span className="quiet small">
                  {' '}
                  {t('papers.checked', {
                    method: attestation.method.text[language],
                    at: moment(attestation.checkedAt),
                  })}
                </span>
              </>
            ),
          },
          { name: t('papers.number'), value: record ? <code>{record.number}</code> : t('papers.privateRecord') },
          ...(record?.coverPerPersonYuan === undefined
            ? []
            : [
                {
                  name: t('papers.cover'),
                  value: t('papers.yuan', { yuan: record.coverPerPersonYuan.toLocaleString('en') }),
                },
              ]),
        ]}
      />
    </article>
  );
};
