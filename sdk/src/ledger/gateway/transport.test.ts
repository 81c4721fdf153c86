import type { Client } from '@grpc/grpc-js';
import { connect, hash } from '@hyperledger/fabric-gateway';
import { describe, expect, it } from 'vitest';
import { channelGroup } from '../../verify/config/fixtures/groups.ts';
import { makeMember, NOW } from '../../verify/config/fixtures/member.ts';
import { concatBytes, utf8 } from '../codec/bytes.ts';
import { assembleTransaction } from '../codec/envelope.ts';
import { encodeIdentity } from '../codec/identity.ts';
import { common, configtx, gateway as messages, proposalResponse } from '../codec/messages.ts';
import { decodeSignedProposal } from '../codec/proposal.ts';
import { encodeResponsePayload } from '../codec/response.ts';
import { gatewayTransport } from './transport.ts';

const NAMES = ['own', 'second', 'third'];
const MEMBERS = await Promise.all(NAMES.map(makeMember));
const [own] = MEMBERS;
if (!own) throw new Error('three members');
const config = new configtx.Config();
config.setChannelGroup(channelGroup(MEMBERS));
const RUBBISH = async () => new Uint8Array(70);
const CALL = { chaincode: 'anlian', args: [utf8('call')] };

type Answered = (error: null, response: unknown) => void;
type Endorsing = InstanceType<typeof messages.EndorseRequest>;

describe('endorsements by the gateway’s choice', () => {
  /** A peer’s gateway service that takes whatever this member’s peer and the second’s sign, as Fabric’s does. */
  const open = (rubbishOf: readonly string[]) => {
    const asked: string[] = [];
    const endorse = async (request: Endorsing) => {
      const wanted = request.getEndorsingOrganizationsList();
      asked.push(wanted.join() || 'any');
      const { proposal } = decodeSignedProposal(
        request.getProposedTransaction()?.serializeBinary() ?? new Uint8Array(),
      );
      const action = {
        chaincode: CALL.chaincode,
        status: 200,
        payload: utf8('null'),
        readWriteSet: new Uint8Array(),
        event: undefined,
      };
      const payload = encodeResponsePayload(new Uint8Array(32), request.getTransactionId(), action);
      const peers = MEMBERS.filter(({ mspId }, at) => (wanted.length === 0 ? at < 2 : wanted.includes(mspId)));
      const endorsements = await Promise.all(
        peers.map(async ({ name, peer }) => {
          const endorser = encodeIdentity(peer);
          const sign = rubbishOf.includes(name) ? RUBBISH : peer.sign;
          return { endorser, signature: await sign(concatBytes(payload, endorser)) };
        }),
      );
      const envelope = new common.Envelope();
      envelope.setPayload(assembleTransaction(proposal, payload, endorsements));
      const response = new messages.EndorseResponse();
      response.setPreparedTransaction(envelope);
      return response;
    };
    const configuration = () => {
      asked.push('configuration');
      const result = new proposalResponse.Response();
      result.setStatus(200);
      result.setPayload(config.serializeBinary());
      const response = new messages.EvaluateResponse();
      response.setResult(result);
      return response;
    };
    const client = {
      makeUnaryRequest: (
        method: string,
        _write: unknown,
        _read: unknown,
        request: Endorsing,
        _options: unknown,
        answered: Answered,
      ) => {
        const answering = method.endsWith('/Endorse') ? endorse(request) : Promise.resolve(configuration());
        void answering.then((response) => answered(null, response));
      },
    } as unknown as Client;
    const { client: identity } = own;
    const gateway = connect({
      client,
      identity: { mspId: own.mspId, credentials: utf8(identity.certPem) },
      hash: hash.none,
      signer: identity.sign,
    });
    const transport = gatewayTransport(gateway, {
      identity,
      channel: 'anlian-test',
      chaincode: CALL.chaincode,
      clock: () => NOW.getTime(),
      random: (length) => globalThis.crypto.getRandomValues(new Uint8Array(length)),
    });
    return { asked, endorse: () => transport.endorse(CALL) };
  };
  const signedBy = (...names: readonly string[]) =>
    MEMBERS.filter(({ name }) => names.includes(name)).map(({ peer }) => Buffer.from(encodeIdentity(peer)));

  it('stand when they count; who the members are is asked once', async () => {
    const { asked, endorse } = open([]);
    await endorse();
    const { endorsements } = await endorse();
    expect(endorsements.map(({ endorser }) => Buffer.from(endorser))).toEqual(signedBy('own', 'second'));
    expect(asked).toEqual(['any', 'configuration', 'any']);
  });

  it('are asked for one by one when one does not count, and come from the others', async () => {
    const { asked, endorse } = open(['second']);
    const { endorsements } = await endorse();
    expect(endorsements.map(({ endorser }) => Buffer.from(endorser))).toEqual(signedBy('own', 'third'));
    expect(asked).toEqual(['any', 'configuration', 'configuration', 'ownMSP', 'secondMSP', 'thirdMSP']);
  });

  it('name whose do not count when there is no majority without', async () => {
    await expect(open(['second', 'third']).endorse()).rejects.toMatchObject({
      code: 'endorsement_invalid',
      errors: [{ field: 'secondMSP' }, { field: 'thirdMSP' }],
    });
  });
});
