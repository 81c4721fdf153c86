import {
  type CheckName,
  canonicalBytes,
  type EvidenceBundle,
  fromBase64Url,
  type TrustBundle,
} from '@anlian/contracts';
import { createMsp, encodeIdentity, type LedgerIdentity, signerOf } from '@anlian/sdk/ledger';
import { verifyBundle } from '@anlian/sdk/verify';
import { type EvidenceNetwork, openEvidenceNetwork, toJson } from './evidenceNetwork.ts';
import type { Governor } from './governors.ts';

type TrustedMember = TrustBundle['members'][number];
type KeyChange = Partial<Omit<TrustedMember['keys'][number], 'key'>>;

interface How {
  readonly trusted?: TrustBundle | Uint8Array;
  readonly now?: Date;
  readonly pinnedGenesis?: string;
}

/** A proof of a gate's decision with the trust file it fits, and the means to change either. */
export interface ProofCase {
  readonly network: EvidenceNetwork;
  readonly bundle: EvidenceBundle;
  readonly trust: TrustBundle;
  /** The member whose log, gate and actor these are, and another governor. */
  readonly port: Governor;
  readonly other: Governor;
  /** Somebody with a certificate that no root of the channel issued. */
  readonly stranger: LedgerIdentity;
  /** The check that refuses a file, or `proven`. */
  readonly refusalOf: (file: unknown, how?: How) => Promise<CheckName | 'proven'>;
  readonly withMember: (member: string, change: Partial<TrustedMember>) => TrustBundle;
  /** The trust file with the port's keys of one use changed. */
  readonly withKey: (use: string, change: KeyChange) => TrustBundle;
  /** The ledger's answer of the bundle under other signatures. */
  readonly attestedBy: (endorsers: readonly LedgerIdentity[]) => Promise<EvidenceBundle>;
}

const strangerIdentity = async (): Promise<LedgerIdentity> => {
  const mspId = 'strangerMSP';
  const roles = ['peer', 'client'] as const;
  const msp = await createMsp({ mspId, organisation: '外人', roles, crypto: globalThis.crypto, now: new Date() });
  return { mspId, certPem: msp.certPem, sign: signerOf(msp.keyPem) };
};

export const openProofCase = async (): Promise<ProofCase> => {
  const network = await openEvidenceNetwork();
  const { port, governors, gate } = network;
  const place = { kind: 'gate-decision', gate: gate.key.gate ?? '', seq: 1 } as const;
  const bundle = await network.proves(await network.decides(), place);
  const trust = await network.trust();
  const withMember: ProofCase['withMember'] = (member, change) => ({
    ...trust,
    members: trust.members.map((one) => (one.member === member ? { ...one, ...change } : one)),
  });

  return {
    network,
    bundle,
    trust,
    port,
    other: governors[1] as Governor,
    stranger: await strangerIdentity(),
    refusalOf: async (file, { now = new Date(), trusted = trust, ...rest } = {}) => {
      const bytes = file instanceof Uint8Array ? file : canonicalBytes(file);
      const { checks } = await verifyBundle(bytes, trusted, { now, ...rest });
      return checks.find(({ ok }) => !ok)?.name ?? 'proven';
    },
    withMember,
    withKey: (use, change) =>
      withMember(port.member, {
        keys: trust.members[0]?.keys.map((entry) => (entry.key.use === use ? { ...entry, ...change } : entry)) ?? [],
      }),
    attestedBy: async (endorsers) => {
      const payload = fromBase64Url(bundle.ledger.payload);
      const endorsements = await Promise.all(
        endorsers.map(async (identity) => {
          const endorser = encodeIdentity(identity);
          return { endorser, signature: await identity.sign(Buffer.concat([payload, endorser])) };
        }),
      );
      return {
        ...bundle,
        ledger: toJson({ proposal: fromBase64Url(bundle.ledger.proposal), payload, endorsements }),
      };
    },
  };
};
