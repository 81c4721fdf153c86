import { HOUR_MS, type Language, type Text, toInstant } from '@anlian/contracts';
import type { Gate, GateStatus } from '../../gate/index.ts';
import { localTime } from '../localTime.ts';
import { printable } from '../printable.ts';

type Pending = ReturnType<Gate['pending']>[number];

const MINUTE_MS = 60_000;

const ageText = (ms: number): Text => {
  const [hours, minutes] = [Math.floor(ms / HOUR_MS), Math.floor((ms % HOUR_MS) / MINUTE_MS)];
  if (hours === 0) return { zh: `${minutes} 分钟`, en: `${minutes} min` };
  return { zh: `${hours} 小时 ${minutes} 分钟`, en: `${hours} h ${minutes} min` };
};

const listsText = ({ pack, packAgeMs }: GateStatus): Text => {
  if (pack === null || packAgeMs === null)
    return { zh: '名单：没有；先运行 anlian gate sync', en: 'Lists: none; run anlian gate sync first' };
  const [age, made] = [ageText(Math.max(0, packAgeMs)), localTime(pack.madeAt)];
  return {
    zh: `名单：${age.zh}前（${made}），${pack.count} 条，账本高度 ${pack.height}`,
    en: `Lists: ${age.en} old (${made}), ${pack.count} rows, ledger height ${pack.height}`,
  };
};

const CLOCKS: Readonly<Record<GateStatus['clock']['state'], Text>> = {
  trusted: { zh: '可信', en: 'trusted' },
  unconfirmed: { zh: '重启后尚未核对，请联网同步', en: 'not confirmed since the restart: connect and sync' },
  rolled_back: { zh: '被拨回，请联系管理员校准', en: 'went back: call the administrator to set it' },
};

const clockText = ({ clock: { state, effective } }: GateStatus): Text => ({
  zh: `时钟：${CLOCKS[state].zh}（${localTime(effective)}）`,
  en: `Clock: ${CLOCKS[state].en} (${localTime(effective)})`,
});

const waitingText = ({ waiting, lastSeq }: GateStatus): Text => ({
  zh: `记录：共 ${lastSeq} 条，待传 ${waiting} 条`,
  en: `Records: ${lastSeq}, of which ${waiting} wait to be uploaded`,
});

const holdsText = ({ holds }: GateStatus): Text => ({ zh: `待核：${holds} 条`, en: `Holds: ${holds} waiting` });

const OWNERS: Readonly<Record<Pending['owner'], Text>> = {
  supervisor: { zh: '由主管处理', en: 'for the supervisor' },
  administrator: { zh: '由管理员处理', en: 'for the administrator' },
};
const WAYS: Readonly<Record<Pending['direction'], Text>> = {
  in: { zh: '进入', en: 'in' },
  out: { zh: '离开', en: 'out' },
};

/** Who stands there by name and trade: the portrait is for a screen. */
const holdText = ({ seq, state, owner, direction, person, pass, atMs, untilMs }: Pending): Text => {
  const who = person === null ? (pass ?? '-') : printable(`${person.name} · ${person.trade}`);
  const [at, until] = [localTime(toInstant(atMs)), localTime(toInstant(untilMs))];
  const over = state === 'timed_out';
  return {
    zh: `  #${seq} ${who} ${WAYS[direction].zh} ${at}，${over ? `已于 ${until} 超时` : `${OWNERS[owner].zh}，${until} 前`}`,
    en: `  #${seq} ${who} ${WAYS[direction].en} ${at}, ${over ? `timed out at ${until}` : `${OWNERS[owner].en}, until ${until}`}`,
  };
};

/** How a gate stands, as a guard reads it; times are those of China. */
export const statusLines = (status: GateStatus, pending: readonly Pending[], language: Language): string[] =>
  [listsText(status), clockText(status), waitingText(status), holdsText(status), ...pending.map(holdText)].map(
    (text) => text[language],
  );
