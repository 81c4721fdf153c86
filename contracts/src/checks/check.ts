import type { Text } from '../text.ts';

/** What one verification check establishes, and what a reader must not conclude from it. */
export interface CheckSpec extends Text {
  readonly doesNotProve: Text;
}

export const check = (zh: string, en: string, notZh: string, notEn: string): CheckSpec => ({
  zh,
  en,
  doesNotProve: { zh: notZh, en: notEn },
});
