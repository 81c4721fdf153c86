import { LANGUAGES, type Language } from '@anlian/contracts';
import { createContext, type ReactNode, useContext, useEffect, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { LANGUAGE_TAGS } from '../i18n/language.ts';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const LANGUAGE_KEY = 'anlian.language';
const THEME_KEY = 'anlian.theme';

interface Preferences {
  readonly language: Language;
  readonly theme: Theme;
  /** What the theme comes to on this machine now. */
  readonly appearance: 'light' | 'dark';
  readonly setLanguage: (language: Language) => void;
  readonly setTheme: (theme: Theme) => void;
}

const stored = <T extends string>(key: string, known: readonly T[], otherwise: T): T =>
  known.find((value) => value === localStorage.getItem(key)) ?? otherwise;

/** The language chosen before; Chinese at first. */
export const storedLanguage = (): Language => stored(LANGUAGE_KEY, LANGUAGES, 'zh');

const darkScheme = matchMedia('(prefers-color-scheme: dark)');
const onSchemeChange = (changed: () => void) => {
  darkScheme.addEventListener('change', changed);
  return () => darkScheme.removeEventListener('change', changed);
};

const Context = createContext<Preferences | undefined>(undefined);

/** Language and appearance: chosen once, kept in this browser, the only things that the portal stores. */
export const PreferencesProvider = ({ children }: { readonly children: ReactNode }) => {
  const { i18n } = useTranslation();
  const [language, setLanguage] = useState(storedLanguage);
  const [theme, setTheme] = useState(() => stored(THEME_KEY, THEMES, 'system'));
  const systemDark = useSyncExternalStore(onSchemeChange, () => darkScheme.matches);
  const appearance = theme === 'system' ? (systemDark ? 'dark' : 'light') : theme;
  useEffect(() => {
    localStorage.setItem(LANGUAGE_KEY, language);
    document.documentElement.lang = LANGUAGE_TAGS[language];
    void i18n.changeLanguage(language);
  }, [language, i18n]);
  useEffect(() => {
    localStorage.setItem(THEME_KEY, theme);
    document.documentElement.dataset.theme = appearance;
  }, [theme, appearance]);
  return <Context value={{ language, theme, appearance, setLanguage, setTheme }}>{children}</Context>;
};

export const usePreferences = (): Preferences => {
  const preferences = useContext(Context);
  if (!preferences) throw new Error('outside of PreferencesProvider');
  return preferences;
};

/** The language's side of a text that comes in both. */
export const useLanguage = (): Language => usePreferences().language;
