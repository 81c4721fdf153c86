import { theme as antd, ConfigProvider, type ThemeConfig } from 'antd';
import enUS from 'antd/locale/en_US';
import zhCN from 'antd/locale/zh_CN';
import type { ReactNode } from 'react';
import { usePreferences } from '../preferences/preferences.tsx';

const FONTS =
  'system-ui, -apple-system, "Segoe UI", "PingFang SC", "Hiragino Sans GB", "Microsoft YaHei UI", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", sans-serif';

/** Ant Design in the colours of `tokens.css`. */
const SHARED = { fontFamily: FONTS, borderRadius: 8, controlHeight: 40, fontSize: 15 } as const;
const THEMES = {
  light: {
    algorithm: antd.defaultAlgorithm,
    token: { ...SHARED, colorPrimary: '#0b6565', colorTextPlaceholder: '#5d6f80', colorTextDescription: '#4b5d6e' },
  },
  dark: {
    algorithm: antd.darkAlgorithm,
    token: {
      ...SHARED,
      colorPrimary: '#1a8a86',
      colorBgContainer: '#16202b',
      colorBgElevated: '#1d2935',
      colorBorder: '#3a4a5a',
      colorTextPlaceholder: '#9aabbb',
      colorTextDescription: '#a9b8c6',
    },
  },
} as const satisfies Record<'light' | 'dark', ThemeConfig>;

export const Theme = ({ children }: { readonly children: ReactNode }) => {
  const { language, appearance } = usePreferences();
  return (
    <ConfigProvider theme={THEMES[appearance]} locale={language === 'zh' ? zhCN : enUS}>
      {children}
    </ConfigProvider>
  );
};
