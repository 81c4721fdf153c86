import { type Credential, DAY_MS, instantMs } from '@anlian/contracts';
import { useTranslation } from 'react-i18next';
import { useClock, useMoment } from '../clock.ts';
import { useLanguage } from '../preferences/preferences.tsx';
import { dayText } from '../time.ts';

/** Renewals are prepared in the last weeks of a paper. */
const SOON_DAYS = 30;

/** What happened to a paper, and its end when that is near. */
export const PaperEvents = ({ paper }: { readonly paper: Credential }) => {
  const { t } = useTranslation();
  const language = useLanguage();
  const moment = useMoment();
  const { state, suspensions, revokedAt, revokedFor, supersededBy, nextEndAt } = paper;
  const clock = useClock();
  const daysLeft = nextEndAt === null ? undefined : Math.ceil((instantMs(nextEndAt) - clock()) / DAY_MS);
  const open = suspensions.find(({ to }) => to === null);
  return (
    <>
      {open && (
        <p className="event bad">
          {t('papers.suspended', { from: moment(open.from), reason: open.reason.text[language] })}
        </p>
      )}
      {revokedAt && revokedFor && (
        <p className="event bad">{t('papers.revoked', { at: moment(revokedAt), reason: revokedFor.text[language] })}</p>
      )}
      {supersededBy && (
        <p className="event">{t('papers.superseded', { from: dayText(supersededBy.from, language) })}</p>
      )}
      {state.code === 'valid' && nextEndAt && daysLeft !== undefined && daysLeft <= SOON_DAYS && (
        <p className="event caution">{t('papers.soon', { at: moment(nextEndAt), days: daysLeft })}</p>
      )}
    </>
  );
};
