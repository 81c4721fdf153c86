import type { Credential, CredentialState } from '@anlian/contracts';
import {
  CheckCircleFilled,
  ClockCircleFilled,
  CloseCircleFilled,
  PauseCircleFilled,
  SwapOutlined,
  WarningFilled,
} from '@ant-design/icons';
import { useLanguage } from '../preferences/preferences.tsx';

const MARKS = {
  valid: { icon: CheckCircleFilled, tone: 'good' },
  not_yet_valid: { icon: ClockCircleFilled, tone: 'caution' },
  review_overdue: { icon: WarningFilled, tone: 'bad' },
  recheck_due: { icon: WarningFilled, tone: 'caution' },
  suspended: { icon: PauseCircleFilled, tone: 'bad' },
  expired: { icon: CloseCircleFilled, tone: 'bad' },
  superseded: { icon: SwapOutlined, tone: '' },
  revoked: { icon: CloseCircleFilled, tone: 'bad' },
} as const satisfies Record<CredentialState, unknown>;

/** What a paper is now: colour, icon and word. */
export const PaperState = ({ state }: { readonly state: Credential['state'] }) => {
  const language = useLanguage();
  const { icon: Icon, tone } = MARKS[state.code];
  return (
    <span className={`chip ${tone}`}>
      <Icon aria-hidden /> {state.text[language]}
    </span>
  );
};
