import {
  AnlianError,
  BATCH_NAME,
  canonicalBytes,
  encodeBatch,
  type SignedCommand,
  type TransactionBundle,
  type TrustBundle,
} from '@anlian/contracts';
import { type AttestedTransaction, utf8 } from '@anlian/sdk/ledger';
import { verifyBundle } from '@anlian/sdk/verify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EvidenceNetwork, openEvidenceNetwork, transactionBundle } from '../support/evidenceNetwork.ts';
import { forgeAttested, identityOf } from '../support/forgedProof.ts';
import { freshId, signedBy } from '../support/governors.ts';

let network: EvidenceNetwork;
let trust: TrustBundle;
let batch: SignedCommand[];
let shared: AttestedTransaction;
let single: TransactionBundle;

beforeAll(async () => {
  network = await openEvidenceNetwork();
  const { ledger, port } = network;
  batch = ['quay', 'depot', 'berth'].map((site) => signedBy(port, 'site:register', { site }));
  const [first] = await ledger.submitAll(batch);
  if (first === undefined || first instanceof AnlianError) throw first;
  shared = await ledger.attest(first.txId);
  const alone = await ledger.submit(signedBy(port, 'site:register', { site: 'mole' }));
  single = transactionBundle(await ledger.attest(alone.txId));
  trust = await network.trust();
});
afterAll(() => network.close());

const verdictOf = (file: unknown) => verifyBundle(canonicalBytes(file), trust, { now: new Date() });
const refusalOf = async (file: unknown) => (await verdictOf(file)).checks.find(({ ok }) => !ok)?.name ?? 'proven';
const naming = (commandId: unknown, ledger = shared) => ({ ...transactionBundle(ledger), commandId });
const idOf = (at: number): string => batch[at]?.command.commandId ?? '';

describe('the proof of a command that shares its transaction', () => {
  it.each([[0], [1], [2]])('is of the command that it names (%i)', async (at) => {
    const verdict = await verdictOf(naming(idOf(at)));
    expect(verdict).toMatchObject({
      verdict: 'proven',
      subject: { command: 'site:register', commandId: idOf(at), who: { org: 'hengyuan' } },
    });
  });

  it('is refused where it names none', async () => {
    expect(await refusalOf(transactionBundle(shared))).toBe('command_form');
  });

  it.each<[string, () => unknown, string]>([
    ['another command', () => freshId('cmd'), 'command_form'],
    ['one in other letters', () => idOf(0).toUpperCase(), 'bundle_form'],
    ['a number', () => 1, 'bundle_form'],
    ['nothing', () => null, 'bundle_form'],
    ['nothing long', () => '', 'bundle_form'],
  ])('is refused where it names %s', async (_, commandId, check) => {
    expect(await refusalOf(naming(commandId()))).toBe(check);
  });

  it('is refused where a command by itself is named, even rightly', async () => {
    const { ledger } = network;
    const signed = signedBy(network.port, 'site:register', { site: 'pier' });
    const { txId } = await ledger.submit(signed);
    const bundle = transactionBundle(await ledger.attest(txId));
    expect(await refusalOf(bundle)).toBe('proven');
    expect(await refusalOf({ ...bundle, commandId: signed.command.commandId })).toBe('command_form');
    expect(await refusalOf(single)).toBe('proven');
  });
});

describe('a batch that dishonest endorsers signed', () => {
  const forged = async (args: readonly Uint8Array[]): Promise<AttestedTransaction> => {
    const submitter = identityOf(network.port);
    const [first] = batch;
    if (first === undefined) throw new Error('there is a batch');
    const signers = [network.operator];
    return forgeAttested({ signed: first, result: [], submitter, endorsers: signers, attestors: signers, args });
  };
  const fake = () => signedBy(network.port, 'site:register', { site: 'pier' });

  it.each<[string, () => readonly Uint8Array[], string]>([
    ['as it should be', () => [utf8(BATCH_NAME), encodeBatch(batch)], 'proven'],
    ['of one command', () => [utf8(BATCH_NAME), encodeBatch(batch.slice(0, 1))], 'command_form'],
    ['with a surplus argument', () => [utf8(BATCH_NAME), encodeBatch(batch), utf8('x')], 'command_form'],
    ['under the name of a query', () => [utf8('query:get'), encodeBatch(batch)], 'command_form'],
    ['without an argument', () => [utf8(BATCH_NAME)], 'command_form'],
    ['in another spelling', () => [utf8(BATCH_NAME), utf8(JSON.stringify(batch, null, 1))], 'command_form'],
    [
      'with an anchor in it',
      () => [
        utf8(BATCH_NAME),
        encodeBatch([
          ...batch,
          signedBy(network.port, 'evidence:anchor', { checkpoint: 'x', consistency: [], gates: [] }),
        ]),
      ],
      'command_form',
    ],
    [
      'under another’s signature',
      () => [utf8(BATCH_NAME), encodeBatch(batch.map((one) => ({ ...one, actor: fake().actor })))],
      'actor_command',
    ],
  ])('%s', async (_, args, expected) => {
    expect(await refusalOf(naming(idOf(0), await forged(args())))).toBe(expected);
  });
});
