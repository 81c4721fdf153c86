import { codePng } from '../code/image/index.ts';
import { badgeText, enrolPhone, presentFromPhone } from '../code/phone/index.ts';
import { namedDirectory, writeNamed } from './home.ts';
import { EXIT, NO_POSITIONALS, required, type Verb } from './verb.ts';

const PHONE = { phone: { type: 'string' } } as const;

/** What a worker, or whoever helps one, does about an error. */
const REMEDIES: Verb['remedies'] = {
  not_found: {
    zh: '先登记手机：anlian pass enrol --invite URL；手机另有名称时加 --phone',
    en: 'Enrol the phone first: anlian pass enrol --invite URL; --phone names another one',
  },
  node_unreachable: {
    zh: '检查网络后用同一邀请重试；本机联盟须先用 npm start 启动',
    en: 'Check the network and try the same invitation again; a local consortium is started with npm start',
  },
};

export const passEnrol: Verb = {
  usage: 'pass enrol --invite URL [--phone NAME_OR_DIR]',
  summary: {
    zh: '工人手机登记：在本机生成密钥并领取通行证',
    en: 'Enrols a worker’s phone: makes its key here and fetches the pass',
  },
  options: { ...PHONE, invite: { type: 'string' } },
  positionals: NO_POSITIONALS,
  remedies: REMEDIES,
  run: async (call) => {
    const { context, isJson } = call;
    const invite = required(call, 'invite');
    const dir = namedDirectory(call, 'phone', 'phones');
    const { fetch, clock } = context;
    const held = await enrolPhone({ dir, invite, fetch, clock });
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
  positionals: NO_POSITIONALS,
  remedies: REMEDIES,
  run: async (call) => {
    const { context, option, flag, isJson } = call;
    const dir = namedDirectory(call, 'phone', 'phones');
    const text = flag('badge') ? badgeText(dir) : await presentFromPhone(dir, context.clock);
    const file = option('png');
    if (file !== undefined) writeNamed(context, file, codePng(text).png);
    if (isJson) context.out(JSON.stringify({ text, png: file ?? null }));
    else if (file === undefined || flag('text')) context.out(text);
    return EXIT.ok;
  },
};
