import { canonicalText, type Language, type Text, VIEWS } from '@anlian/contracts';
import type { BlockSubject, BlockTransaction, ViewSubject } from '../../verify/index.ts';
import { localTime } from '../localTime.ts';

/** The value that governors held, and who they are. */
export const viewLines = ({ type, key, value, asOf, heldBy }: ViewSubject, language: Language): readonly string[] => {
  const [what, which, time] = [VIEWS[type][language], key.join('/'), localTime(asOf)];
  const holders = heldBy.join(language === 'zh' ? '、' : ', ');
  if (value === null)
    return [
      language === 'zh'
        ? `${time} 时账本上没有${what} ${which}（${holders} 证明）`
        : `At ${time} the ledger held no ${what.toLowerCase()} ${which} (says ${holders})`,
    ];
  const head =
    language === 'zh'
      ? `${time} 时账本上的${what} ${which}（${holders} 证明）：`
      : `${what} ${which} as the ledger held it at ${time} (says ${holders}):`;
  return [head, `  ${canonicalText(value)}`];
};

const KINDS = {
  call: { zh: '调用', en: 'call' },
  configuration: { zh: '通道配置', en: 'configuration of the channel' },
  unreadable: { zh: '无法读取', en: 'unreadable' },
} as const satisfies Record<BlockTransaction['kind'], Text>;

const endorsedText = (endorsed: boolean | null): Text => {
  if (endorsed === null) return { zh: '', en: '' };
  return endorsed ? { zh: '，背书足够', en: ', duly endorsed' } : { zh: '，背书不足', en: ', not duly endorsed' };
};

const transactionLine = (transaction: BlockTransaction, language: Language): string => {
  const { index, kind, call, txId, txTime, endorsed, marked } = transaction;
  const what = call ?? KINDS[kind][language];
  const when = txTime === null ? '' : ` ${localTime(txTime)}`;
  const mark = language === 'zh' ? `区块标为 ${marked}` : `marked ${marked}`;
  const separator = language === 'zh' ? '，' : ', ';
  return `  ${index}: ${what}${when}${separator}${mark}${endorsedText(endorsed)[language]} ${txId ?? ''}`.trimEnd();
};

/** A block and what is in it; nothing here says that any of it is valid. */
export const blockLines = (
  { number, hash, validity, transactions }: BlockSubject,
  language: Language,
): readonly string[] => [
  language === 'zh' ? `区块 ${number}，摘要 ${hash}` : `Block ${number}, hash ${hash}`,
  language === 'zh'
    ? `有效性：未证明（validity: ${validity}）。某笔交易是否有效，请另取该交易的证明文件`
    : `validity: ${validity}. Whether a transaction is valid takes a proof of that transaction`,
  ...transactions.map((transaction) => transactionLine(transaction, language)),
];
