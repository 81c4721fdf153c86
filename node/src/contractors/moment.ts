import { dayAndMinute, type Text } from '@anlian/contracts';

/** An instant in both languages, with its year: {@link dayAndMinute} of it. */
export const momentText = (ms: number): Text => {
  const { day, minute } = dayAndMinute(ms);
  const [year, month, date] = day.split('-').map(Number);
  return { zh: `${year}年${month}月${date}日${minute}`, en: `${day} ${minute} (UTC+8)` };
};
