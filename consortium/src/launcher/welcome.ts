import { relative, resolve } from 'node:path';
import { HOST } from '../fabric/plan.ts';
import type { Home } from './home.ts';
import { type ConsortiumPlan, memberUrl } from './plan.ts';

const ledgerRow = ({ ledgerPort, fabric }: ConsortiumPlan): string => {
  if (!fabric)
    return `${`http://127.0.0.1:${ledgerPort}`.padEnd(32)} 内置账本（单一运营方） embedded ledger, one operator`;
  const peers = fabric.organisations.map(({ peerPort }) => peerPort).join(', ');
  return `${`grpcs://${HOST}:${peers}`.padEnd(32)} Hyperledger Fabric: 治理成员各一个对等节点 a peer for each governor`;
};

/** What a person sees when everything runs: addresses, and what to type next. */
export const welcome = ({
  plan,
  home,
  first,
  seconds,
}: {
  readonly plan: ConsortiumPlan;
  readonly home: Home;
  readonly first: boolean;
  readonly seconds: number;
}): string => {
  const rows = plan.members.map((member) => `  ${memberUrl(member).padEnd(32)} ${member.name.zh} ${member.name.en}`);
  const shown = relative(process.cwd(), home.dir) || home.dir;
  const elsewhere = shown === '.anlian' ? '' : `  export ANLIAN_HOME='${resolve(home.dir)}'\n`;
  return `
${first ? '首次启动完成 First start complete' : '已恢复 Resumed'}: ${seconds.toFixed(1)} s

${rows.join('\n')}
  ${ledgerRow(plan)}

  开发环境：登录不核验身份，不可用于生产
  Development profile: the sign-in proves nobody’s identity; not for production

下一步 Next (in another terminal; README.md walks through the whole):
${elsewhere}  npx anlian as auditor@hengyuan listCompanies    公司与信用分 companies and their scores
  npx anlian as --list                            全部接口操作 every operation
  npx anlian doctor                               体检 how everything stands
  npx anlian                                      全部命令 every command

数据 Data: ${shown}   停止 Stop: Ctrl-C
`;
};
