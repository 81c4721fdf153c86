import { dayAndMinute, dayOf, dayStartMs, instantMs, type Language } from '@anlian/contracts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

/** A day as printed on a paper: 2027年3月31日, 31 Mar 2027. */
export const dayText = (day: string, language: Language): string => {
  const [year, month, date] = parts(day);
  return language === 'zh' ? `${year}年${month}月${date}日` : `${date} ${MONTHS[month - 1]} ${year}`;
};

/** A day of this or the next months, without its year: 3月31日, 31 Mar. */
export const shortDayText = (day: string, language: Language): string => {
  const [, month, date] = parts(day);
  return language === 'zh' ? `${month}月${date}日` : `${date} ${MONTHS[month - 1]}`;
};

/**
 * An instant as people in China read it, at UTC+8: what ends at midnight ends at 24:00 of its last day.
 * The year is left out where it is that of `nowMs`.
 */
export const momentText = (instant: string, language: Language, nowMs: number): string => {
  const { day, minute } = dayAndMinute(instantMs(instant));
  const sameYear = day.slice(0, 4) === dayOf(nowMs).slice(0, 4);
  const text = sameYear ? shortDayText(day, language) : dayText(day, language);
  return `${text}${language === 'zh' ? '' : ', '}${minute}`;
};

/** The time of day at UTC+8, to the second. */
export const clockText = (ms: number): string => new Date(ms - dayStartMs(dayOf(ms))).toISOString().slice(11, 19);

const parts = (day: string): readonly [number, number, number] => {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return [year, month, date];
};
