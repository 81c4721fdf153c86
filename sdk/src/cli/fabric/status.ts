import type { Language, Text } from '@anlian/contracts';
import {
  bundleDefinedBy,
  type CommittedDefinition,
  committedDefinition,
  fingerprintOf,
  readChannelConfig,
} from '../../fabric/index.ts';
import type { ChannelConfiguration } from '../../ledger/index.ts';
import { EXIT, NO_POSITIONALS, type Verb } from '../verb.ts';
import { CONNECTION_NOTES, CONNECTION_OPTIONS, CONNECTION_USAGE, connect, FABRIC_REMEDIES } from './connection.ts';

const statusJson = (
  { channel, sequence, application, orderers, consensus: { type } }: ChannelConfiguration,
  committed: CommittedDefinition | undefined,
) => ({
  channel,
  sequence,
  governors: application.map(({ name, mspId, rootCertPems }) => ({
    name,
    mspId,
    roots: rootCertPems.map(fingerprintOf),
  })),
  ordering: { type, organisations: orderers.map(({ name, mspId, endpoints }) => ({ name, mspId, endpoints })) },
  chaincode: committed
    ? {
        chaincode: committed.chaincode,
        version: committed.version,
        sequence: committed.sequence,
        sha256: bundleDefinedBy(committed.version) ?? null,
        approvals: committed.approvals,
      }
    : null,
});
type Status = ReturnType<typeof statusJson>;

const WORDS = {
  governors: { zh: '治理成员', en: 'Governors' },
  ordering: { zh: '排序', en: 'Ordering' },
  chaincode: { zh: '已提交的链码', en: 'Committed chaincode' },
  none: { zh: '无', en: 'none' },
  approved: { zh: '已批准', en: 'approved' },
  notApproved: { zh: '未批准', en: 'not approved' },
} as const satisfies Record<string, Text>;

const chaincodeLines = (chaincode: Status['chaincode'], language: Language): string[] => {
  if (!chaincode) return [`  ${WORDS.none[language]}`];
  const { version, sha256, approvals } = chaincode;
  return [
    `  ${chaincode.chaincode} ${version.split('+')[0]} · #${chaincode.sequence}${sha256 ? ` · SHA-256 ${sha256}` : ''}`,
    ...Object.entries(approvals).map(
      ([mspId, approved]) => `    ${mspId} ${WORDS[approved ? 'approved' : 'notApproved'][language]}`,
    ),
  ];
};

const statusLines = (status: Status, language: Language): string[] => {
  const title: Text = {
    zh: `通道 ${status.channel}，第 ${status.sequence} 号配置`,
    en: `Channel ${status.channel}, configuration ${status.sequence}`,
  };
  return [
    title[language],
    WORDS.governors[language],
    ...status.governors.flatMap(({ name, mspId, roots }) => [
      `  ${name} (${mspId})`,
      ...roots.map(({ subject, sha256 }) => `    ${subject} · SHA-256 ${sha256}`),
    ]),
    `${WORDS.ordering[language]} · ${status.ordering.type}`,
    ...status.ordering.organisations.map(({ name, mspId, endpoints }) => `  ${name} (${mspId}) ${endpoints.join(' ')}`),
    WORDS.chaincode[language],
    ...chaincodeLines(status.chaincode, language),
  ];
};

export const fabricStatus: Verb = {
  usage: `fabric status ${CONNECTION_USAGE}`,
  summary: {
    zh: '通道配置中有哪些组织、谁排序、提交了哪份链码、谁批准了它',
    en: 'Which organisations the channel’s configuration names, who orders, which chaincode is committed and who approved it',
  },
  notes: CONNECTION_NOTES,
  options: CONNECTION_OPTIONS,
  positionals: NO_POSITIONALS,
  remedies: FABRIC_REMEDIES,
  run: async (call) => {
    const { context, isJson, language } = call;
    const { administration, chaincode } = connect(call);
    const config = await readChannelConfig(administration);
    const status = statusJson(config, await committedDefinition(administration, chaincode));
    for (const line of isJson ? [JSON.stringify(status)] : statusLines(status, language)) context.out(line);
    return EXIT.ok;
  },
};
