import { type ReactNode, useId } from 'react';

interface PanelProps {
  readonly title: ReactNode;
  readonly subtitle?: ReactNode;
  /** Beside the title: what one can do here. */
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}

/** A titled part of the page. */
export const Panel = ({ title, subtitle, aside, children }: PanelProps) => {
  const id = useId();
  return (
    <section className="panel" aria-labelledby={id}>
      <header className="panel-head">
        <div>
          <h2 id={id}>{title}</h2>
          {subtitle && <p className="quiet">{subtitle}</p>}
        </div>
        {aside}
      </header>
      {children}
    </section>
  );
};
