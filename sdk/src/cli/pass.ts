import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { codePng } from '../code/image/index.ts';
import { badgeText, enrolPhone, presentFromPhone } from '../code/phone/index.ts';
import { namedDirectory } from './home.ts';
import { EXIT, required, type Verb } from './verb.ts';

const PHONE = { phone: { type: 'string' } } as const;
const NONE = { min: 0, max: 0 } as const;

export const passEnrol: Verb = {
  usage: 'pass enrol --invite URL [--phone NAME_OR_DIR]',
  summary: {
    zh: '工人手机登记：在本机生成密钥并领取通行证',
    en: 'Enrols a worker’s phone: makes its key here and fetches the pass',
  },
  options: { ...PHONE, invite: { type: 'string' } },
  positionals: NONE,
  run: async (call) => {
    const { context, isJson } = call;
    const dir = namedDirectory(call, 'phone', 'phones');
    const { fetch, clock } = context;
    const held = await enrolPhone({ dir, invite: required(call, 'invite'), fetch, clock });
    context.out(isJson ? JSON.stringify({ ...held, phone: dir }) : `${held.passId}\n${held.expiresAt}\n${dir}`);
    return EXIT.ok;
  },
};

export const passPresent: Verb = {
  usage: 'pass present [--phone NAME_OR_DIR] [--png FILE] [--badge]',
  summary: {
    zh: '出示通行证：由手机密钥当场签名（--badge 为打印凭证）',
    en: 'Presents the pass, signed by the phone’s key for this moment (--badge: the printed badge)',
  },
  options: { ...PHONE, png: { type: 'string' }, text: { type: 'boolean' }, badge: { type: 'boolean' } },
  positionals: NONE,
  run: async (call) => {
    const { context, option, flag, isJson } = call;
    const dir = namedDirectory(call, 'phone', 'phones');
    const text = flag('badge') ? badgeText(dir) : await presentFromPhone(dir, context.clock);
    const file = option('png');
    if (file !== undefined) writeFileSync(resolve(context.cwd, file), codePng(text).png);
    if (isJson) context.out(JSON.stringify({ text, png: file ?? null }));
    else if (file === undefined || flag('text')) context.out(text);
    return EXIT.ok;
  },
};
