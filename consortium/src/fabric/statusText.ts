import type { FabricState } from './home.ts';
import type { CommittedChaincode, FabricStatus } from './status.ts';
import { newerPatch } from './versions.ts';

const SOURCES: Readonly<Record<FabricState['binaries']['source'], string>> = {
  ANLIAN_FABRIC_BIN: 'ANLIAN_FABRIC_BIN',
  PATH: 'PATH',
  'built from the Go module': '由 Go 模块构建 built from the Go module',
};

/** Which programs these are, and the warning when a newer patch release of their line is known. */
export const binariesText = ({ dir, source, version }: FabricState['binaries']): string => {
  const newer = newerPatch(version);
  const warning =
    newer === undefined
      ? ''
      : `\n  ! 已知有更新的补丁版本 ${newer}，生产环境请使用 a newer patch release is known: use ${newer} in production`;
  return `Fabric ${version} · ${SOURCES[source]} · ${dir}${warning}`;
};

const chaincodeText = (chaincode: CommittedChaincode | undefined): string => {
  if (!chaincode) return '  —\n';
  const members = new Map<string, string[]>();
  for (const [member, sha256] of Object.entries(chaincode.bundles)) {
    const bundle = sha256 ?? '未批准 not approved';
    members.set(bundle, [...(members.get(bundle) ?? []), member]);
  }
  const lines = [...members].map(([bundle, names]) => `  sha256 ${bundle}  ${names.join(', ')}\n`);
  const [version] = chaincode.version.split('+');
  return `  ${chaincode.chaincode} ${version} · 序列 sequence ${chaincode.sequence}\n${lines.join('')}`;
};

const OFF = '已不在通道 not on the channel';

/** What `npm run fabric:status` prints. */
export const statusText = ({
  profile,
  channel,
  binaries,
  processes,
  off,
  heights,
  chaincode,
}: FabricStatus): string => {
  const rows = processes.map(({ name, pid, ports }) => {
    const state = pid === undefined ? '已停止 stopped' : '运行中 running';
    const note = off.includes(name.split('/')[0] ?? '') ? `  ${OFF}` : '';
    return `  ${name.padEnd(24)} ${state}  ${`${pid ?? '—'}`.padEnd(8)} ${ports.join(' ')}${note}\n`;
  });
  const leavings = off.map((member) => `  ! ${member} ${OFF}: npm run fabric:member -- remove ${member}\n`);
  const blocks = Object.entries(heights).map(([member, height]) => `  ${member.padEnd(24)} ${height ?? '—'}\n`);
  return `${profile} · ${binariesText(binaries)}

进程 Processes (pid, 端口 ports)
${rows.join('')}${leavings.join('')}
通道高度 Height of the channel ${channel}
${blocks.join('') || '  —\n'}
已提交的链码 Committed chaincode
${chaincodeText(chaincode)}`;
};
