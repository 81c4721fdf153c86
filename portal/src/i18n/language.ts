import type { Language } from '@anlian/contracts';
import i18next, { type i18n } from 'i18next';
import { initReactI18next } from 'react-i18next';
import { en } from './en.ts';
import { zh } from './zh.ts';

/** Language tags of documents (BCP 47). */
export const LANGUAGE_TAGS = { zh: 'zh-CN', en: 'en' } as const satisfies Record<Language, string>;

/** Languages as their readers call them. */
export const LANGUAGE_NAMES = { zh: '中文', en: 'English' } as const satisfies Record<Language, string>;

/** The portal's texts, both languages at hand: nothing is loaded later. */
export const createTexts = (language: Language): i18n => {
  const texts = i18next.createInstance();
  void texts.use(initReactI18next).init({
    lng: language,
    fallbackLng: 'zh',
    resources: { zh: { translation: zh }, en: { translation: en } },
    // React escapes what it shows.
    interpolation: { escapeValue: false },
  });
  return texts;
};
