import { InboxOutlined } from '@ant-design/icons';
import type { ReactNode } from 'react';

interface NothingProps {
  readonly title: string;
  readonly children: ReactNode;
  readonly action?: ReactNode;
}

/** An empty place that names the next action. */
export const Nothing = ({ title, children, action }: NothingProps) => (
  <div className="nothing">
    <InboxOutlined aria-hidden />
    <strong>{title}</strong>
    <p className="quiet">{children}</p>
    {action}
  </div>
);
