/** A text a person reads, in both languages. */
export interface Text {
  readonly zh: string;
  readonly en: string;
}

export type Language = keyof Text;

export const LANGUAGES = ['zh', 'en'] as const satisfies readonly Language[];

/** Chooses the language from an `Accept-Language` value; Chinese when nothing better is asked for. */
export const chooseLanguage = (acceptLanguage: string | undefined | null): Language => {
  const ranked = (acceptLanguage ?? '')
    .split(',')
    .map((part) => {
      const [tag = '', ...parameters] = part.trim().toLowerCase().split(';');
      const q = parameters.map((p) => /^\s*q=([\d.]+)/.exec(p)?.[1]).find((v) => v !== undefined);
      return {
        language: tag.startsWith('en') ? 'en' : tag.startsWith('zh') ? 'zh' : undefined,
        q: q === undefined ? 1 : Number(q),
      };
    })
    .filter((entry) => entry.language !== undefined && entry.q > 0)
    .sort((a, b) => b.q - a.q);
  return ranked[0]?.language === 'en' ? 'en' : 'zh';
};
