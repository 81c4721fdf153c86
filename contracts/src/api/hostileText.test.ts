import { describe, expect, it } from 'vitest';
import type * as z from 'zod';
import { cleanLine, typedLine, typedProse } from './cleanText.ts';
import { Cursor, DisplayName, WebAddress } from './common.ts';
import { CompanyName } from './companies.ts';
import { PersonRecord } from './workers.ts';

const takes = (schema: z.ZodType, value: unknown): boolean => schema.safeParse(value).success;

/** What could end a line, move a terminal's cursor, or be kept by no database. */
const HOSTILE = {
  'a line break': '\n',
  'a carriage return': '\r',
  'a tab': '\t',
  'a NUL': '\u0000',
  'an escape': '\u001b[2J',
  'a delete': '\u007f',
  'a C1 control': '\u0085',
  'a line separator': '\u2028',
  'a paragraph separator': '\u2029',
  'half of a character': '\ud842',
  'a turn of the reading direction': '\u202e',
} as const;
const hostile = Object.entries(HOSTILE);

describe('one line of text', () => {
  it.each(hostile)('has not %s', (_what, text) => {
    for (const schema of [cleanLine(100), typedLine(100)]) expect(takes(schema, `安${text}澜`)).toBe(false);
  });

  it.each(['安澜起重', "O'Brien & Söhne (南京)", '𠮷野', '阿依古丽·买买提', '<b>', '%_\\'])('may be %j', (text) => {
    for (const schema of [cleanLine(100), typedLine(100)]) expect(schema.parse(text)).toBe(text);
  });

  it('has an end, and something in it', () => {
    for (const schema of [cleanLine(100), typedLine(100)]) {
      expect(takes(schema, 'x'.repeat(100))).toBe(true);
      expect(takes(schema, 'x'.repeat(101))).toBe(false);
      expect(takes(schema, '')).toBe(false);
    }
    expect(takes(typedLine(100), '   ')).toBe(false);
  });

  it.each(['\u200b', '\u2060', '\u00ad', '\u3164', '\u2800', '\u200b \u3164'])(
    'is not something that nobody sees (%j)',
    (text) => {
      for (const schema of [cleanLine(100), typedLine(100), typedProse(100)]) expect(takes(schema, text)).toBe(false);
    },
  );
});

describe('several lines of text', () => {
  it.each(hostile)('have %s only where it makes a line', (_what, text) => {
    expect(takes(typedProse(100), `安${text}澜`)).toBe(text === '\n' || text === '\t');
  });
});

describe.each<[string, z.ZodType, (text: string) => unknown]>([
  ['the name of a site, a gate, a tenant or a client', DisplayName, (text) => ({ zh: text, en: 'Anlan' })],
  ['the same in English', DisplayName, (text) => ({ zh: '安澜', en: text })],
  ['the name of a company', CompanyName, (text) => ({ zh: text, en: 'Anlan' })],
  ['the same in English', CompanyName, (text) => ({ zh: '安澜', en: text })],
  [
    'the name in a person’s record',
    PersonRecord,
    (name) => ({ v: 1, name, idDocument: { type: 'passport', number: 'E12345678' }, birthDate: '1990-01-01' }),
  ],
])('%s', (_what, schema, withText) => {
  it.each(hostile)('has not %s', (_case, text) => {
    expect(takes(schema, withText('安澜'))).toBe(true);
    expect(takes(schema, withText(`安${text}澜`))).toBe(false);
  });
});

describe('a web address that is shown to anybody', () => {
  it.each([
    'https://port.example',
    'http://hengyuan.localhost:7101',
    'https://[2001:db8::1]:8443/node',
    'https://a.b/',
  ])('may be %s', (url) => {
    expect(takes(WebAddress, url)).toBe(true);
  });

  it.each<[string, unknown]>([
    ['that runs a program', 'javascript:alert(1)'],
    ['that holds its content', 'data:text/html,<script>alert(1)</script>'],
    ['of a file', 'file:///etc/passwd'],
    ['of another protocol', 'ftp://port.example'],
    ['of a web socket', 'wss://port.example'],
    ['with a user', 'https://admin@port.example'],
    ['with a password', 'https://admin:secret@port.example'],
    ['with an empty user', 'https://:secret@port.example'],
    ['with a query', 'https://port.example/?token=secret'],
    ['with a fragment', 'https://port.example/#token'],
    ['that begins a query', 'https://port.example/?'],
    ['that begins a fragment', 'https://port.example#'],
    ['with back slashes', 'https:\\\\port.example'],
    ['without slashes', 'https:port.example'],
    ['that is relative', '/pass'],
    ['of the same protocol', '//port.example'],
    ['without a host', 'https://'],
    ['with a blank', 'https://port .example'],
    ['without end', `https://port.example/${'x'.repeat(256)}`],
    ['that is a word', 'port'],
    ['that is empty', ''],
    ['that is no text', 7],
    ['that is nothing', null],
  ])('is none %s', (_what, url) => {
    expect(takes(WebAddress, url)).toBe(false);
  });
});

it.each([' https://port.example', 'https://port.exa\nmple', 'https://port.example\t', '\r\nhttps://port.example'])(
  'the web address %j is kept without what it was pasted with',
  (url) => {
    expect(WebAddress.parse(url)).toBe('https://port.example');
  },
);

describe('a cursor', () => {
  it.each(['', 'a b', 'a\u0000', 'a\n', "a'--", 'a%00', 'a/b', 'a+b', 'a=', 'ａ', 'a'.repeat(513), 7])(
    'is not %j',
    (text) => {
      expect(takes(Cursor, text)).toBe(false);
    },
  );
});
