import * as z from 'zod';
import { KeyDescriptor } from '../identity/keys.ts';
import { ASSERTION_CODES } from '../identity/roles.ts';
import { base64Url, ChaincodeId, ChannelId, CompanyId, MemberId, MspId } from '../ids.ts';
import { Instant } from '../time.ts';

/** A key and when it held: from the transaction that registered it to the one that retired it. */
export const TrustedKey = z.strictObject({
  key: KeyDescriptor,
  from: Instant,
  to: Instant.nullable(),
  compromisedSince: Instant.nullable(),
});

export const TrustedMember = z.strictObject({
  member: MemberId,
  company: CompanyId,
  kind: z.enum(['governor', 'participant']),
  mspId: MspId.nullable(),
  from: Instant,
  to: Instant.nullable(),
  keys: z.array(TrustedKey),
});
export type TrustedMember = z.infer<typeof TrustedMember>;

/** Of a block with nothing but a configuration: some kilobytes for each organisation. */
const MAX_BLOCK_BYTES = 1 << 20;
/** A consortium changes its channel a few times a year. */
const MAX_UPDATES = 1024;

/** What a verifier pins: the genesis block and, from it, every member and key with the time it held. */
export const TrustBundle = z.strictObject({
  v: z.literal(1),
  channel: ChannelId,
  chaincode: ChaincodeId,
  ledger: z.enum(['embedded', 'fabric']),
  /** Header hash of block 0, as lower-case hexadecimal: at least two members publish it. */
  genesisHash: z.string().regex(/^[0-9a-f]{64}$/),
  /** Block 0 whole: it holds the MSP roots. */
  genesis: base64Url(MAX_BLOCK_BYTES),
  /**
   * The channel's configuration blocks after the first, whole and in order. Each is checked against the one before it; whether a newer
   * one exists the file cannot show.
   */
  updates: z.array(base64Url(MAX_BLOCK_BYTES)).max(MAX_UPDATES),
  /**
   * What the genesis policy states: 1 on the embedded ledger, whose one operator signs. On Fabric a verifier does not count by it: a
   * strict majority of the governors that the channel's configurations name must sign, since members come and go.
   */
  k: z.int().min(1),
  /**
   * Cosignatures that a checkpoint needs by the genesis policy, which is a command on the ledger and not in the genesis block: on Fabric
   * a verifier asks for no fewer than a majority of the other governors that the configurations name.
   */
  witnesses: z.int().min(0),
  voteAssertions: z.array(z.enum(ASSERTION_CODES)),
  personAssertions: z.array(z.enum(ASSERTION_CODES)),
  members: z.array(TrustedMember),
  /** Ledger height at which this list was read, and when. */
  asOf: z.strictObject({ height: z.int().min(1), at: Instant }),
  /** The members that published this genesis hash to whoever made the file. */
  publishedBy: z.array(MemberId),
});
export type TrustBundle = z.infer<typeof TrustBundle>;
