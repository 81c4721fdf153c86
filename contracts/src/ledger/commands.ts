import * as z from 'zod';
import { CREDENTIAL_TYPE_CODES } from '../credit/credentialTypes.ts';
import { CreditPolicy } from '../credit/policy.ts';
import {
  APPEAL_GROUNDS,
  ATTESTATION_METHODS,
  AUTHORITIES,
  BLOCKLIST_GROUNDS,
  CREDENTIAL_REASONS,
  codesOf,
} from '../credit/vocabulary.ts';
import { KeyDescriptor } from '../identity/keys.ts';
import * as id from '../ids.ts';
import { Day, Instant } from '../time.ts';
import { GenesisPolicy, MemberDescriptor } from './genesis.ts';

const { CompanyId, Digest, MemberId, SiteId, TableCode } = id;

/** A fact older than the channel, entered once by vote while the channel is founded. */
export const ImportedFact = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('violation'),
    violation: id.ViolationId,
    company: CompanyId,
    site: SiteId,
    clause: TableCode,
    occurredAt: Instant,
    commitment: Digest,
  }),
  z.strictObject({
    kind: z.literal('evaluation'),
    evaluation: id.EvaluationId,
    company: CompanyId,
    member: MemberId,
    grade: z.enum(['A', 'B', 'C', 'D']),
    occurredAt: Instant,
  }),
]);
export type ImportedFact = z.infer<typeof ImportedFact>;

/** What governors decide by vote. */
export const ProposedAction = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('member.admit'), member: MemberDescriptor }),
  z.strictObject({ action: z.literal('member.expel'), member: MemberId, windDownUntil: Instant }),
  z.strictObject({
    action: z.literal('member.revoke_key'),
    member: MemberId,
    kid: Digest,
    compromisedSince: Instant.optional(),
    /** The key that takes its place, for a member that lost the key it would have signed the change with. */
    replacement: KeyDescriptor.optional(),
  }),
  z.strictObject({ action: z.literal('channel.open') }),
  z.strictObject({ action: z.literal('credit.adopt_policy'), policy: CreditPolicy, effectiveAt: Instant }),
  z.strictObject({
    action: z.literal('credit.import'),
    import: id.ImportId,
    facts: z.array(ImportedFact).min(1).max(500),
  }),
  z.strictObject({
    action: z.literal('credit.blocklist'),
    company: CompanyId,
    ground: z.enum(codesOf(BLOCKLIST_GROUNDS)),
    evidence: z.array(id.ViolationId).max(50),
    termMonths: z.int().min(1).max(36),
  }),
  z.strictObject({ action: z.literal('credit.lift_blocklisting'), company: CompanyId }),
]);
export type ProposedAction = z.infer<typeof ProposedAction>;

/** The subject of a credential: a company in clear, a person or a machine as a commitment under a fresh salt. */
export const CredentialSubjectRef = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('company'), company: CompanyId }),
  z.strictObject({ kind: z.literal('worker'), commitment: Digest }),
  z.strictObject({ kind: z.literal('equipment'), commitment: Digest }),
]);

/** How the attestor checked it, when, and when to check again. The source's own reference stays at home, inside `commitment`. */
export const Attestation = z.strictObject({
  method: z.enum(codesOf(ATTESTATION_METHODS)),
  checkedAt: Instant,
  recheckBy: Day.optional(),
});

const reason = z.enum(codesOf(CREDENTIAL_REASONS));

