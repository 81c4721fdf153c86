import type { Text } from '@anlian/contracts';
import {
  type ChannelChange,
  checkUpdate,
  isInEffect,
  isSignedEnough,
  makeUpdate,
  readChannelConfig,
  signUpdate,
} from '../../fabric/index.ts';
import type { ChannelConfiguration } from '../../ledger/index.ts';
import { type Call, EXIT, required, type Verb } from '../verb.ts';
import { CONNECTION_NOTES, CONNECTION_OPTIONS, CONNECTION_USAGE, connect, FABRIC_REMEDIES } from './connection.ts';
import { organisationFrom } from './newcomer.ts';
import { createUpdateFile } from './updateFiles.ts';
import { updateJson, updateLines } from './updateText.ts';

const ALREADY: Readonly<Record<ChannelChange['kind'], Text>> = {
  add: { zh: '已在通道配置中，无需更新', en: 'is in the channel’s configuration already: nothing to do' },
  remove: { zh: '不在通道配置中，无需更新', en: 'is not in the channel’s configuration: nothing to do' },
  revoke: {
    zh: '的这份吊销列表已在通道配置中，无需更新',
    en: 'has this list in the channel’s configuration already: nothing to do',
  },
};

const next = (file: string): Text => ({
  zh: `已写入 ${file}，含本成员的签名。请其他治理成员各自核对并执行 anlian fabric sign ${file}，再由一家执行 anlian fabric submit ${file}`,
  en: `Written to ${file}, with this member’s signature. The other governors each look at it and run anlian fabric sign ${file}; then one runs anlian fabric submit ${file}`,
});

const submitNow = (file: string): Text => ({
  zh: `已写入 ${file}，签名已足够：执行 anlian fabric submit ${file}`,
  en: `Written to ${file}; no other signature is needed: run anlian fabric submit ${file}`,
});

/** Draws an update up against the present configuration, signs it and writes it. */
export const drawUp = async (
  call: Call,
  subject: string,
  changeFor: (present: ChannelConfiguration, mspId: string) => ChannelChange | Promise<ChannelChange>,
): Promise<number> => {
  const { context, isJson, language } = call;
  const file = required(call, 'out');
  const { administration } = connect(call);
  const { identity, random } = administration;
  const present = await readChannelConfig(administration);
  const change = await changeFor(present, identity.mspId);
  if (isInEffect(present, change)) {
    const told = { already: true, kind: change.kind, name: subject };
    context.out(isJson ? JSON.stringify(told) : `${subject} ${ALREADY[change.kind][language]}`);
    return EXIT.ok;
  }
  const update = await signUpdate(await checkUpdate(makeUpdate(present, change), present), identity, random);
  createUpdateFile(context, file, update);
  if (isJson) context.out(JSON.stringify({ already: false, file, ...updateJson(update) }));
  else {
    const then = isSignedEnough(update) ? submitNow(file) : next(file);
    for (const line of [...updateLines(update, language), '', then[language]]) context.out(line);
  }
  return EXIT.ok;
};

const REMEDIES: Verb['remedies'] = {
  ...FABRIC_REMEDIES,
  already_exists: {
    zh: '同名组织、同一 MSP、同一证书机构只能有一个；文件已存在时换一个 --out',
    en: 'One organisation has one name, one MSP and authorities of its own; where the file exists, name another with --out',
  },
};

export const fabricAddMember: Verb = {
  usage: `fabric add-member NAME --id MSP_ID --msp DIR --out FILE [--anchor HOST:PORT] ${CONNECTION_USAGE}`,
  summary: {
    zh: '起草一份把组织加入通道的更新，并签上本成员的名',
    en: 'Draws up an update that adds an organisation to the channel, and signs it for this member',
  },
  notes: [
    {
      zh: '--msp：该组织公开的 MSP 文件夹（cacerts、tlscacerts），请先与对方核对证书指纹',
      en: '--msp: the organisation’s public MSP folder (cacerts, tlscacerts); compare the fingerprints with it first',
    },
    ...CONNECTION_NOTES,
  ],
  options: {
    ...CONNECTION_OPTIONS,
    id: { type: 'string' },
    msp: { type: 'string' },
    anchor: { type: 'string' },
    out: { type: 'string' },
  },
  positionals: { names: ['NAME'], min: 1, max: 1 },
  remedies: REMEDIES,
  run: (call) => {
    const [name = ''] = call.positionals;
    const anchor = call.option('anchor');
    const organisation = organisationFrom(call.context, {
      name,
      mspId: required(call, 'id'),
      mspDir: required(call, 'msp'),
      anchors: anchor === undefined ? [] : [anchor],
    });
    return drawUp(call, name, () => ({ kind: 'add', organisation }));
  },
};

export const fabricRemoveMember: Verb = {
  usage: `fabric remove-member NAME_OR_MSP_ID --out FILE ${CONNECTION_USAGE}`,
  summary: {
    zh: '起草一份把组织移出通道的更新，并签上本成员的名',
    en: 'Draws up an update that removes an organisation from the channel, and signs it for this member',
  },
  notes: CONNECTION_NOTES,
  options: { ...CONNECTION_OPTIONS, out: { type: 'string' } },
  positionals: { names: ['NAME_OR_MSP_ID'], min: 1, max: 1 },
  remedies: REMEDIES,
  run: (call) => {
    const [named = ''] = call.positionals;
    return drawUp(call, named, ({ application }) => {
      const found = application.find(({ name, mspId }) => name === named || mspId === named);
      return { kind: 'remove', mspId: found?.mspId ?? named };
    });
  },
};
