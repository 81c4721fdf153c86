import { readFileSync } from 'node:fs';
import { HOST, materialOf } from '@anlian/consortium/fabric';
import {
  buildProposal,
  decodeProposalResponse,
  type EndorsedAnswer,
  type Endorsement,
  encodeIdentity,
  encodeSignedProposal,
  NONCE_BYTES,
  sameBytes,
  utf8,
} from '@anlian/sdk/ledger';
import { Client, credentials } from '@grpc/grpc-js';
import { random } from './embeddedLedger.ts';
import { type FabricNetwork, identityOf } from './fabricNetwork.ts';
import { CHAINCODE, CHANNEL, type Governor } from './governors.ts';

/** What peers are asked, each by itself and past every client of ours. */
export interface RawCall {
  readonly channel?: string;
  readonly chaincode?: string;
  readonly args: readonly (string | Uint8Array)[];
  /** Another spelling of the asker's identity. */
  readonly creator?: Uint8Array;
}

const PROCESS_PROPOSAL = '/protos.Endorser/ProcessProposal';

/** One peer's answer to a signed proposal (`protos.Endorser`). */
const processProposal = (network: FabricNetwork, governor: Governor, signed: Uint8Array): Promise<Uint8Array> => {
  const organisation = network.organisationOf(governor);
  const tls = credentials.createSsl(readFileSync(materialOf(organisation).tlsRoots));
  const client = new Client(`${HOST}:${organisation.peerPort}`, tls);
  return new Promise<Uint8Array>((resolve, reject) => {
    const pass = (bytes: Uint8Array): Buffer => Buffer.from(bytes);
    client.makeUnaryRequest(PROCESS_PROPOSAL, pass, pass, signed, (error, answer) =>
      error || answer === undefined ? reject(error) : resolve(new Uint8Array(answer)),
    );
  }).finally(() => client.close());
};

/** Endorsements of these governors' peers over one proposal, which is not ordered; a governor named twice signs twice. */
export const endorsedBy = async (
  network: FabricNetwork,
  asker: Governor,
  endorsers: readonly Governor[],
  { channel = CHANNEL, chaincode = CHAINCODE, args, creator }: RawCall,
): Promise<EndorsedAnswer> => {
  const identity = identityOf(asker);
  const { bytes } = await buildProposal(
    { channel, chaincode, args: args.map((arg) => (typeof arg === 'string' ? utf8(arg) : arg)) },
    { creator: creator ?? encodeIdentity(identity), nonce: random(NONCE_BYTES), timeMs: Date.now() },
  );
  const signed = encodeSignedProposal(bytes, await identity.sign(bytes));
  let payload = new Uint8Array();
  const endorsements: Endorsement[] = [];
  for (const endorser of endorsers) {
    const response = decodeProposalResponse(await processProposal(network, endorser, signed), 'ledger_corrupt');
    const { endorsement, message } = response;
    if (endorsement === undefined) throw new Error(`${endorser.member} does not endorse: ${message}`);
    if (endorsements.length > 0 && !sameBytes(payload, response.payload)) throw new Error('the peers answer otherwise');
    payload = new Uint8Array(response.payload);
    endorsements.push(endorsement);
  }
  return { proposal: bytes, payload, endorsements };
};