/** Arguments of every command, by `<contract>:<verb>`. */
export const COMMAND_ARGS = {
  'channel:found': z.strictObject({ policy: GenesisPolicy }),
  'channel:confirm': z.strictObject({ member: MemberId, genesis: Digest }),

  'proposal:open': z.strictObject({ proposal: id.ProposalId, proposed: ProposedAction }),
  'proposal:vote': z.strictObject({ proposal: id.ProposalId, vote: z.enum(['for', 'against']) }),

  'member:register_key': z.strictObject({ key: KeyDescriptor }),
  'member:retire_key': z.strictObject({ kid: Digest }),

  'site:register': z.strictObject({ site: SiteId }),
  'site:admit': z.strictObject({ site: SiteId, company: CompanyId, admission: id.AdmissionId, from: Instant }),
  'site:release': z.strictObject({ site: SiteId, company: CompanyId, admission: id.AdmissionId, at: Instant }),

  'credential:register': z.strictObject({
    credential: id.CredentialId,
    subject: CredentialSubjectRef,
    type: z.enum(CREDENTIAL_TYPE_CODES),
    authority: z.enum(codesOf(AUTHORITIES)),
    /** HMAC over the paper's number and the rest of the record, under a salt kept at home. */
    commitment: Digest,
    attestation: Attestation,
    validFrom: Day,
    validTo: Day.optional(),
    reviewBy: Day.optional(),
    supersedes: id.CredentialId.optional(),
  }),
  'credential:suspend': z.strictObject({ credential: id.CredentialId, reason }),
  'credential:unsuspend': z.strictObject({ credential: id.CredentialId, reason }),
  'credential:revoke': z.strictObject({ credential: id.CredentialId, reason }),

  'credit:notice': z.strictObject({
    violation: id.ViolationId,
    company: CompanyId,
    site: SiteId,
    admission: id.AdmissionId,
    clause: TableCode,
    occurredAt: Instant,
    /** Over the report and photographs kept by the recorder. */
    commitment: Digest,
  }),
  'credit:acknowledge': z.strictObject({ company: CompanyId, violation: id.ViolationId }),
  'credit:appeal': z.strictObject({
    company: CompanyId,
    violation: id.ViolationId,
    ground: z.enum(codesOf(APPEAL_GROUNDS)),
    commitment: Digest,
  }),
  'credit:withdraw_appeal': z.strictObject({ company: CompanyId, violation: id.ViolationId }),
  'credit:resolve': z.strictObject({
    company: CompanyId,
    violation: id.ViolationId,
    outcome: z.enum(['upheld', 'rejected']),
    commitment: Digest,
  }),
  'credit:evaluate': z.strictObject({
    evaluation: id.EvaluationId,
    company: CompanyId,
    site: SiteId,
    grade: z.enum(['A', 'B', 'C', 'D']),
    occurredAt: Instant,
    commitment: Digest,
  }),
  'credit:issue': z.strictObject({
    code: id.CodeId,
    company: CompanyId,
    /** SHA-256 of the CWT claims of the code. */
    claims: Digest,
    effectiveAt: Instant,
    score: z.int().min(0).max(100),
    policyHash: Digest,
    validTo: Instant,
  }),
  'credit:revoke_code': z.strictObject({ company: CompanyId, code: id.CodeId }),

  'evidence:anchor': z.strictObject({
    /** The C2SP signed checkpoint, with as many cosignatures as are due. */
    checkpoint: z.string().min(1).max(16_384),
    /** RFC 9162 consistency proof from the member's last anchored head; empty for the first. */
    consistency: z.array(Digest).max(64),
    /** Each gate's last sequence number covered by this head. */
    gates: z.array(z.strictObject({ gate: id.GateId, seq: z.int().min(1) })).max(1000),
  }),
} as const satisfies Record<string, z.ZodType>;

export type CommandName = keyof typeof COMMAND_ARGS;
export const COMMAND_NAMES = Object.keys(COMMAND_ARGS) as [CommandName, ...CommandName[]];
export type CommandArgs<N extends CommandName> = z.infer<(typeof COMMAND_ARGS)[N]>;

export interface Command<N extends CommandName = CommandName> {
  readonly v: 1;
  readonly channel: string;
  readonly chaincode: string;
  readonly commandId: string;
  readonly name: N;
  readonly args: CommandArgs<N>;
}
export type AnyCommand = { [N in CommandName]: Command<N> }[CommandName];

const commandOf = <N extends CommandName>(name: N) =>
  z.strictObject({
    v: z.literal(1),
    channel: id.ChannelId,
    chaincode: id.ChaincodeId,
    commandId: id.CommandId,
    name: z.literal(name),
    args: COMMAND_ARGS[name],
  });

/** Any command, its arguments checked against its name. */
export const CommandSchema = z.discriminatedUnion(
  'name',
  COMMAND_NAMES.map(commandOf) as unknown as [ReturnType<typeof commandOf>, ...ReturnType<typeof commandOf>[]],
) as unknown as z.ZodType<AnyCommand>;

/** A command and the actor's compact JWS over it: what travels, waits in queues and is carried by governors. */
export const SignedCommand = z.strictObject({ command: CommandSchema, actor: z.string().max(4096) });
export interface SignedCommand {
  readonly command: AnyCommand;
  readonly actor: string;
}

/** Claims of the actor JWS (`typ: anlian-cmd+jwt`, ES256). */
export const ActorClaims = z.strictObject({
  iss: z.url().max(256),
  sub: id.CaseId,
  org: MemberId,
  roles: z.array(TableCode).min(1).max(16),
  acr: TableCode,
  iat: z.int(),
  exp: z.int(),
  /** When the command was first accepted, for one that is signed again: never after `iat`, and at most 30 days before. */
  accepted: z.int().optional(),
  /** SHA-256 of the canonical command. */
  cmd: Digest,
});
export type ActorClaims = z.infer<typeof ActorClaims>;

/** `typ` of the actor JWS. */
export const ACTOR_TYPE = 'anlian-cmd+jwt';

/**
 * Header of the actor JWS: exactly these members. An unread `crit`, `jwk` or `b64` would be a second way to say how the token is
 * verified (RFC 7515 section 4.1.11, RFC 8725 section 3).
 */
export const ActorHeader = z.strictObject({ alg: z.literal('ES256'), typ: z.literal(ACTOR_TYPE), kid: Digest });
