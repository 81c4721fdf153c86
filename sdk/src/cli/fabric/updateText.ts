import { type Language, strictMajority, type Text } from '@anlian/contracts';
import {
  type CheckedUpdate,
  fingerprintOf,
  missingSigners,
  type NamedOrganisation,
  type OrderingChange,
} from '../../fabric/index.ts';

const ORDERING: Readonly<Record<OrderingChange, Text>> = {
  none: { zh: '不涉及排序服务', en: 'The ordering service is not concerned' },
  removed: { zh: '其排序节点一并移出', en: 'Its orderer is taken out with it' },
  untouched: {
    zh: '该组织仍在排序：这份更新不能将其移出排序服务，须另行更换排序节点',
    en: 'It goes on ordering: this update cannot take it out of the ordering service, which has to be changed by itself',
  },
};

const nameOf = ({ name, mspId }: Pick<NamedOrganisation, 'name' | 'mspId'>): string => `${name} (${mspId})`;

/** Whom the update is about. */
const subjectOf = ({ change, governorsBefore }: CheckedUpdate): Omit<NamedOrganisation, 'revocationLists'> => {
  if (change.kind === 'add') return change.organisation;
  const leaving = governorsBefore.find(({ mspId }) => mspId === change.mspId);
  return leaving ?? { name: '', mspId: change.mspId, rootCertPems: [], intermediateCertPems: [], tlsRootCertPems: [] };
};

const certificates = (pems: readonly string[]) => pems.map(fingerprintOf);

/** What an update does and who signed it, for a program. */
export const updateJson = (update: CheckedUpdate) => {
  const { channel, sequence, change, governorsBefore, governorsAfter, ordering, electorates, signers } = update;
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
    governorsBefore: governorsBefore.map(({ mspId }) => mspId),
    governorsAfter: governorsAfter.map(({ mspId }) => mspId),
    ordering,
    signers,
    needed: electorates.map(({ group, organisations }) => ({
      group,
      signed: organisations.filter(({ mspId }) => signers.includes(mspId)).length,
      of: organisations.length,
      majority: strictMajority(organisations.length),
    })),
    missing: missingSigners(update).map(({ mspId }) => mspId),
  };
};

const WORDS = {
  add: { zh: '加入', en: 'Adds' },
  remove: { zh: '移出', en: 'Removes' },
  root: { zh: '证书机构', en: 'Authority' },
  tlsRoot: { zh: 'TLS 证书机构', en: 'TLS authority' },
  anchor: { zh: '锚节点', en: 'Anchor peer' },
  before: { zh: '现有治理成员', en: 'Governors now' },
  after: { zh: '生效后', en: 'Afterwards' },
  signed: { zh: '已签署', en: 'Signed by' },
  missing: { zh: '尚可签署', en: 'Could still sign' },
} as const satisfies Record<string, Text>;

/** What an update does, by name and fingerprint, and who signed it. */
export const updateLines = (update: CheckedUpdate, language: Language): string[] => {
  const told = updateJson(update);
  const colon = language === 'zh' ? '：' : ': ';
  const line = (word: keyof typeof WORDS, text: string): string => `${WORDS[word][language]}${colon}${text}`;
  const names = (organisations: readonly NamedOrganisation[]): string => organisations.map(nameOf).join(', ') || '—';
  const fingerprint = ({ subject, sha256 }: ReturnType<typeof fingerprintOf>) => `${subject} · SHA-256 ${sha256}`;
  const title: Text = {
    zh: `通道 ${told.channel} 的更新（依据第 ${told.sequence} 号配置）`,
    en: `An update of the channel ${told.channel}, from its configuration ${told.sequence}`,
  };
  const needed = told.needed.map(({ group, signed, of, majority }): Text => {
    const what =
      group === 'Orderer' ? { zh: '排序组织', en: 'ordering organisations' } : { zh: '治理成员', en: 'governors' };
    return {
      zh: `${what.zh}：已签 ${signed} 家，${of} 家中需 ${majority} 家`,
      en: `${what.en}: ${signed} signed, ${majority} of ${of} needed`,
    };
  });
  return [
    title[language],
    `  ${line(told.kind, nameOf(told))}`,
    ...told.roots.map((one) => `    ${line('root', fingerprint(one))}`),
    ...told.tlsRoots.map((one) => `    ${line('tlsRoot', fingerprint(one))}`),
    ...told.anchorPeers.map(({ host, port }) => `    ${line('anchor', `${host}:${port}`)}`),
    `  ${line('before', names(update.governorsBefore))}`,
    `  ${line('after', names(update.governorsAfter))}`,
    `  ${ORDERING[told.ordering][language]}`,
    `  ${line('signed', told.signers.join(', ') || '—')} (${needed.map((one) => one[language]).join('; ')})`,
    ...(told.missing.length > 0 ? [`  ${line('missing', names(missingSigners(update)))}`] : []),
  ];
};
