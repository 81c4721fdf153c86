import type { Band, ScoreChange } from '@anlian/contracts';
import { FallOutlined, RiseOutlined } from '@ant-design/icons';
import { useTranslation } from 'react-i18next';
import { useMoment } from '../clock.ts';
import { useLanguage } from '../preferences/preferences.tsx';

interface OutlookProps {
  readonly change: ScoreChange;
  /** The band before it. */
  readonly band: Band;
  /** Is it for the worse? */
  readonly loss: boolean;
}

/** How a score will change by itself, when and why (下一个变红: 安责险 3月31日24:00). */
export const Outlook = ({ change, band, loss }: OutlookProps) => {
  const { t } = useTranslation();
  const language = useLanguage();
  const moment = useMoment();
  const turns = change.band.code !== band;
  const Icon = loss ? FallOutlined : RiseOutlined;
  const title = turns
    ? t('change.nextTo', { band: change.band.text[language] })
    : t(loss ? 'change.nextLoss' : 'change.nextGain');
  const causes = (loss ? change.lost : change.regained).map(({ text }) => text[language]);
  return (
    <span className={`outlook ${turns ? change.band.code : loss ? 'loss' : 'gain'}`}>
      <span className="outlook-title">
        <Icon aria-hidden /> {title}
      </span>
      <span>{causes.join(language === 'zh' ? '、' : ', ')}</span>
      <span className="outlook-when">
        <time dateTime={change.at}>{moment(change.at)}</time> · {t('change.to', { score: change.score })}
      </span>
    </span>
  );
};
