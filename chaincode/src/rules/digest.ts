import { sha256 } from '@anlian/chaincode/crypto';
import { type CreditPolicy, canonicalBytes, type GenesisPolicy, toBase64Url } from '@anlian/contracts';

const digestOf = async (value: unknown): Promise<string> => toBase64Url(await sha256(canonicalBytes(value)));

/** The name of a credit policy: SHA-256 of its canonical bytes as base64url. */
export const policyHashOf = (policy: CreditPolicy): Promise<string> => digestOf(policy);

/** The digest that every founder confirms: SHA-256 of the canonical genesis policy as base64url. */
export const genesisDigestOf = (policy: GenesisPolicy): Promise<string> => digestOf(policy);
