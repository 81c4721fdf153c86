import {
  ACTOR_TYPE,
  type AnyCommand,
  type CheckName,
  canonicalBytes,
  fromBase64Url,
  type SignedCommand,
  type TrustBundle,
  toBase64Url,
} from '@anlian/contracts';
import { utf8, VALIDATION_CODES } from '@anlian/sdk/ledger';
import { verifyBundle } from '@anlian/sdk/verify';
import { afterAll, describe, expect, it } from 'vitest';
import { toJson, transactionBundle } from '../support/evidenceNetwork.ts';
import { type Forgery, forgeAttested, identityOf } from '../support/forgedProof.ts';
import { type Governor, signedBy } from '../support/governors.ts';
import { holding, jwsBy, type MemberKey, memberKey } from '../support/keys.ts';
import { openProofCase } from '../support/proofCase.ts';

const HOUR_MS = 3_600_000;
const { network, bundle, trust, port, other, stranger, refusalOf } = await openProofCase();
afterAll(() => network.close());

describe('an operator that lies, with real signatures of its own', () => {
  const registration = () => signedBy(port, 'site:register', { site: 'made-up' });
  const change = (signed: SignedCommand, changed: Partial<AnyCommand>): SignedCommand => ({
    ...signed,
    command: { ...signed.command, ...changed } as AnyCommand,
  });

  const forged = async (forgery: Partial<Forgery> = {}) =>
    transactionBundle(
      await forgeAttested({
        signed: registration(),
        result: { site: 'made-up' },
        submitter: identityOf(port),
        endorsers: [network.operator],
        attestors: [network.operator],
        ...forgery,
      }),
    );

  it('can make up a transaction, which is why the verdict says one operator', async () => {
    const { verdict, trust: label } = await verifyBundle(canonicalBytes(await forged()), trust, { now: new Date() });
    expect({ verdict, label }).toEqual({ verdict: 'proven', label: 'single-operator' });
  });

  it.each<[string, () => Partial<Forgery>, CheckName]>([
    ['answered by a chaincode that is not the ledger’s own', () => ({ answeredBy: 'anlian' }), 'ledger_form'],
    ['about another transaction', () => ({ txId: '0'.repeat(64) }), 'ledger_form'],
    [
      'to a question that is not for a transaction',
      () => ({ question: { chaincode: 'qscc', args: ['GetBlockByTxID', 'anlian-test', '0'] } }),
      'ledger_form',
    ],
    [
      'to a chaincode that repeats what it is told',
      () => ({ question: { chaincode: 'echo', args: ['GetTransactionByID', 'anlian-test', '0'] } }),
      'ledger_form',
    ],
    ['on another channel', () => ({ channel: 'another' }), 'channel'],
    ['of another chaincode', () => ({ chaincode: 'another' }), 'chaincode'],
    ['that is not valid', () => ({ code: VALIDATION_CODES.PHANTOM_READ_CONFLICT }), 'transaction_valid'],
    ['of a code that nobody defined', () => ({ code: 1000 }), 'transaction_valid'],
    ['submitted by a stranger', () => ({ submitter: stranger }), 'transaction_creator'],
    ['under an id that is not its own', () => ({ claimedTxId: 'a'.repeat(64) }), 'transaction_creator'],
    ['signed by another than its submitter', () => ({ envelopeBy: identityOf(other) }), 'transaction_creator'],
    ['endorsed by nobody', () => ({ endorsers: [] }), 'transaction_endorsement'],
    [
      'endorsed by a governor in the operator’s place',
      () => ({ endorsers: [identityOf(other)] }),
      'transaction_endorsement',
    ],
    [
      'endorsed by another key than the certificate’s',
      () => ({ endorsers: [{ ...network.operator, sign: stranger.sign }] }),
      'transaction_endorsement',
    ],
    ['that answers another proposal', () => ({ answerTo: new Uint8Array(32) }), 'transaction_endorsement'],
    ['that the chaincode refused', () => ({ status: 500 }), 'transaction_endorsement'],
    ['without an actor', () => ({ args: [utf8('site:register'), utf8('{}')] }), 'command_form'],
    ['with a surplus argument', () => ({ args: ['a', 'b', 'c', 'd'].map(utf8) }), 'command_form'],
    ['under another name than its command’s', () => ({ name: 'site:release' }), 'command_form'],
    ['with bytes that are not UTF-8', () => ({ args: [Uint8Array.of(0xff), utf8('{}'), utf8('')] }), 'command_form'],
    [
      'with a command for another channel',
      () => ({ signed: change(registration(), { channel: 'other' }) }),
      'command_form',
    ],
    ['without a token', () => ({ signed: { ...registration(), actor: '' } }), 'actor_signature'],
    ['by an actor key that nobody registered', () => ({ signed: byStranger('site:register') }), 'actor_signature'],
    [
      'a day after its actor’s signature ended',
      () => ({ timeMs: Date.now() + (72 + 24) * HOUR_MS }),
      'actor_signature',
    ],
    [
      'whose actor’s signature was made to live for longer than such a command may wait',
      () => ({ signed: withClaims({ exp: Math.floor(Date.now() / 1000) + 73 * 3600 }) }),
      'actor_signature',
    ],
    ['minutes before its actor signed', () => ({ timeMs: Date.now() - 200_000 }), 'actor_signature'],
    ['by a role that may not give it', () => ({ signed: withClaims({ roles: ['clerk'] }) }), 'actor_authority'],
    [
      'for a member that the trust file does not list',
      () => ({ signed: withClaims({ org: 'nobody' }) }),
      'actor_signature',
    ],
    [
      'with a command that its actor did not sign',
      () => ({ signed: { ...registration(), actor: registration().actor } }),
      'actor_command',
    ],
  ])('is refused %s', async (_, forgery, expected) => {
    expect(await refusalOf(await forged(forgery()))).toBe(expected);
  });

  const byStranger = (name: 'site:register'): SignedCommand =>
    signedBy({ ...port, actor: memberKey('actor').privateKey }, name, { site: 'made-up' });

  const withClaims = (changed: object): SignedCommand => {
    const signed = registration();
    const claims = JSON.parse(new TextDecoder().decode(fromBase64Url(signed.actor.split('.')[1] ?? '')));
    const descriptor = port.descriptor.keys[0] as MemberKey['descriptor'];
    return {
      ...signed,
      actor: jwsBy({ ...holding(port.actor), descriptor }, ACTOR_TYPE, { ...claims, ...changed }),
    };
  };

  it('is refused for a person who signed in more weakly than the genesis policy asks', async () => {
    const strict: TrustBundle = { ...trust, personAssertions: ['passkey'] };
    expect(await refusalOf(await forged(), { trusted: strict })).toBe('actor_authority');
  });
});

