import type { Text } from '../text.ts';

/** Who acts. People's roles first, machines' after them. */
export const ROLES = {
  governor_delegate: { text: { zh: '网络表决人', en: 'Governor’s delegate' }, machine: false },
  administrator: { text: { zh: '系统管理员', en: 'Administrator' }, machine: false },
  safety_manager: { text: { zh: '安全管理员', en: 'Safety manager' }, machine: false },
  assessor: { text: { zh: '评价核验员', en: 'Assessor' }, machine: false },
  clerk: { text: { zh: '承包商资料员', en: 'Contractor’s clerk' }, machine: false },
  supervisor: { text: { zh: '门岗主管', en: 'Gate supervisor' }, machine: false },
  auditor: { text: { zh: '审计员', en: 'Auditor' }, machine: false },
  node: { text: { zh: '节点', en: 'Node' }, machine: true },
  gate: { text: { zh: '闸机', en: 'Gate' }, machine: true },
  member_node: { text: { zh: '其他成员的节点', en: 'Another member’s node' }, machine: true },
} as const satisfies Record<string, { text: Text; machine: boolean }>;

export type Role = keyof typeof ROLES;
export const ROLE_CODES = Object.keys(ROLES) as [Role, ...Role[]];

/**
 * How strongly a person signed in (`acr`). `development` exists only in a channel born so, and every verdict on such a channel says so;
 * `machine` is a client that proved its key (`private_key_jwt`).
 */
export const ASSERTIONS = {
  passkey: { zh: '通行密钥', en: 'Passkey' },
  development: { zh: '开发登录（不可用于生产）', en: 'Development sign-in (not for production)' },
  machine: { zh: '机器密钥', en: 'Machine key' },
} as const satisfies Record<string, Text>;
export type Assertion = keyof typeof ASSERTIONS;
export const ASSERTION_CODES = Object.keys(ASSERTIONS) as [Assertion, ...Assertion[]];
