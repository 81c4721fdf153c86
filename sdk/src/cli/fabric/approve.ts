import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { AnlianError, type Text } from '@anlian/contracts';
import { approveChaincode, buildChaincode } from '../../fabric/index.ts';
import { SLIPS } from '../slips.ts';
import { type Call, EXIT, NO_POSITIONALS, UsageError, type Verb } from '../verb.ts';
import { CONNECTION_NOTES, CONNECTION_OPTIONS, CONNECTION_USAGE, connect, FABRIC_REMEDIES } from './connection.ts';

const MAX_PACKAGE_BYTES = 1 << 20;

const packageNamed = ({ context, option }: Call): Uint8Array | undefined => {
  const named = option('package');
  if (named === undefined) return undefined;
  const file = resolve(context.cwd, named);
  try {
    if (statSync(file).size > MAX_PACKAGE_BYTES) throw new AnlianError('payload_too_large', { field: '--package' });
    return new Uint8Array(readFileSync(file));
  } catch (error) {
    if (error instanceof AnlianError) throw error;
    throw new UsageError(SLIPS.unreadable(named));
  }
};

const WORDS = {
  built: { zh: '由本机源代码构建', en: 'Built from the sources here' },
  approved: { zh: '已批准', en: 'Approved' },
  before: { zh: '此前已批准', en: 'Approved before' },
  others: { zh: '批准同一份的组织', en: 'Approved by' },
  unnamed: {
    zh: '注意：通道提交的定义不含链码摘要，只与本成员的软件包作了核对；请与其他治理成员另行核对摘要',
    en: 'Note: the definition on the channel holds no hash of the code; only this member’s package was compared. Compare the hash with the other governors',
  },
} as const satisfies Record<string, Text>;

export const fabricApprove: Verb = {
  usage: `fabric approve [--source DIR] [--package FILE] [--next] ${CONNECTION_USAGE}`,
  summary: {
    zh: '重新构建链码并计算 SHA-256，与通道和软件包中的摘要一致才代表本组织批准',
    en: 'Builds the chaincode anew and approves it for this organisation, only when its SHA-256 is the one in the channel’s definition and in the package',
  },
  notes: [
    {
      zh: '--source：源代码所在（默认本程序所在的检出）；--package：尚未安装的软件包；--next：批准下一个版本，此时通道里的摘要必然不同',
      en: '--source: where the sources are (default: the checkout of this program); --package: a package not installed yet; --next: approves the version to come, whose hash differs from the channel’s',
    },
    ...CONNECTION_NOTES,
  ],
  options: {
    ...CONNECTION_OPTIONS,
    source: { type: 'string' },
    package: { type: 'string' },
    next: { type: 'boolean' },
  },
  positionals: NO_POSITIONALS,
  remedies: FABRIC_REMEDIES,
  run: async (call) => {
    const { context, isJson, language, option, flag } = call;
    const { administration, chaincode } = connect(call);
    const source = option('source');
    const { sha256 } = await buildChaincode(...(source === undefined ? [] : [resolve(context.cwd, source)]));
    const { definition, packageId, isNew, committed, approvals } = await approveChaincode(administration, {
      chaincode,
      sha256,
      packageBytes: packageNamed(call),
      isNext: flag('next'),
    });
    const { version, sequence } = definition;
    const who = Object.keys(approvals).filter((mspId) => approvals[mspId]);
    if (isJson) {
      context.out(JSON.stringify({ approved: isNew, chaincode, version, sequence, sha256, packageId, by: who }));
      return EXIT.ok;
    }
    context.out(`${WORDS.built[language]} · SHA-256 ${sha256}`);
    const outcome = WORDS[isNew ? 'approved' : 'before'][language];
    context.out(`${outcome} · ${chaincode} ${version.split('+')[0]} · #${sequence}`);
    context.out(`${WORDS.others[language]} · ${who.join(', ')} (${who.length}/${Object.keys(approvals).length})`);
    if (committed === undefined && !flag('next')) context.out(WORDS.unnamed[language]);
    return EXIT.ok;
  },
};