describe('an anchor that the operator made up', () => {
  const anchored = async (change: { args?: object; result?: object; by?: Governor }) => {
    const { inclusion, leaf, checkpoint } = bundle;
    const root = toBase64Url(Buffer.from(checkpoint.split('\n')[2] ?? '', 'base64'));
    const args = {
      checkpoint,
      consistency: [],
      gates: [{ gate: leaf.gate ?? '', seq: leaf.seq ?? 0 }],
      ...change.args,
    };
    const forgery = {
      signed: signedBy(change.by ?? port, 'evidence:anchor', args),
      result: { member: 'hengyuan', size: inclusion.treeSize, root, ...change.result },
      submitter: identityOf(port),
      endorsers: [network.operator],
      attestors: [network.operator],
    };
    return { ...bundle, ledger: toJson(await forgeAttested(forgery)) };
  };

  it('is proven when it says what the bundle says', async () => {
    expect(await refusalOf(await anchored({}))).toBe('proven');
  });

  it.each<[string, () => Parameters<typeof anchored>[0]]>([
    ['by another member', () => ({ by: other })],
    ['of another checkpoint', () => ({ args: { checkpoint: `${bundle.checkpoint}\n` } })],
    ['to which the ledger answered with another size', () => ({ result: { size: 1_000 } })],
    ['to which the ledger answered with another member', () => ({ result: { member: 'qichuan' } })],
    ['that does not cover the gate’s number', () => ({ args: { gates: [] } })],
  ])('is refused %s', async (_, change) => {
    expect(await refusalOf(await anchored(change()))).toBe('anchor_matches');
  });
});
