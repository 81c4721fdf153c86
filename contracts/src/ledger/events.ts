import * as z from 'zod';
import { CreditPolicy } from '../credit/policy.ts';
import { KeyDescriptor } from '../identity/keys.ts';
import * as id from '../ids.ts';
import { Instant } from '../time.ts';
import { COMMAND_ARGS, ImportedFact, ProposedAction } from './commands.ts';
import { GenesisPolicy, MemberDescriptor } from './genesis.ts';

const { CompanyId, Digest, MemberId } = id;
const args = COMMAND_ARGS;
const violationRef = { company: CompanyId, violation: id.ViolationId };

/** Payload of every event that rules emit. `recordedAt` and the transaction are added by whoever reads the block. */
const EVENTS = {
  'channel.founded': z.strictObject({ policy: GenesisPolicy, genesis: Digest }),
  'channel.confirmed': z.strictObject({ member: MemberId, complete: z.boolean() }),
  'channel.opened': z.strictObject({}),
  'proposal.opened': z.strictObject({
    proposal: id.ProposalId,
    proposed: ProposedAction,
    by: MemberId,
    quorum: z.int(),
    electorate: z.array(MemberId),
    lapsesAt: Instant,
  }),
  'proposal.voted': z.strictObject({ proposal: id.ProposalId, by: MemberId, vote: z.enum(['for', 'against']) }),
  'proposal.decided': z.strictObject({ proposal: id.ProposalId, outcome: z.enum(['adopted', 'rejected']) }),
  'member.admitted': z.strictObject({ member: MemberDescriptor }),
  'member.expelled': z.strictObject({ member: MemberId, windDownUntil: Instant }),
  'member.key_registered': z.strictObject({ member: MemberId, key: KeyDescriptor }),
  'member.key_retired': z.strictObject({ member: MemberId, kid: Digest, compromisedSince: Instant.nullable() }),
  'site.registered': z.strictObject({ site: id.SiteId, owner: MemberId }),
  'site.admitted': args['site:admit'].extend({ owner: MemberId }),
  'site.released': args['site:release'].extend({ owner: MemberId }),
  'credential.registered': args['credential:register'].extend({ attestor: MemberId }),
  'credential.suspended': args['credential:suspend'],
  'credential.unsuspended': args['credential:unsuspend'],
  'credential.revoked': args['credential:revoke'],
  'credit.policy_adopted': z.strictObject({ policy: CreditPolicy, policyHash: Digest, effectiveAt: Instant }),
  'credit.imported': z.strictObject({ import: id.ImportId, facts: z.array(ImportedFact) }),
  'credit.noticed': args['credit:notice'].extend({ recordedBy: MemberId }),
  'credit.acknowledged': z.strictObject(violationRef),
  'credit.appealed': args['credit:appeal'],
  'credit.appeal_withdrawn': z.strictObject(violationRef),
  'credit.resolved': args['credit:resolve'].extend({ by: MemberId }),
  'credit.evaluated': args['credit:evaluate'].extend({ recordedBy: MemberId }),
  'credit.issued': args['credit:issue'].extend({ issuer: MemberId }),
  'credit.code_revoked': args['credit:revoke_code'],
  'credit.blocklisted': z.strictObject({ company: CompanyId, ground: z.string(), until: Instant }),
  'credit.blocklisting_lifted': z.strictObject({ company: CompanyId }),
  'evidence.anchored': z.strictObject({
    member: MemberId,
    origin: z.string(),
    size: z.int(),
    root: Digest,
    checkpoint: z.string(),
    gates: args['evidence:anchor'].shape.gates,
  }),
} as const satisfies Record<string, z.ZodType>;

export type EventName = keyof typeof EVENTS;
export const EVENT_NAMES = Object.keys(EVENTS) as [EventName, ...EventName[]];
export interface LedgerEvent<N extends EventName = EventName> {
  readonly name: N;
  readonly data: z.infer<(typeof EVENTS)[N]>;
}
export type AnyLedgerEvent = { [N in EventName]: LedgerEvent<N> }[EventName];

const eventOf = <N extends EventName>(name: N) => z.strictObject({ name: z.literal(name), data: EVENTS[name] });
/** Any event, its data checked against its name. */
export const LedgerEventSchema = z.discriminatedUnion(
  'name',
  EVENT_NAMES.map(eventOf) as unknown as [ReturnType<typeof eventOf>, ...ReturnType<typeof eventOf>[]],
) as unknown as z.ZodType<AnyLedgerEvent>;

/** The one event list of a transaction, under this name. */
export const CHAINCODE_EVENT_NAME = 'anlian';
