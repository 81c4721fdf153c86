import { CheckCircleFilled, CloseCircleFilled, ExclamationCircleFilled, InfoCircleFilled } from '@ant-design/icons';
import type { ReactNode } from 'react';

export type Tone = 'good' | 'caution' | 'bad' | 'plain';

const ICONS = {
  good: CheckCircleFilled,
  caution: ExclamationCircleFilled,
  bad: CloseCircleFilled,
  plain: InfoCircleFilled,
} as const satisfies Record<Tone, unknown>;

interface NoticeProps {
  readonly tone: Tone;
  readonly title: ReactNode;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
}

/** Something that a person should know here, with what to do about it. */
export const Notice = ({ tone, title, children, action }: NoticeProps) => {
  const Icon = ICONS[tone];
  return (
    <div className={`notice ${tone}`}>
      <Icon aria-hidden className="notice-icon" />
      <div className="notice-body">
        <strong>{title}</strong>
        {children && <div>{children}</div>}
        {action}
      </div>
    </div>
  );
};
