import { base64Url, Day, EvidenceId, Instant, SiteId, TableCode } from '@anlian/contracts';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { accepted, defaultOf } from './describe.ts';
import { jsonSchema } from './schema.ts';

describe('what a field accepts', () => {
  it.each<[string, z.ZodType, string, string]>([
    [
      'a day',
      Day,
      '日期，如 2027-03-31，或 today、today+3d、today-1mo、today+1y',
      'a day such as 2027-03-31, or today, today+3d, today-1mo, today+1y',
    ],
    [
      'a moment',
      Instant.optional(),
      '时刻（UTC），如 2026-11-22T08:00:00.000Z，或 now、now-90m、now+2h、now+30d',
      'a moment in UTC such as 2026-11-22T08:00:00.000Z, or now, now-90m, now+2h, now+30d',
    ],
    ['a site', SiteId, '站点简称，如 hengyuan-terminal', 'a site’s short name such as hengyuan-terminal'],
    ['an id', EvidenceId, '编号（evd_ 加 32 位十六进制数字）', 'an id, evd_ and 32 hexadecimal digits'],
    [
      'an id of two kinds',
      z.union([EvidenceId, TableCode]),
      '编号（evd_ 加 32 位十六进制数字） 或 规则表中的代码（小写字母、数字、下划线）',
      'an id, evd_ and 32 hexadecimal digits or a code from the rules’ tables: lower-case letters, digits, underscores',
    ],
    ['bytes', base64Url(32).length(43), 'base64url，43 个字符', 'base64url, 43 characters'],
    ['text', z.string().min(1).max(100), '文字，1 至 100 个字符', 'text, 1 to 100 characters'],
    ['text of another form', z.string().regex(/^[A-Z]+$/), '文字 ^[A-Z]+$', 'text ^[A-Z]+$'],
    ['any whole number', z.int(), '整数', 'a whole number'],
    ['a number with an end', z.number().max(5), '数字，至多 5', 'a number, at most 5'],
    ['a number with a beginning', z.number().min(5), '数字，至少 5', 'a number, at least 5'],
    ['a truth value', z.boolean(), 'true 或 false', 'true or false'],
    ['one of a list', z.enum(['a', 'b']), 'a | b', 'a | b'],
    ['what may be missing', z.enum(['a', 'b']).nullable(), 'a | b 或 null（没有）', 'a | b or null (none)'],
    [
      'a list',
      z
        .array(z.enum(['a', 'b']))
        .min(1)
        .max(2),
      'a | b；可多项，用逗号分隔，1 至 2 项',
      'a | b; or several with commas between, 1 to 2 items',
    ],
    ['a list of objects', z.array(z.object({ a: z.string() })), 'JSON 数组', 'a JSON array'],
    ['an object', z.record(z.string(), z.int()), 'JSON 对象', 'a JSON object'],
  ])('%s', (_what, schema, zh, en) => {
    const { properties } = jsonSchema(z.object({ field: schema }));
    expect(accepted(properties?.field ?? {})).toEqual({ zh, en });
  });

  it('with what stands in for it', () => {
    expect(defaultOf(jsonSchema(z.int().default(50)))).toEqual({ zh: '不写为 50', en: '50 when left out' });
    expect(defaultOf(jsonSchema(z.array(z.int()).default([])))).toBeUndefined();
  });
});
