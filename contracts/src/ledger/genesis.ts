import * as z from 'zod';
import { KeyDescriptor } from '../identity/keys.ts';
import { ASSERTION_CODES } from '../identity/roles.ts';
import { ChaincodeId, ChannelId, CompanyId, MemberId, MspId } from '../ids.ts';

/** Governors run peers, endorse, vote and issue; participants do none of these and have no MSP. */
const MEMBER_KINDS = {
  governor: { zh: '治理成员', en: 'Governor' },
  participant: { zh: '参与成员', en: 'Participant' },
} as const;
export type MemberKind = keyof typeof MEMBER_KINDS;

const keys = z.array(KeyDescriptor).min(1).max(16);

/** A member as it is founded or admitted. A participant has no MSP; a tenant is a participant whose node is its sponsor's. */
export const MemberDescriptor = z
  .strictObject({
    member: MemberId,
    company: CompanyId,
    kind: z.enum(['governor', 'participant']),
    mspId: MspId.optional(),
    /** The member on whose node a tenant lives. */
    sponsor: MemberId.optional(),
    keys,
  })
  .refine((m) => (m.kind === 'governor') === (m.mspId !== undefined), {
    path: ['mspId'],
    message: 'governors, and only these, have an MSP',
  })
  .refine((m) => m.kind === 'participant' || m.sponsor === undefined, {
    path: ['sponsor'],
    message: 'a governor has no sponsor',
  })
  .refine((m) => m.keys.some((key) => key.use === 'actor'), { path: ['keys'], message: 'a member needs an actor key' });
export type MemberDescriptor = z.infer<typeof MemberDescriptor>;

/** The genesis policy: what every founding governor confirms, byte for byte. */
export const GenesisPolicy = z.strictObject({
  v: z.literal(1),
  channel: ChannelId,
  chaincode: ChaincodeId,
  /** Signatures that an attested transaction needs: a strict majority of governors, or 1 on the embedded ledger. */
  k: z.int().min(1).max(200),
  /** Cosignatures that a checkpoint needs; 0 on one operator. */
  witnesses: z.int().min(0).max(200),
  /** Sign-in strengths that count for votes. */
  voteAssertions: z.array(z.enum(ASSERTION_CODES)).min(1),
  /** Sign-in strengths that count for other commands of people. */
  personAssertions: z.array(z.enum(ASSERTION_CODES)).min(1),
  governors: z.array(MemberDescriptor).min(1).max(200),
});
export type GenesisPolicy = z.infer<typeof GenesisPolicy>;
