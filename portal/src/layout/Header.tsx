import { DesktopOutlined, MoonOutlined, PrinterOutlined, SunOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { LANGUAGE_NAMES, LANGUAGE_TAGS } from '../i18n/language.ts';
import { THEMES, type Theme, usePreferences } from '../preferences/preferences.tsx';
import { LIST_HREF } from '../route.ts';
import { SignedIn } from '../signIn/SignedIn.tsx';
import { Mark } from './Mark.tsx';

const THEME_BUTTONS = {
  system: { icon: <DesktopOutlined />, label: 'preferences.themeSystem' },
  light: { icon: <SunOutlined />, label: 'preferences.themeLight' },
  dark: { icon: <MoonOutlined />, label: 'preferences.themeDark' },
} as const satisfies Record<Theme, unknown>;

/** Name of the network, who acts, and how the page looks. */
export const Header = () => {
  const { t } = useTranslation();
  const { language, theme, setLanguage, setTheme } = usePreferences();
  const other = language === 'zh' ? 'en' : 'zh';
  const { icon, label } = THEME_BUTTONS[theme];
  const nextTheme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'system';
  return (
    <header className="top">
      <div className="top-inner">
        <a className="brand" href={LIST_HREF}>
          <Mark />
          <span className="brand-name">{t('app.name')}</span>
          <span className="brand-tagline">{t('app.tagline')}</span>
        </a>
        <SignedIn />
        <div className="top-tools">
          <Button type="text" lang={LANGUAGE_TAGS[other]} onClick={() => setLanguage(other)}>
            {LANGUAGE_NAMES[other]}
          </Button>
          <Button type="text" aria-label={t(label)} title={t(label)} icon={icon} onClick={() => setTheme(nextTheme)} />
          <Button
            className="print-button"
            type="text"
            aria-label={t('preferences.print')}
            title={t('preferences.print')}
            icon={<PrinterOutlined />}
            onClick={() => print()}
          />
        </div>
      </div>
    </header>
  );
};
