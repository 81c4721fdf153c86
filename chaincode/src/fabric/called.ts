import { AnlianError } from '@anlian/contracts';
import type { ChaincodeStub } from 'fabric-shim';
import { readWire, type WireFields } from '../wire.ts';

/** What the shim has and its types do not tell (lib/stub.js). */
export interface StubParts {
  getBufferArgs(): readonly Uint8Array[];
  getSignedProposal(): {
    readonly proposal: {
      readonly header: { readonly channelHeader: { getExtension_asU8(): Uint8Array } };
      readonly payload: { getInput_asU8(): Uint8Array };
    };
  };
}

/** Field numbers of Fabric's messages (fabric-protos, peer/proposal.proto and peer/chaincode.proto). */
const EXTENSION = { chaincodeId: 2 };
const INVOCATION = { spec: 1 };
const SPEC = { chaincodeId: 2, input: 3 };
const CHAINCODE_ID = { name: 2 };
const INPUT = { args: 1 };

const invalid = (detail: string): AnlianError => new AnlianError('invalid_input', { field: 'args', detail });

/** Go merges a message that comes twice, other readers take one of the two: they would read another call. */
const once = (message: WireFields, field: number): WireFields => {
  if (message.all(field).length !== 1) throw invalid('the proposal has no call, or several');
  return message.merged(field);
};

const nameIn = (chaincodeId: WireFields): string => Buffer.from(chaincodeId.last(CHAINCODE_ID.name)).toString('latin1');

/**
 * The arguments as they were signed, byte for byte. The proposal must name this chaincode, both where peers look for the name and beside
 * the arguments: under another name the same code has another state, and a call through another chaincode is that one's.
 * @throws {AnlianError} `wrong_channel`, `invalid_input`
 */
export const argsCalled = (stub: ChaincodeStub, chaincode: string): readonly Uint8Array[] => {
  const { getBufferArgs, getSignedProposal } = stub as unknown as StubParts;
  const { header, payload } = getSignedProposal.call(stub).proposal;
  const extension = readWire(header.channelHeader.getExtension_asU8(), 'invalid_input');
  const spec = once(readWire(payload.getInput_asU8(), 'invalid_input'), INVOCATION.spec);
  const named = [nameIn(once(extension, EXTENSION.chaincodeId)), nameIn(once(spec, SPEC.chaincodeId))];
  if (named.some((name) => name !== chaincode)) throw new AnlianError('wrong_channel', { field: 'chaincode' });
  const args = getBufferArgs.call(stub);
  const signed = once(spec, SPEC.input).all(INPUT.args);
  const isSame = signed.length === args.length && args.every((arg, at) => Buffer.compare(arg, signed[at] ?? arg) === 0);
  if (!isSame) throw invalid('the arguments are not those of the proposal');
  return args;
};
