import { dayOf, dayStartMs, type Text } from '@anlian/contracts';

const MINUTE_MS = 60_000;
const pad = (value: number): string => String(value).padStart(2, '0');

/** An instant as people in China read it: day and minute at UTC+8; midnight is 24:00 of the day that ends. */
export const momentText = (ms: number): Text => {
  const endsDay = dayStartMs(dayOf(ms)) === ms;
  const day = dayOf(endsDay ? ms - 1 : ms);
  const minutes = Math.floor((ms - dayStartMs(day)) / MINUTE_MS);
  const time = `${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`;
  const [year, month, date] = day.split('-').map(Number);
  return { zh: `${year}年${month}月${date}日${time}`, en: `${day} ${time} (UTC+8)` };
};
