import * as z from 'zod';
import { KeyDescriptor } from '../identity/keys.ts';
import { AdmissionId, CommandId, CompanyId, Digest, MemberId, ProposalId, SiteId } from '../ids.ts';
import { ProposedAction } from '../ledger/commands.ts';
import { GenesisPolicy, MemberDescriptor } from '../ledger/genesis.ts';
import { PROPOSAL_STATE_CODES } from '../ledger/proposal.ts';
import { Instant } from '../time.ts';
import { typedLine } from './cleanText.ts';
import { DisplayName, LedgerReceipt, PageQuery, page, WebAddress } from './common.ts';
import { coded, label, onLedger } from './words.ts';

/** Cosignatures that a log's head still lacks, and why each member that was asked gave none. */
export const AwaitedCosignatures = z.object({
  due: z.int(),
  have: z.int(),
  missing: z.array(z.object({ member: MemberId, why: z.string() })),
});
export type AwaitedCosignatures = z.infer<typeof AwaitedCosignatures>;

/** Who this node is and how it stands: public, without any person's data. */
export const NodeInfo = z.object({
  member: MemberId,
  company: CompanyId,
  kind: z.enum(['governor', 'participant']),
  name: label,
  profile: z.enum(['development', 'production']),
  /** Warnings that must be shown wherever the node shows itself. */
  labels: z.array(label),
  descriptor: MemberDescriptor,
  ledger: z.object({
    kind: z.enum(['embedded', 'fabric']),
    label,
    channel: z.string(),
    chaincode: z.string(),
    genesisHash: z.string(),
    height: z.int(),
    reachable: z.boolean(),
    waitingCommands: z.int(),
  }),
  evidence: z.object({
    origin: z.string(),
    size: z.int(),
    anchoredSize: z.int(),
    /** Present while the newest head waits for cosignatures. */
    awaiting: AwaitedCosignatures.optional(),
    /** Logs of other members that this governor's node saw split. */
    splitViews: z.int().optional(),
  }),
  version: z.string(),
});
export type NodeInfo = z.infer<typeof NodeInfo>;

export const FoundChannel = z.strictObject({ policy: GenesisPolicy });
export const ConfirmChannel = z.strictObject({ genesis: Digest });
export const ChannelInfo = z.object({
  state: z.enum(['absent', 'proposed', 'founding', 'open']),
  genesis: Digest.nullable(),
  policy: GenesisPolicy.nullable(),
  confirmed: z.array(MemberId),
  ...onLedger,
});

export const OpenProposal = z.strictObject({ proposed: ProposedAction });
export const CastVote = z.strictObject({ vote: z.enum(['for', 'against']) });
export const Proposal = z.object({
  proposal: ProposalId,
  proposed: ProposedAction,
  by: MemberId,
  openedAt: Instant,
  /** From then on nobody votes on it any more. */
  lapsesAt: Instant,
  quorum: z.int(),
  electorate: z.array(MemberId),
  votes: z.array(z.object({ member: MemberId, vote: z.enum(['for', 'against']) })),
  /** What it is at the time of the answer. */
  outcome: coded(PROPOSAL_STATE_CODES),
});
export const ProposalPage = page(Proposal);
export const ProposalOpened = z.object({ proposal: ProposalId, ...onLedger });

export const Member = z.object({
  member: MemberId,
  company: CompanyId,
  kind: z.enum(['governor', 'participant']),
  sponsor: MemberId.nullable(),
  state: z.enum(['active', 'expelled']),
  admittedAt: Instant,
  /** Address of its node as this node knows it. */
  url: z.string().nullable(),
  keys: z.array(
    z.object({ key: KeyDescriptor, from: Instant, to: Instant.nullable(), compromisedSince: Instant.nullable() }),
  ),
});
export const MemberList = z.object({ items: z.array(Member) });

export const PutPeer = z.strictObject({ url: WebAddress });
export const Peer = z.object({ member: MemberId, url: z.string() });

/** A contractor that lives on this node: its data are scoped to it, and its actor key is its own. */
export const CreateTenant = z.strictObject({ member: MemberId, company: CompanyId, name: DisplayName });
export const Tenant = z.object({
  member: MemberId,
  company: CompanyId,
  name: DisplayName,
  descriptor: MemberDescriptor,
});
export const TenantList = z.object({ items: z.array(Tenant) });

export const RegisterSite = z.strictObject({ site: SiteId, name: DisplayName });
export const Site = z.object({ site: SiteId, owner: MemberId, name: DisplayName.nullable() });
export const SiteList = z.object({ items: z.array(Site) });
export const SiteRegistered = z.object({ site: SiteId, ...onLedger });

export const AdmitCompany = z.strictObject({ company: CompanyId, from: Instant.optional() });
export const ReleaseCompany = z.strictObject({ at: Instant.optional() });
export const Admission = z.object({
  admission: AdmissionId,
  site: SiteId,
  company: CompanyId,
  from: Instant,
  releasedAt: Instant.nullable(),
});
export const AdmissionList = z.object({ items: z.array(Admission) });
export const CompanyAdmitted = z.object({ admission: AdmissionId, ...onLedger });

/** One of this node's commands on its way to the ledger. */
export const CommandStatus = LedgerReceipt.extend({
  name: z.string(),
  subject: z.string(),
  enqueuedAt: Instant,
  settledAt: Instant.nullable(),
});
/** Why an administrator withdraws a command: kept as evidence at home, and never on the ledger. */
export const WithdrawCommand = z.strictObject({ reason: typedLine(200) });
export const CommandSigned = z.object({ commandId: CommandId, ...onLedger });
export const CommandPage = page(CommandStatus);
export const CommandQuery = PageQuery.extend({ state: LedgerReceipt.shape.state.optional() });
