import { describeSettings } from '@anlian/node';

/** The README's table of a node's settings, from the code that reads them. */
export const settingsTable = (): string =>
  [
    '| setting | default | what it is |',
    '|---|---|---|',
    ...describeSettings().map(
      (setting) => `| \`${setting.name}\` | ${cell(setting.default)} | ${setting.description} |`,
    ),
  ].join('\n');

const cell = (value: string): string =>
  value === 'required' ? 'required' : value === '""' ? '' : `\`${value.replaceAll('"', '')}\``;
