/** A piece of the way between two scores on the scale from 0 to 100, what remains below it, and where the bands begin. */
export const Bar = ({
  from,
  to,
  tone,
  thresholds,
}: {
  readonly from: number;
  readonly to: number;
  readonly tone: string;
  readonly thresholds: readonly number[];
}) => (
  <svg className="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
    <rect className="bar-track" width="100" height="10" />
    <rect className="bar-rest" width={Math.min(from, to)} height="10" />
    <rect className={`bar-fill ${tone}`} x={Math.min(from, to)} width={Math.abs(from - to)} height="10" />
    {thresholds.map((threshold) => (
      <line key={threshold} className="bar-threshold" x1={threshold} x2={threshold} y1="0" y2="10" />
    ))}
  </svg>
);
