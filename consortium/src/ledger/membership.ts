import { verifyEs256Der } from '@anlian/chaincode/crypto';
import { AnlianError } from '@anlian/contracts';
import { type ChannelOrganisation, decodeIdentity, type MspCertificate, readMspCertificate } from '@anlian/sdk/ledger';

/** The certificates that count on a channel. */
export interface Membership {
  /** The MSP and certificate behind a serialized identity. Throws `submitter_unknown`; validity dates are not judged. */
  identify(identity: Uint8Array): Promise<{ readonly mspId: string; readonly certificate: MspCertificate }>;
}

/** Certificates of a consortium are few; what is over this is somebody trying. */
const CACHED = 1000;

const unknown = (detail: string): AnlianError => new AnlianError('submitter_unknown', { field: 'creator', detail });

export const createMembership = (organisations: readonly ChannelOrganisation[]): Membership => {
  const roots = new Map(organisations.map(({ mspId, rootCertPems }) => [mspId, rootCertPems]));
  const known = new Map<string, { readonly mspId: string; readonly certificate: MspCertificate }>();

  const read = async (bytes: Uint8Array) => {
    const { mspId, certPem } = decodeIdentity(bytes, 'invalid_input');
    const certificate = await readMspCertificate(certPem, roots.get(mspId) ?? []);
    if (typeof certificate === 'string') throw unknown(`the certificate is ${certificate}`);
    return { mspId, certificate };
  };

  return {
    identify: async (bytes) => {
      const key = Buffer.from(bytes).toString('latin1');
      const member = known.get(key) ?? (await read(bytes));
      if (known.size >= CACHED) known.clear();
      known.set(key, member);
      return member;
    },
  };
};

/** Checks who signed a proposal or a transaction, now: membership, validity of the certificate, signature of low S. */
export const requireCreator = async (
  membership: Membership,
  {
    creator,
    message,
    signature,
    atMs,
  }: {
    readonly creator: Uint8Array;
    readonly message: Uint8Array;
    readonly signature: Uint8Array;
    readonly atMs: number;
  },
): Promise<{ readonly mspId: string }> => {
  const { mspId, certificate } = await membership.identify(creator);
  if (atMs < certificate.notBeforeMs || atMs > certificate.notAfterMs)
    throw unknown('the certificate is not valid at this time');
  if (!(await verifyEs256Der(certificate.publicKey, message, signature, { lowS: true })))
    throw unknown('the signature is not the creator’s, or not of low S');
  return { mspId };
};
