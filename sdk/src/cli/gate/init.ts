import type { Text } from '@anlian/contracts';
import { type GateConfig, prepareGateKeys, writeGateConfig } from '../../gate/index.ts';
import { linesOf } from '../as/print.ts';
import { namedDirectory, trustOf } from '../home.ts';
import { localNodeOf } from '../localNodes.ts';
import { SLIPS } from '../slips.ts';
import { calledAs } from '../usage.ts';
import { type Call, EXIT, required, UsageError, type Verb } from '../verb.ts';

const noPackKey = (member: string): Text => ({
  zh: `信任文件中没有 ${member} 的名单签名密钥：请重新取得信任文件`,
  en: `the trust file has no key of ${member} that signs lists: get it again`,
});

/**
 * The member's pack keys as the ledger has them; a compromised one is not among them.
 * @throws {UsageError} for a member that the trust file does not know, or without such a key
 */
const packKeysOf = (call: Call, member: string): GateConfig['packKeys'] => {
  const { members } = trustOf(call);
  const found = members.find((candidate) => candidate.member === member);
  const known = members.map((candidate) => candidate.member);
  if (!found) throw new UsageError(SLIPS.unknown(member, known, '--member '));
  const keys = found.keys
    .filter(({ key, to, compromisedSince }) => key.use === 'pack' && to === null && compromisedSince === null)
    .map(({ key }) => key);
  if (keys.length === 0) throw new UsageError(noPackKey(member));
  return keys;
};

/** Records of the gate that is there must keep their id, or its node never takes them. */
const REMEDIES: Verb['remedies'] = {
  already_exists: {
    zh: '这个文件夹里是那台闸机和它的放行记录，一切未变：给新闸机另起名字，anlian gate init --gate NAME',
    en: 'That gate and its decisions are in this folder, and nothing was changed: give the new one another name, anlian gate init --gate NAME',
  },
};

const configOf = (call: Call, id: string): GateConfig => {
  const member = required(call, 'member');
  return {
    v: 1,
    gate: id as GateConfig['gate'], // Parsed when it is written, with everything else.
    member,
    site: required(call, 'site'),
    node: call.option('node') ?? localNodeOf(call.context, member),
    packKeys: packKeysOf(call, member),
  };
};

export const gateInit: Verb = {
  ...calledAs('gate init [--gate NAME_OR_DIR] [--id gat_… --member MEMBER --site SITE [--node URL] [--trust TRUST]]'),
  summary: {
    zh: '建立闸机：先生成两把密钥供登记，登记后再填入编号',
    en: 'Sets a gate up: first makes the two keys to register it with, then takes the id that registration gave',
  },
  remedies: REMEDIES,
  run: async (call) => {
    const { context, isJson, language } = call;
    const dir = namedDirectory(call, 'gate', 'gates');
    const keys = await prepareGateKeys(dir);
    const id = call.option('id');
    if (id !== undefined) {
      const config = configOf(call, id);
      writeGateConfig(dir, config);
      const { gate, site, node } = config;
      const told = { gate, site, node, dir };
      for (const line of isJson ? [JSON.stringify(told)] : linesOf(told, language)) context.out(line);
      return EXIT.ok;
    }
    // The two keys and nothing else: as they stand, they are part of the registration's body.
    context.out(JSON.stringify(keys, null, isJson ? 0 : 2));
    return EXIT.ok;
  },
};
