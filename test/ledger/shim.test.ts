import { createRequire } from 'node:module';
import { fabricChaincode } from '@anlian/chaincode/fabric';
import { canonicalBytes } from '@anlian/contracts';
import { buildProposal, concatBytes, messages, utf8 } from '@anlian/sdk/ledger';
import type { ChaincodeStub } from 'fabric-shim';
import { beforeAll, describe, expect, it } from 'vitest';
import { random } from '../support/embeddedLedger.ts';
import { CHAINCODE, CHANNEL, foundingGovernors, type Governor, signedBy } from '../support/governors.ts';
import { creatorOf } from '../support/rawLedger.ts';

/** The shim's own stub, which it makes of what the peer sends; its types hide the constructor. */
const Stub = createRequire(import.meta.url)('fabric-shim/lib/stub.js') as new (
  peer: { readonly handleGetState: () => Promise<Uint8Array> },
  channel: string,
  txId: string,
  input: { getArgsList_asU8(): readonly Uint8Array[] },
  signed: { getSignature(): Uint8Array; getProposalBytes(): Uint8Array },
) => ChaincodeStub;

const NOW_MS = Date.parse('2026-11-22T08:00:00.000Z');
const { chaincode: calls, proposal: proposals } = messages;

/** The call inside a proposal, changed. */
const respelled = (bytes: Uint8Array, change: (invocation: Uint8Array) => Uint8Array): Uint8Array => {
  const message = proposals.Proposal.deserializeBinary(bytes);
  const payload = proposals.ChaincodeProposalPayload.deserializeBinary(message.getPayload_asU8());
  payload.setInput(change(payload.getInput_asU8()));
  message.setPayload(payload.serializeBinary());
  return message.serializeBinary();
};

describe('the chaincode, called through Fabric’s shim', () => {
  let governor: Governor;
  beforeAll(async () => {
    [governor] = (await foundingGovernors()) as [Governor];
  });

  const chaincode = fabricChaincode({
    chaincode: CHAINCODE,
    clock: () => NOW_MS,
    onFault: (error) => {
      throw error;
    },
  });
  const command = (): Uint8Array[] => {
    const { command, actor } = signedBy(governor, 'site:register', { site: 'yard' });
    return [utf8(command.name), canonicalBytes(command), utf8(actor)];
  };
  const answer = async (
    args: readonly Uint8Array[],
    { called = CHAINCODE, change = (bytes: Uint8Array) => bytes, handed = args } = {},
  ): Promise<string> => {
    const { bytes, txId } = await buildProposal(
      { channel: CHANNEL, chaincode: called, args },
      { creator: creatorOf(governor), nonce: random(24), timeMs: NOW_MS },
    );
    const proposal = respelled(bytes, change);
    const stub = new Stub(
      { handleGetState: async () => new Uint8Array() },
      CHANNEL,
      txId,
      { getArgsList_asU8: () => handed },
      { getSignature: () => new Uint8Array(), getProposalBytes: () => proposal },
    );
    return (await chaincode.Invoke(stub)).message ?? '';
  };

  it('comes to the rules with an honest call', async () => {
    expect(await answer(command())).toContain('channel_not_founded');
  });

  it('takes arguments that are no UTF-8 as they are, and refuses them', async () => {
    const [name, body = new Uint8Array(), actor] = command();
    const broken = body.slice();
    broken[broken.length >> 1] = 0xff;
    const refusals = [
      await answer([name ?? body, broken, actor ?? body]),
      await answer([name ?? body, body, Uint8Array.of(0x65, 0xff)]),
      await answer([Uint8Array.of(0xff), body, actor ?? body]),
    ];
    for (const refusal of refusals) expect(refusal).toMatch(/invalid_input.*UTF-8/);
  });

  it('runs nothing under another name than its own', async () => {
    expect(await answer(command(), { called: 'anlian-two' })).toMatch(/wrong_channel.*chaincode/);
    expect(await answer([utf8('assembly:view'), utf8('{}')], { called: 'anlian-two' })).toContain('wrong_channel');
  });

  it('refuses another name beside the arguments, where no peer looks', async () => {
    const change = (bytes: Uint8Array) => {
      const invocation = calls.ChaincodeInvocationSpec.deserializeBinary(bytes);
      invocation.getChaincodeSpec()?.getChaincodeId()?.setName('another');
      return invocation.serializeBinary();
    };
    expect(await answer(command(), { change })).toContain('wrong_channel');
  });

  it('refuses a call in two pieces, which the peer merges and others read otherwise', async () => {
    const [name = new Uint8Array(), body = new Uint8Array(), actor = new Uint8Array()] = command();
    const piece = (args: Uint8Array[]) => {
      const input = new calls.ChaincodeInput();
      input.setArgsList(args);
      const spec = new calls.ChaincodeSpec();
      spec.setInput(input);
      const invocation = new calls.ChaincodeInvocationSpec();
      invocation.setChaincodeSpec(spec);
      return invocation.serializeBinary();
    };
    const change = (bytes: Uint8Array) => concatBytes(bytes, piece([body, actor]));
    expect(await answer([name], { change, handed: [name, body, actor] })).toContain('invalid_input');
    expect(await answer([name], { handed: [name, body, actor] })).toContain('invalid_input');
  });
});
