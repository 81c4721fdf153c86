import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { AnlianError } from '@anlian/contracts';
import { codePng } from '../../code/image/index.ts';
import { badgeText, enrolPhone, presentFromPhone } from '../../code/phone/index.ts';
import { homeOf, namedDirectory, writeNamed } from '../home.ts';
import { nearest } from '../nearest.ts';
import { calledAs } from '../usage.ts';
import { type Call, EXIT, required, type Verb } from '../verb.ts';

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

const notEnrolled = (call: Call, dir: string, cause: unknown): AnlianError => {
  const home = join(homeOf(call.context), 'phones');
  const others = existsSync(home) ? readdirSync(home).filter((name) => existsSync(join(home, name, 'pass.json'))) : [];
  const meant = nearest(basename(dir), others);
  const told = {
    none: { zh: '这部手机里没有通行证', en: 'this phone holds no pass' },
    meant: { zh: `没有这部手机；是不是 ${meant}？`, en: `there is no such phone; did you mean ${meant}?` },
    others: {
      zh: `没有这部手机；有：${others.join('、')}`,
      en: `there is no such phone; there are ${others.join(', ')}`,
    },
  }[meant !== undefined ? 'meant' : others.length > 0 ? 'others' : 'none'];
  return new AnlianError('not_found', { field: `--phone ${basename(dir)}`, detail: told[call.language], cause });
};

/** The QR text that a phone shows, or that its badge bears. @throws {AnlianError} `not_found`, naming the phones that there are */
const shownBy = async (call: Call, dir: string): Promise<string> => {
  try {
    return call.flag('badge') ? badgeText(dir) : await presentFromPhone(dir, call.context.clock);
  } catch (error) {
    throw error instanceof AnlianError && error.code === 'not_found' ? notEnrolled(call, dir, error) : error;
  }
};

export const passEnrol: Verb = {
  ...calledAs('pass enrol --invite URL [--phone NAME_OR_DIR]'),
  summary: {
    zh: '工人手机登记：在本机生成密钥并领取通行证',
    en: 'Enrols a worker’s phone: makes its key here and fetches the pass',
  },
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
  ...calledAs('pass present [--phone NAME_OR_DIR] [--png FILE [--text]] [--badge]'),
  summary: {
    zh: '出示通行证：由手机密钥当场签名（--badge 为打印凭证）',
    en: 'Presents the pass, signed by the phone’s key for this moment (--badge: the printed badge)',
  },
  remedies: REMEDIES,
  run: async (call) => {
    const { option, flag, context, isJson } = call;
    const dir = namedDirectory(call, 'phone', 'phones');
    const text = await shownBy(call, dir);
    const file = option('png');
    if (file !== undefined) writeNamed(context, file, codePng(text).png);
    if (isJson) context.out(JSON.stringify({ text, png: file ?? null }));
    else if (file === undefined || flag('text')) context.out(text);
    return EXIT.ok;
  },
};
