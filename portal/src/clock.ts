import { createContext, useContext } from 'react';
import { useLanguage } from './preferences/preferences.tsx';
import { momentText } from './time.ts';

/** Milliseconds since the epoch: the browser's clock, given by the composition root. */
export const Clock = createContext<(() => number) | undefined>(undefined);

export const useClock = (): (() => number) => {
  const clock = useContext(Clock);
  if (!clock) throw new Error('outside of Clock');
  return clock;
};

/** Instants as the reader's language writes them. */
export const useMoment = (): ((instant: string) => string) => {
  const language = useLanguage();
  const clock = useClock();
  return (instant) => momentText(instant, language, clock());
};
