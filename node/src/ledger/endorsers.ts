import { verifyEs256Der } from '@anlian/chaincode/crypto';
import { AnlianError } from '@anlian/contracts';
import {
  concatBytes,
  decodeIdentity,
  type Endorsement,
  type ExecutedTransaction,
  readMspCertificate,
} from '@anlian/sdk/ledger';
import type { Organisation } from './organisations.ts';

const endorserOf = async (
  { endorser, signature }: Endorsement,
  payload: Uint8Array,
  organisations: readonly Organisation[],
): Promise<string | undefined> => {
  try {
    const { mspId, certPem } = decodeIdentity(endorser, 'ledger_corrupt');
    const organisation = organisations.find((one) => one.mspId === mspId);
    const certificate = organisation && (await readMspCertificate(certPem, organisation));
    if (certificate === undefined || typeof certificate === 'string') return undefined;
    const holds = await verifyEs256Der(certificate.publicKey, concatBytes(payload, endorser), signature, {
      lowS: true,
    });
    return holds ? mspId : undefined;
  } catch (error) {
    if (error instanceof AnlianError) return undefined;
    throw error;
  }
};

/**
 * The MSPs whose peers endorsed a transaction, each once and in order. Peers pass over endorsements that do not hold, and whoever
 * submits may add any: nobody is named by a signature that is not his.
 */
export const endorsersOf = async (
  { payload, endorsements }: Pick<ExecutedTransaction, 'payload' | 'endorsements'>,
  organisations: readonly Organisation[],
): Promise<readonly string[]> => {
  const found = await Promise.all(endorsements.map((one) => endorserOf(one, payload, organisations)));
  return [...new Set(found.filter((mspId) => mspId !== undefined))].sort();
};
