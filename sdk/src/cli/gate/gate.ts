import { AnlianError, formatId, GATE_REASONS, RELEASE_REASONS, type ReleaseReason, type Text } from '@anlian/contracts';
import type { EmergencyPassage } from '../../gate/index.ts';
import { linesOf } from '../as/print.ts';
import { SLIPS } from '../slips.ts';
import { calledAs } from '../usage.ts';
import { type Call, EXIT, oneOf, required, UsageError, type Verb } from '../verb.ts';
import { directionOf, GATE_REMEDIES, withGate } from './open.ts';
import { statusLines } from './statusText.ts';

const RELEASE_REASON_CODES = Object.keys(RELEASE_REASONS) as ReleaseReason[];

const print = ({ context, isJson, language }: Call, value: object): void => {
  for (const line of isJson ? [JSON.stringify(value)] : linesOf(value, language)) context.out(line);
};
const both = ({ zh, en }: Text): string => `${zh} · ${en}`;
const WHOLE_NUMBER: Text = { zh: '整数', en: 'a whole number' };
const wholeNumber = (name: string, text: string): number => {
  if (!/^\d{1,9}$/.test(text)) throw new UsageError(SLIPS.malformed(name, WHOLE_NUMBER));
  return Number(text);
};

/** A number that is no hold is most often another decision's. */
const RELEASE_REMEDIES: Verb['remedies'] = {
  ...GATE_REMEDIES,
  invalid_transition: {
    zh: '核对序号：anlian gate status 列出待核的各条',
    en: 'Check the number: anlian gate status lists the holds',
  },
};

export const gateSync: Verb = {
  ...calledAs('gate sync [--gate NAME_OR_DIR]'),
  summary: { zh: '向本单位节点取最新名单', en: 'Fetches the newest lists from the node' },
  remedies: GATE_REMEDIES,
  run: async (call) => {
    const { kind, header } = await withGate(call, (gate, transport) => gate.sync(transport().fetchPack));
    print(call, { kind, height: header.height, madeAt: header.madeAt, rows: header.count });
    return EXIT.ok;
  },
};

/** What a node refuses here is not the form of a request but whose record it is. */
const UPLOAD_REMEDIES: Verb['remedies'] = {
  ...GATE_REMEDIES,
  invalid_input: {
    zh: '这条记录是用另一个闸机编号或另一把密钥签的，节点不会以本闸机的名义收下；记录仍是证据，请保留此文件夹。先核对编号（gate.json、listGates）；编号无误时另设一台：anlian gate init --gate NAME，并登记（registerGate）',
    en: 'That record was signed under another gate’s id or key, and the node takes it from no other; it stays evidence, so keep this folder. Check the id (gate.json, listGates) first; if it is right, set another gate up with anlian gate init --gate NAME and register it (registerGate)',
  },
};

export const gateUpload: Verb = {
  ...calledAs('gate upload [--gate NAME_OR_DIR]'),
  summary: { zh: '把待传的放行记录传给本单位节点', en: 'Delivers the decisions that wait to the node' },
  remedies: UPLOAD_REMEDIES,
  run: async (call) => {
    print(call, { upTo: await withGate(call, (gate, transport) => gate.upload(transport().upload)) });
    return EXIT.ok;
  },
};

export const gateStatus: Verb = {
  ...calledAs('gate status [--gate NAME_OR_DIR]'),
  summary: { zh: '名单、时钟、待传、待核', en: 'Lists, clock, uploads waiting, holds' },
  remedies: GATE_REMEDIES,
  run: async (call) => {
    const { context, isJson, language } = call;
    const { status, pending } = await withGate(call, async (gate) => ({
      status: gate.status(),
      pending: gate.pending(),
    }));
    if (isJson) context.out(JSON.stringify({ ...status, pending }));
    else for (const line of statusLines(status, pending, language)) context.out(line);
    return EXIT.ok;
  },
};

export const gateRelease: Verb = {
  ...calledAs(
    `gate release SEQ --reason ${RELEASE_REASON_CODES.join('|')} [--refuse] [--supervisor cas_…] [--gate NAME_OR_DIR]`,
  ),
  summary: { zh: '主管放行（或拒绝）一条待核', en: 'A supervisor releases, or refuses, a hold' },
  remedies: RELEASE_REMEDIES,
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
  ...calledAs('gate emergency --in|--out --persons N [--gate NAME_OR_DIR]'),
  summary: { zh: '应急放行并登记', en: 'Lets persons pass in an emergency, and logs it' },
  remedies: GATE_REMEDIES,
  run: async (call) => {
    const { isJson, context } = call;
    const direction = directionOf(call);
    const persons = wholeNumber('--persons', required(call, 'persons'));
    const { outcome, logged, fault } = await withGate(call, (gate) => gate.emergency({ direction, persons })).catch(
      letPass,
    );
    if (!isJson) context.out(both(GATE_REASONS.emergency.text));
    print(call, { outcome, seq: logged?.seq ?? null, record: logged?.record ?? null, fault: fault?.code ?? null });
    return EXIT.ok;
  },
};
