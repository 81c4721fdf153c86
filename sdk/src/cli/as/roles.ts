import {
  AnlianError,
  AUTHORITY,
  type CommandName,
  type Language,
  PERSONA_CODES,
  PERSONAS,
  type Persona,
  ROLE_CODES,
  ROLES,
  type Role,
  type Text,
} from '@anlian/contracts';
import type { OperationName } from './example.ts';

/** Operations that are one command of the ledger: its authority table says which roles give it. */
const COMMANDS: Readonly<Partial<Record<OperationName, CommandName>>> = {
  foundChannel: 'channel:found',
  confirmChannel: 'channel:confirm',
  openProposal: 'proposal:open',
  vote: 'proposal:vote',
  registerSite: 'site:register',
  admitCompany: 'site:admit',
  releaseCompany: 'site:release',
  registerCredential: 'credential:register',
  suspendCredential: 'credential:suspend',
  unsuspendCredential: 'credential:unsuspend',
  revokeCredential: 'credential:revoke',
  notifyViolation: 'credit:notice',
  acknowledgeViolation: 'credit:acknowledge',
  appealViolation: 'credit:appeal',
  resolveAppeal: 'credit:resolve',
  evaluateCompany: 'credit:evaluate',
};

const officesOf = (roles: readonly Role[]): Persona[] =>
  PERSONA_CODES.filter((person) => roles.includes(PERSONAS[person]));

const named = (roles: readonly Role[], language: Language): string =>
  language === 'zh'
    ? officesOf(roles)
        .map((person) => `${person}（${ROLES[PERSONAS[person]].text.zh}）`)
        .join('、')
    : officesOf(roles).join(', ');

const mayText = (roles: readonly Role[]): Text => ({
  zh: `可以办理的职务：${named(roles, 'zh')}`,
  en: `Offices that may: ${named(roles, 'en')}`,
});
const NO_OFFICE: Text = { zh: '由设备或其他成员的节点调用，不由人办理', en: 'Machines call it, and no office may' };
const NO_TENANT: Text = {
  zh: '只限该成员自己的人员，它托管的公司不能办理',
  en: 'For people of the member itself, not of a company that it hosts',
};

/** Which offices may call an operation, where it is known without asking a node. */
export const rolesLine = (name: OperationName): Text | undefined => {
  const command = COMMANDS[name];
  return command === undefined ? undefined : mayText(AUTHORITY[command].roles);
};

/** `needs safety_manager or administrator`, as a node and the ledger tell it. */
const rolesIn = (detail: string): Role[] | undefined => {
  const [, list] = /needs (\w+(?: or \w+)*)$/.exec(detail) ?? [];
  return list?.split(' or ').flatMap((word) => ROLE_CODES.find((role) => role === word) ?? []);
};

/** A refusal for want of a role, with the offices that hold one that may; any other error as it is. */
export const withOffices = (error: AnlianError, language: Language): AnlianError => {
  const { code, detail, cause } = error;
  if (code !== 'forbidden' || detail === undefined) return error;
  if (/^for people of [\w-]+ itself$/.test(detail))
    return new AnlianError(code, { detail: NO_TENANT[language], cause });
  const roles = rolesIn(detail);
  if (roles === undefined) return error;
  const told = officesOf(roles).length === 0 ? NO_OFFICE : mayText(roles);
  return new AnlianError(code, { detail: told[language], cause });
};
