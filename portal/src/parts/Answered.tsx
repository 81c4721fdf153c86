import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { clockText } from '../time.ts';
import { Fault } from './Fault.tsx';
import { Loading } from './Loading.tsx';

/** What of a query decides what is shown. */
interface Asked<T> {
  readonly data: T | undefined;
  readonly error: Error | null;
  readonly dataUpdatedAt: number;
  readonly refetch: () => unknown;
}

interface AnsweredProps<T> {
  readonly query: Asked<T>;
  readonly loading: string;
  readonly rows?: number;
  readonly children: (data: NonNullable<T>) => ReactNode;
}

/** An answer; until it is there, its shape; if none comes, why and what to do. What was read before stays, marked with its time. */
export const Answered = <T,>({ query, loading, rows = 3, children }: AnsweredProps<T>) => {
  const { t } = useTranslation();
  const { data, error, dataUpdatedAt, refetch } = query;
  if (data === undefined || data === null)
    return error ? <Fault error={error} onRetry={() => void refetch()} /> : <Loading label={loading} rows={rows} />;
  return (
    <>
      {error && (
        <p className="stale" role="status">
          {t('fault.stale', { at: clockText(dataUpdatedAt) })}
        </p>
      )}
      {children(data)}
    </>
  );
};
