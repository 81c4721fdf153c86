import { AnlianError, type Text } from '@anlian/contracts';
import { type ChannelUpdate, checkUpdate, isInEffect, readChannelConfig, submitUpdate } from '../../fabric/index.ts';
import { sameBytes } from '../../ledger/index.ts';
import { EXIT, type Verb } from '../verb.ts';
import { CONNECTION_NOTES, CONNECTION_OPTIONS, CONNECTION_USAGE, connect, FABRIC_REMEDIES } from './connection.ts';
import { readUpdateFile } from './updateFiles.ts';
import { updateJson, updateLines } from './updateText.ts';

const ALREADY: Text = {
  zh: '通道配置已是如此，未提交',
  en: 'The channel’s configuration says so already; nothing was submitted',
};
const DONE = (sequence: number): Text => ({
  zh: `已生效：本成员的对等节点采用第 ${sequence} 号配置`,
  en: `In effect: the own peer goes by configuration ${sequence}`,
});

/** One update with the signatures of all the files, which governors may have signed apart. */
const merged = (updates: readonly ChannelUpdate[], files: readonly string[]): ChannelUpdate => {
  const [first, ...others] = updates as [ChannelUpdate, ...ChannelUpdate[]];
  const other = others.findIndex(({ bytes }) => !sameBytes(bytes, first.bytes));
  if (other !== -1)
    throw new AnlianError('fabric_update_foreign', { field: files[other + 1] ?? '', detail: `≠ ${files[0]}` });
  return { ...first, signatures: updates.flatMap(({ signatures }) => signatures) };
};

export const fabricSubmit: Verb = {
  usage: `fabric submit FILE… ${CONNECTION_USAGE}`,
  summary: {
    zh: '提交签名已满足通道策略的更新，并等到本成员的对等节点采用；签名分在几份文件里时一并列出',
    en: 'Submits a channel update that is signed as the channel’s policies ask, and waits until the own peer goes by it; several files of one update are put together',
  },
  notes: CONNECTION_NOTES,
  options: CONNECTION_OPTIONS,
  positionals: { names: ['FILE'], min: 1, max: 64 },
  remedies: FABRIC_REMEDIES,
  run: async (call) => {
    const { context, isJson, language, positionals } = call;
    const read = merged(
      positionals.map((file) => readUpdateFile(context, file)),
      positionals,
    );
    const { administration } = connect(call);
    const present = await readChannelConfig(administration);
    if (read.channel === present.channel && isInEffect(present, read.change)) {
      context.out(isJson ? JSON.stringify({ submitted: false, already: true }) : ALREADY[language]);
      return EXIT.ok;
    }
    const update = await checkUpdate(read, present);
    const { sequence } = await submitUpdate(administration, update, present);
    if (isJson) context.out(JSON.stringify({ submitted: true, already: false, ...updateJson(update), now: sequence }));
    else for (const line of [...updateLines(update, language), '', DONE(sequence)[language]]) context.out(line);
    return EXIT.ok;
  },
};
