import type { Text } from '@anlian/contracts';
import { type ChannelUpdate, checkUpdate, hasSigned, readChannelConfig, signUpdate } from '../../fabric/index.ts';
import { EXIT, type Verb } from '../verb.ts';
import { CONNECTION_NOTES, CONNECTION_OPTIONS, CONNECTION_USAGE, connect, FABRIC_REMEDIES } from './connection.ts';
import { changeUpdateFile, readUpdateFile } from './updateFiles.ts';
import { updateJson, updateLines } from './updateText.ts';

const SIGNED: Text = { zh: '已签署', en: 'Signed' };
const BEFORE: Text = {
  zh: '本成员此前已签署，文件未变',
  en: 'This member had signed it before; the file is as it was',
};
const SHOWN: Text = { zh: '未签署（--show）', en: 'Not signed (--show)' };

export const fabricSign: Verb = {
  usage: `fabric sign FILE [--show] ${CONNECTION_USAGE}`,
  summary: {
    zh: '说明一份通道更新做什么（名称与证书指纹），核对无误后签上本成员的名；--show 只看不签',
    en: 'Tells what a channel update does, by name and fingerprint, and signs it for this member; --show tells only',
  },
  notes: [
    {
      zh: '更新由它所说的变更和当前配置重新算出，逐字节相同才签署',
      en: 'The update is computed anew from what it says and the present configuration, and signed only when every byte is the same',
    },
    ...CONNECTION_NOTES,
  ],
  options: { ...CONNECTION_OPTIONS, show: { type: 'boolean' } },
  positionals: { names: ['FILE'], min: 1, max: 1 },
  remedies: FABRIC_REMEDIES,
  run: async (call) => {
    const { context, isJson, language, flag } = call;
    const [file = ''] = call.positionals;
    const read = readUpdateFile(context, file);
    const { administration } = connect(call);
    const { identity, random } = administration;
    const config = await readChannelConfig(administration);
    const update = await checkUpdate(read, config);
    const isNew = !flag('show') && !hasSigned(update, identity);
    const sign = async (present: ChannelUpdate) => signUpdate(await checkUpdate(present, config), identity, random);
    const signed = isNew ? await changeUpdateFile(context, file, sign) : update;
    const outcome = isNew ? SIGNED : flag('show') ? SHOWN : BEFORE;
    if (isJson) context.out(JSON.stringify({ signed: isNew, ...updateJson(signed) }));
    else for (const line of [...updateLines(signed, language), '', outcome[language]]) context.out(line);
    return EXIT.ok;
  },
};
