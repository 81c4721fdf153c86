import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { HOST, identityFiles, materialOf, type OrganisationPlan } from '@anlian/consortium/fabric';
import { Client, credentials } from '@grpc/grpc-js';
import { connect, signers } from '@hyperledger/fabric-gateway';
import { CHANNEL } from '../../support/governors.ts';
import { BARE_CHAINCODE } from './deploy.ts';

/** Fabric's own client library and nothing of ours, on the same peer and with the same identity. */
export interface BareClient {
  put(key: string, value: string): Promise<void>;
  close(): void;
}

export const bareClient = (organisation: OrganisationPlan): BareClient => {
  const { clientMsp, tlsRoots } = materialOf(organisation);
  const { cert, key } = identityFiles(clientMsp);
  const client = new Client(`${HOST}:${organisation.peerPort}`, credentials.createSsl(readFileSync(tlsRoots)));
  const gateway = connect({
    client,
    identity: { mspId: organisation.mspId, credentials: readFileSync(cert) },
    signer: signers.newPrivateKeySigner(createPrivateKey(readFileSync(key))),
  });
  const contract = gateway.getNetwork(CHANNEL).getContract(BARE_CHAINCODE);
  return {
    put: async (name, value) => void (await contract.submitTransaction('put', name, value)),
    close: () => {
      gateway.close();
      client.close();
    },
  };
};
