import { PERSONA_CODES, type Text } from '@anlian/contracts';
import type { Verb } from '../verb.ts';

const PERSONS = PERSONA_CODES.join(' | ');

/** What `anlian as --help` says of the options that every operation takes. */
export const AS_NOTES: readonly Text[] = [
  { zh: `PERSON 是职务：${PERSONS}`, en: `PERSON is an office: ${PERSONS}` },
  {
    zh: 'MEMBER 是成员简称，如 hengyuan；它托管的公司写成 clerk@qichuan/ruihan',
    en: 'MEMBER is a member’s short name such as hengyuan; a company that it hosts is told as clerk@qichuan/ruihan',
  },
  {
    zh: '全部接口操作：anlian as --list；某一操作接受什么：anlian help OPERATION',
    en: 'Every operation: anlian as --list; what one takes: anlian help OPERATION',
  },
  { zh: '--body JSON|@FILE      以 JSON 给出内容', en: '--body JSON|@FILE      the body as JSON' },
  {
    zh: '--print FIELD          只输出一项，如 items.0.evidence',
    en: '--print FIELD          one field only, such as items.0.evidence',
  },
  { zh: '--save FILE            把回答存入文件', en: '--save FILE            keeps the answer in a file' },
  {
    zh: '--wait                 对象还没传到本节点时，最多等一分钟',
    en: '--wait                 waits up to a minute for what this node has not heard of yet',
  },
  {
    zh: '--until FIELD=VALUE    反复读取，直到一项为此值，最多一分钟',
    en: '--until FIELD=VALUE    reads again until a field has this value, for up to a minute',
  },
  { zh: '--if-match VERSION     只修改这一版本', en: '--if-match VERSION     changes this version only' },
  {
    zh: '--key KEY              Idempotency-Key：同一个只办一次',
    en: '--key KEY              the Idempotency-Key: what carries the same one is done once',
  },
];

/** What to do about an error here, where the catalogue speaks to a gate or to a program. */
export const AS_REMEDIES: NonNullable<Verb['remedies']> = {
  node_unreachable: {
    zh: '先用 npm start 启动联盟；已启动时运行 anlian doctor 核对地址和端口（数据在别处时设置 ANLIAN_HOME）',
    en: 'Start the consortium with npm start; if it runs, check address and port with anlian doctor (ANLIAN_HOME says where its data are)',
  },
  configuration_invalid: {
    zh: '这些文件由 npm start 写出：停止联盟后重新启动',
    en: 'npm start writes these files: stop the consortium and start it again',
  },
  invalid_input: {
    zh: '改正上面各项后重试；加 --help 可看每一项接受什么',
    en: 'Correct the above and try again; --help tells what each field accepts',
  },
  unauthenticated: {
    zh: '节点不接受这里的开发登录：ANLIAN_HOME 须指向正在运行的联盟的数据目录',
    en: 'The node does not take this development sign-in: ANLIAN_HOME must name the data of the consortium that runs',
  },
  forbidden: {
    zh: '换一个有此权限的职务：写在 PERSON@MEMBER 的 @ 之前',
    en: 'Act as an office that may: it stands before the @ of PERSON@MEMBER',
  },
  precondition_required: {
    zh: '先读取该对象，再加 --if-match 和它的 version 重试',
    en: 'Read the object first, and add --if-match with its version',
  },
  idempotency_conflict: {
    zh: '换一个 --key，或不写',
    en: 'Use another --key, or none',
  },
  unknown_clause: {
    zh: '从现行规则的条款中选：anlian as PERSON@MEMBER currentPolicy --print clauses.*.code',
    en: 'Choose one of the policy in force: anlian as PERSON@MEMBER currentPolicy --print clauses.*.code',
  },
  internal_error: {
    zh: '查看该节点的日志，并运行 anlian doctor',
    en: 'Read that node’s log, and run anlian doctor',
  },
};
