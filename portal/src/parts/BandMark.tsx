import type { Band, Text } from '@anlian/contracts';
import { CheckCircleFilled, StopFilled, WarningFilled } from '@ant-design/icons';
import { useLanguage } from '../preferences/preferences.tsx';

/** A band is told by shape and word, too: one in twelve men does not tell red from green. */
export const BAND_ICONS = {
  green: CheckCircleFilled,
  amber: WarningFilled,
  red: StopFilled,
} as const satisfies Record<Band, unknown>;

interface BandMarkProps {
  readonly band: { readonly code: Band; readonly text: Text };
  readonly score?: number;
  readonly large?: boolean;
}

/** A score's band: colour, icon and word. */
export const BandMark = ({ band, score, large = false }: BandMarkProps) => {
  const language = useLanguage();
  const Icon = BAND_ICONS[band.code];
  return (
    <span className={`band ${band.code}${large ? ' large' : ''}`}>
      {score !== undefined && <span className="band-score">{score}</span>}
      <span className="band-word">
        <Icon aria-hidden /> {band.text[language]}
      </span>
    </span>
  );
};
