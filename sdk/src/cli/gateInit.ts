import { type GateConfig, prepareGateKeys, writeGateConfig } from '../gate/index.ts';
import { namedDirectory, trustOf } from './home.ts';
import { localNodeOf } from './localNodes.ts';
import { type Call, EXIT, required, type Verb } from './verb.ts';

/** The member's pack keys as the ledger has them; a compromised one is not among them. */
const packKeysOf = (call: Call, member: string): GateConfig['packKeys'] =>
  trustOf(call)
    .members.filter((candidate) => candidate.member === member)
    .flatMap(({ keys }) => keys)
    .filter(({ key, to, compromisedSince }) => key.use === 'pack' && to === null && compromisedSince === null)
    .map(({ key }) => key);

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
  usage: 'gate init [--gate NAME_OR_DIR] [--id gat_… --member MEMBER --site SITE [--node URL] [--trust TRUST]]',
  summary: {
    zh: '建立闸机：先生成两把密钥供登记，登记后再填入编号',
    en: 'Sets a gate up: first makes the two keys to register it with, then takes the id that registration gave',
  },
  options: {
    gate: { type: 'string' },
    id: { type: 'string' },
    member: { type: 'string' },
    site: { type: 'string' },
    node: { type: 'string' },
    trust: { type: 'string' },
  },
  positionals: { min: 0, max: 0 },
  run: async (call) => {
    const { context, isJson } = call;
    const dir = namedDirectory(call, 'gate', 'gates');
    const keys = await prepareGateKeys(dir);
    const id = call.option('id');
    if (id !== undefined) {
      const config = configOf(call, id);
      writeGateConfig(dir, config);
      const { gate, site, node } = config;
      context.out(isJson ? JSON.stringify({ dir, gate, site, node }) : [gate, site, node, dir].join('\n'));
      return EXIT.ok;
    }
    // The two keys and nothing else: as they stand, they are part of the registration's body.
    context.out(JSON.stringify(keys, null, isJson ? 0 : 2));
    return EXIT.ok;
  },
};
