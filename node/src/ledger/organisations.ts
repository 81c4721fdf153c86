import { fromBase64Url, toBase64Url } from '@anlian/contracts';
import type { ChannelConfiguration, Issuers } from '@anlian/sdk/ledger';

/** Who issues an organisation's certificates, and which of them it took back. */
export interface Organisation extends Issuers {
  readonly mspId: string;
}

/** The same as JSON keeps it. */
export interface StoredOrganisation extends Omit<Organisation, 'revocationLists'> {
  /** Each base64url. */
  readonly revocationLists: readonly string[];
}

/** The organisations of a channel. Fabric lets nobody define one MSP in two ways, so that one that also orders is taken once. */
export const organisationsOf = ({
  application,
  orderers,
}: Pick<ChannelConfiguration, 'application' | 'orderers'>): readonly Organisation[] => {
  const found = new Map([...orderers, ...application].map((one) => [one.mspId, one]));
  return [...found.values()].map(({ mspId, rootCertPems, intermediateCertPems, revocationLists }) => ({
    mspId,
    rootCertPems,
    intermediateCertPems,
    revocationLists,
  }));
};

export const toStored = (organisations: readonly Organisation[]): readonly StoredOrganisation[] =>
  organisations.map((one) => ({ ...one, revocationLists: one.revocationLists.map(toBase64Url) }));

export const fromStored = (stored: readonly StoredOrganisation[]): readonly Organisation[] =>
  stored.map((one) => ({ ...one, revocationLists: one.revocationLists.map(fromBase64Url) }));
