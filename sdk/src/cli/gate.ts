import { AnlianError, formatId, GATE_REASONS, RELEASE_REASONS, type ReleaseReason, type Text } from '@anlian/contracts';
import type { EmergencyPassage } from '../gate/index.ts';
import { GATE_OPTION, withGate } from './openGate.ts';
import { type Call, EXIT, oneOf, required, UsageError, type Verb } from './verb.ts';

const NONE = { min: 0, max: 0 } as const;
const RELEASE_REASON_CODES = Object.keys(RELEASE_REASONS) as ReleaseReason[];

const print = ({ context, isJson }: Call, value: object): void => {
  if (isJson) context.out(JSON.stringify(value));
  else
    for (const [name, part] of Object.entries(value))
      context.out(`${name}: ${typeof part === 'object' ? JSON.stringify(part) : part}`);
};
const both = ({ zh, en }: Text): string => `${zh} · ${en}`;
const wholeNumber = (name: string, text: string): number => {
  if (!/^\d{1,9}$/.test(text)) throw new UsageError(name);
  return Number(text);
};

export const gateSync: Verb = {
  usage: 'gate sync [--gate NAME_OR_DIR]',
  summary: { zh: '向本单位节点取最新名单', en: 'Fetches the newest lists from the node' },
  options: GATE_OPTION,
  positionals: NONE,
  run: async (call) => {
    const { kind, header } = await withGate(call, (gate, transport) => gate.sync(transport().fetchPack));
    print(call, { kind, height: header.height, madeAt: header.madeAt, rows: header.count });
    return EXIT.ok;
  },
};

export const gateUpload: Verb = {
  usage: 'gate upload [--gate NAME_OR_DIR]',
  summary: { zh: '把待传的放行记录传给本单位节点', en: 'Delivers the decisions that wait to the node' },
  options: GATE_OPTION,
  positionals: NONE,
  run: async (call) => {
    print(call, { upTo: await withGate(call, (gate, transport) => gate.upload(transport().upload)) });
    return EXIT.ok;
  },
};

export const gateStatus: Verb = {
  usage: 'gate status [--gate NAME_OR_DIR]',
  summary: { zh: '名单、时钟、待传、待核', en: 'Lists, clock, uploads waiting, holds' },
  options: GATE_OPTION,
  positionals: NONE,
  run: async (call) => {
    const status = await withGate(call, async (gate) => ({ ...gate.status(), pending: gate.pending() }));
    print(call, status);
    return EXIT.ok;
  },
};

export const gateRelease: Verb = {
  usage: `gate release SEQ --reason ${RELEASE_REASON_CODES.join('|')} [--refuse] [--supervisor cas_…] [--gate NAME_OR_DIR]`,
  summary: { zh: '主管放行（或拒绝）一条待核', en: 'A supervisor releases, or refuses, a hold' },
  options: {
    ...GATE_OPTION,
    reason: { type: 'string' },
    supervisor: { type: 'string' },
    refuse: { type: 'boolean' },
  },
  positionals: { min: 1, max: 1 },
  run: async (call) => {
    const seq = wholeNumber('SEQ', call.positionals[0] ?? '');
    const reason = oneOf('reason', required(call, 'reason'), RELEASE_REASON_CODES);
    // A pseudonym for this case: who stood behind it is known to whoever ran the command.
    const supervisor = call.option('supervisor') ?? formatId('cas', call.context.random(16));
    const answer = call.flag('refuse') ? 'refused' : 'released';
    const recorded = await withGate(call, (gate) => gate.release(seq, { answer, reason, supervisor }));
    print(call, { [answer]: seq, supervisor, ...recorded });
    return EXIT.ok;
  },
};

/** Also when the gate's directory cannot be opened at all; only a slip in the command is told as one. */
const letPass = (error: unknown): EmergencyPassage => {
  const isSlip = error instanceof AnlianError && ['invalid_input', 'configuration_invalid'].includes(error.code);
  if (isSlip || !(error instanceof AnlianError)) throw error;
  return { outcome: 'allow', logged: null, fault: error };
};

export const gateEmergency: Verb = {
  usage: 'gate emergency --in|--out --persons N [--gate NAME_OR_DIR]',
  summary: { zh: '应急放行并登记', en: 'Lets persons pass in an emergency, and logs it' },
  options: { ...GATE_OPTION, in: { type: 'boolean' }, out: { type: 'boolean' }, persons: { type: 'string' } },
  positionals: NONE,
  run: async (call) => {
    const { flag, isJson, context } = call;
    if (flag('in') === flag('out')) throw new UsageError('--in | --out');
    const direction = flag('in') ? 'in' : 'out';
    const persons = wholeNumber('--persons', required(call, 'persons'));
    const { outcome, logged, fault } = await withGate(call, (gate) => gate.emergency({ direction, persons })).catch(
      letPass,
    );
    if (!isJson) context.out(both(GATE_REASONS.emergency.text));
    print(call, { outcome, seq: logged?.seq ?? null, record: logged?.record ?? null, fault: fault?.code ?? null });
    return EXIT.ok;
  },
};
