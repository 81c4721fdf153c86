import type { Language, Text } from '@anlian/contracts';
import {
  type CheckedUpdate,
  describeSignatory,
  fingerprintOf,
  missingSigners,
  type OrderingChange,
  revokedBy,
} from '../../fabric/index.ts';
import type { MspOrganisation } from '../../ledger/index.ts';

const ORDERING: Readonly<Record<OrderingChange, Text>> = {
  none: { zh: '不涉及排序服务', en: 'The ordering service is not concerned' },
  removed: { zh: '其排序节点一并移出', en: 'Its orderer is taken out with it' },
  untouched: {
    zh: '该组织仍在排序：这份更新不能将其移出排序服务，须另行更换排序节点',
    en: 'It goes on ordering: this update cannot take it out of the ordering service, which has to be changed by itself',
  },
};

type Subject = Pick<MspOrganisation, 'name' | 'mspId' | 'rootCertPems' | 'intermediateCertPems' | 'tlsRootCertPems'>;

const nameOf = ({ name, mspId }: Pick<Subject, 'name' | 'mspId'>): string => `${name} (${mspId})`;

/** Whom the update is about. */
const subjectOf = ({ change, governorsBefore }: CheckedUpdate): Subject => {
  if (change.kind === 'add') return change.organisation;
  const leaving = governorsBefore.find(({ mspId }) => mspId === change.mspId);
  return leaving ?? { name: '', mspId: change.mspId, rootCertPems: [], intermediateCertPems: [], tlsRootCertPems: [] };
};

const certificates = (pems: readonly string[]) => pems.map(fingerprintOf);

/** What an update does and who signed it, for a program. */
export const updateJson = (update: CheckedUpdate) => {
  const { channel, sequence, change, governorsBefore, governorsAfter, ordering, signers, policies } = update;
  const subject = subjectOf(update);
  return {
    channel,
    sequence,
    kind: change.kind,
    name: subject.name,
    mspId: subject.mspId,
    roots: certificates([...subject.rootCertPems, ...subject.intermediateCertPems]),
    tlsRoots: certificates(subject.tlsRootCertPems),
    anchorPeers: change.kind === 'add' ? change.organisation.anchorPeers : [],
    revoked: change.kind === 'revoke' ? [revokedBy(change)] : [],
    governorsBefore: governorsBefore.map(({ mspId }) => mspId),
    governorsAfter: governorsAfter.map(({ mspId }) => mspId),
    ordering,
    signers: [...new Set(signers.map(({ organisation }) => organisation.mspId))],
    needed: policies.map(({ path, isSatisfied, met, due, of }) => ({
      policy: path,
      satisfied: isSatisfied,
      signed: met,
      due,
      of,
    })),
    missing: [...new Set(missingSigners(update).map(({ mspId }) => mspId))],
  };
};

const WORDS = {
  add: { zh: '加入', en: 'Adds' },
  remove: { zh: '移出', en: 'Removes' },
  revoke: { zh: '吊销其成员的证书', en: 'Revokes certificates of' },
  serials: { zh: '吊销的证书序列号', en: 'Serial numbers revoked' },
  root: { zh: '证书机构', en: 'Authority' },
  tlsRoot: { zh: 'TLS 证书机构', en: 'TLS authority' },
  anchor: { zh: '锚节点', en: 'Anchor peer' },
  before: { zh: '现有治理成员', en: 'Governors now' },
  after: { zh: '生效后', en: 'Afterwards' },
  signed: { zh: '已签署', en: 'Signed by' },
  missing: { zh: '尚可签署', en: 'Could still sign' },
} as const satisfies Record<string, Text>;

/** The policies that people know by what they do; another one goes by its path. */
const POLICIES: Readonly<Record<string, Text>> = {
  '/Channel/Application/Admins': { zh: '治理成员', en: 'governors' },
  '/Channel/Orderer/Admins': { zh: '排序组织', en: 'ordering organisations' },
};

const countLine = ({ policy, signed, due, of }: ReturnType<typeof updateJson>['needed'][number]): Text => {
  const what = POLICIES[policy] ?? { zh: policy, en: policy };
  if (of === 0) return { zh: `${what.zh}：无人能满足`, en: `${what.en}: nobody can satisfy it` };
  return {
    zh: `${what.zh}：已签 ${signed}，${of} 中需 ${due}`,
    en: `${what.en}: ${signed} signed, ${due} of ${of} needed`,
  };
};

/** What an update does, by name and fingerprint, and who signed it. */
export const updateLines = (update: CheckedUpdate, language: Language): string[] => {
  const told = updateJson(update);
  const colon = language === 'zh' ? '：' : ': ';
  const line = (word: keyof typeof WORDS, text: string): string => `${WORDS[word][language]}${colon}${text}`;
  const names = (organisations: readonly MspOrganisation[]): string => organisations.map(nameOf).join(', ') || '—';
  const fingerprint = ({ subject, sha256 }: ReturnType<typeof fingerprintOf>) => `${subject} · SHA-256 ${sha256}`;
  const title: Text = {
    zh: `通道 ${told.channel} 的更新（依据第 ${told.sequence} 号配置）`,
    en: `An update of the channel ${told.channel}, from its configuration ${told.sequence}`,
  };
  const needed = told.needed.map(countLine);
  return [
    title[language],
    `  ${line(told.kind, nameOf(told))}`,
    ...told.roots.map((one) => `    ${line('root', fingerprint(one))}`),
    ...told.tlsRoots.map((one) => `    ${line('tlsRoot', fingerprint(one))}`),
    ...told.revoked.map(({ issuer, serials }) => `    ${line('serials', `${serials.join(', ') || '—'} · ${issuer}`)}`),
    ...told.anchorPeers.map(({ host, port }) => `    ${line('anchor', `${host}:${port}`)}`),
    `  ${line('before', names(update.governorsBefore))}`,
    `  ${line('after', names(update.governorsAfter))}`,
    `  ${ORDERING[told.ordering][language]}`,
    `  ${line('signed', told.signers.join(', ') || '—')} (${needed.map((one) => one[language]).join('; ')})`,
    ...(told.missing.length > 0
      ? [`  ${line('missing', missingSigners(update).map(describeSignatory).join(', '))}`]
      : []),
  ];
};
