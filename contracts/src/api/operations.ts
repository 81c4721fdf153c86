import type * as z from 'zod';
import { BlockBundle, EvidenceBundle, TransactionBundle, ViewBundle } from '../evidence/bundle.ts';
import { TrustBundle } from '../evidence/trust.ts';
import { SitePolicy } from '../gate/sitePolicy.ts';
import * as alarms from './alarms.ts';
import { PageQuery } from './common.ts';
import * as companies from './companies.ts';
import * as credentials from './credentials.ts';
import * as creditCodes from './creditCodes.ts';
import * as disclosures from './disclosures.ts';
import * as enrolments from './enrolments.ts';
import * as evaluations from './evaluations.ts';
import * as evidence from './evidence.ts';
import * as gates from './gates.ts';
import * as identity from './identity.ts';
import * as network from './network.ts';
import * as policies from './policies.ts';
import * as violations from './violations.ts';
import * as workers from './workers.ts';

/** One operation of a node's API: what goes in, what comes out. Paths are below `/api/v1`. */
export interface Operation {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: z.ZodType;
  readonly query?: z.ZodType;
  readonly answer: z.ZodType;
}

/** Every operation that the SDK's client offers. A test holds it against the node's OpenAPI document. */
export const OPERATIONS = {
  getNode: { method: 'GET', path: '/node', answer: network.NodeInfo },
  getTrust: { method: 'GET', path: '/trust', answer: TrustBundle },

  getChannel: { method: 'GET', path: '/channel', answer: network.ChannelInfo },
  foundChannel: { method: 'POST', path: '/channel', body: network.FoundChannel, answer: network.ChannelInfo },
  confirmChannel: {
    method: 'POST',
    path: '/channel/confirmations',
    body: network.ConfirmChannel,
    answer: network.ChannelInfo,
  },
  listProposals: { method: 'GET', path: '/proposals', query: PageQuery, answer: network.ProposalPage },
  getProposal: { method: 'GET', path: '/proposals/{proposal}', answer: network.Proposal },
  openProposal: { method: 'POST', path: '/proposals', body: network.OpenProposal, answer: network.ProposalOpened },
  vote: { method: 'POST', path: '/proposals/{proposal}/votes', body: network.CastVote, answer: network.ProposalOpened },
  listMembers: { method: 'GET', path: '/members', answer: network.MemberList },
  putPeer: { method: 'PUT', path: '/peers/{member}', body: network.PutPeer, answer: network.Peer },
  listTenants: { method: 'GET', path: '/tenants', answer: network.TenantList },
  createTenant: { method: 'POST', path: '/tenants', body: network.CreateTenant, answer: network.Tenant },
  listSites: { method: 'GET', path: '/sites', answer: network.SiteList },
  registerSite: { method: 'POST', path: '/sites', body: network.RegisterSite, answer: network.SiteRegistered },
  listAdmissions: { method: 'GET', path: '/sites/{site}/admissions', answer: network.AdmissionList },
  admitCompany: {
    method: 'POST',
    path: '/sites/{site}/admissions',
    body: network.AdmitCompany,
    answer: network.CompanyAdmitted,
  },
  releaseCompany: {
    method: 'POST',
    path: '/admissions/{admission}/release',
    body: network.ReleaseCompany,
    answer: network.CompanyAdmitted,
  },
  listCommands: { method: 'GET', path: '/commands', query: network.CommandQuery, answer: network.CommandPage },
  getCommand: { method: 'GET', path: '/commands/{commandId}', answer: network.CommandStatus },
  signCommand: { method: 'POST', path: '/commands/{commandId}/signature', answer: network.CommandSigned },
  withdrawCommand: {
    method: 'POST',
    path: '/commands/{commandId}/withdrawal',
    body: network.WithdrawCommand,
    answer: network.CommandStatus,
  },

  listLedgerAlarms: { method: 'GET', path: '/ledger/alarms', query: PageQuery, answer: alarms.EndorsementAlarmPage },

  listEvidence: { method: 'GET', path: '/evidence', query: evidence.EvidenceQuery, answer: evidence.EvidencePage },
  proveEvidence: { method: 'GET', path: '/proofs/evidence/{evidence}', answer: EvidenceBundle },
  proveTransaction: {
    method: 'GET',
    path: '/proofs/transactions/{txId}',
    query: evidence.ProofQuery,
    answer: TransactionBundle,
  },
  proveView: { method: 'GET', path: '/proofs/views/{type}/{fact}', answer: ViewBundle },
  proveBlock: { method: 'GET', path: '/proofs/blocks/{number}', answer: BlockBundle },
  listSplitViews: { method: 'GET', path: '/witness/split-views', query: PageQuery, answer: evidence.SplitViewPage },

  getIdentity: { method: 'GET', path: '/identity', answer: identity.IdentityInfo },

  listCompanies: {
    method: 'GET',
    path: '/companies',
    query: companies.CompanyQuery,
    answer: companies.CompanyPage,
  },
  getCompany: { method: 'GET', path: '/companies/{company}', answer: companies.Company },
  nameCompany: {
    method: 'PUT',
    path: '/companies/{company}/name',
    body: companies.CompanyName,
    answer: companies.NamedCompany,
  },
  getScore: {
    method: 'GET',
    path: '/companies/{company}/score',
    query: companies.ScoreQuery,
    answer: companies.ExplainedScore,
  },
  registerCredential: {
    method: 'POST',
    path: '/credentials',
    body: credentials.RegisterCredential,
    answer: credentials.CredentialRegistered,
  },
  listCredentials: {
    method: 'GET',
    path: '/credentials',
    query: credentials.CredentialQuery,
    answer: credentials.CredentialPage,
  },
  suspendCredential: {
    method: 'POST',
    path: '/credentials/{credential}/suspend',
    body: credentials.ChangeCredential,
    answer: credentials.CredentialChanged,
  },
  unsuspendCredential: {
    method: 'POST',
    path: '/credentials/{credential}/unsuspend',
    body: credentials.ChangeCredential,
    answer: credentials.CredentialChanged,
  },
  revokeCredential: {
    method: 'POST',
    path: '/credentials/{credential}/revoke',
    body: credentials.ChangeCredential,
    answer: credentials.CredentialChanged,
  },
  notifyViolation: {
    method: 'POST',
    path: '/violations',
    body: violations.NotifyViolation,
    answer: violations.ViolationChanged,
  },
  listViolations: {
    method: 'GET',
    path: '/violations',
    query: violations.ViolationQuery,
    answer: violations.ViolationPage,
  },
  acknowledgeViolation: {
    method: 'POST',
    path: '/violations/{violation}/acknowledge',
    answer: violations.ViolationChanged,
  },
  appealViolation: {
    method: 'POST',
    path: '/violations/{violation}/appeals',
    body: violations.OpenAppeal,
    answer: violations.ViolationChanged,
  },
  resolveAppeal: {
    method: 'POST',
    path: '/violations/{violation}/resolve',
    body: violations.ResolveAppeal,
    answer: violations.ViolationChanged,
  },
  evaluateCompany: {
    method: 'POST',
    path: '/evaluations',
    body: evaluations.EvaluateCompany,
    answer: evaluations.CompanyEvaluated,
  },
  issueCode: {
    method: 'POST',
    path: '/companies/{company}/codes',
    answer: creditCodes.CreditCode,
  },
  listCodes: { method: 'GET', path: '/codes', query: creditCodes.CreditCodeQuery, answer: creditCodes.CreditCodePage },
  getDisclosure: { method: 'GET', path: '/disclosures/{about}', answer: disclosures.Disclosure },
  takeDisclosure: {
    method: 'POST',
    path: '/disclosures',
    body: disclosures.Disclosure,
    answer: disclosures.DisclosureTaken,
  },
  currentPolicy: { method: 'GET', path: '/policies/current', answer: policies.CurrentPolicy },

  createWorker: { method: 'POST', path: '/workers', body: workers.CreateWorker, answer: workers.WorkerCreated },
  findWorkers: { method: 'POST', path: '/workers/search', body: workers.FindWorkers, answer: workers.WorkersFound },
  getWorker: { method: 'GET', path: '/workers/{worker}', answer: workers.Worker },
  registerWorkerCredential: {
    method: 'POST',
    path: '/workers/{worker}/credentials',
    body: workers.RegisterWorkerCredential,
    answer: workers.WorkerCredentialRegistered,
  },
  recordTraining: {
    method: 'POST',
    path: '/workers/{worker}/trainings',
    body: workers.RecordTraining,
    answer: workers.TrainingRecorded,
  },
  listAttestations: { method: 'GET', path: '/attestations', query: PageQuery, answer: workers.AttestationPage },
  answerAttestation: {
    method: 'POST',
    path: '/attestations/{credential}/answer',
    body: workers.AnswerAttestation,
    answer: workers.WorkerCredentialRegistered,
  },

  enrolWorker: { method: 'POST', path: '/enrolments', body: enrolments.EnrolWorker, answer: enrolments.Enrolment },
  getEnrolment: { method: 'GET', path: '/enrolments/{enrolment}', answer: enrolments.Enrolment },
  listEnrolments: { method: 'GET', path: '/enrolments', query: PageQuery, answer: enrolments.EnrolmentPage },

  getSitePolicy: { method: 'GET', path: '/sites/{site}/policy', answer: SitePolicy },
  putSitePolicy: { method: 'PUT', path: '/sites/{site}/policy', body: gates.PutSitePolicy, answer: SitePolicy },
  suspendAtSite: { method: 'POST', path: '/suspensions', body: gates.SuspendAtSite, answer: gates.SiteSuspension },
  listSiteSuspensions: {
    method: 'GET',
    path: '/suspensions',
    query: gates.SiteSuspensionQuery,
    answer: gates.SiteSuspensionPage,
  },
  endSiteSuspension: { method: 'POST', path: '/suspensions/{suspension}/end', answer: gates.SiteSuspension },
  registerGate: { method: 'POST', path: '/gates', body: gates.RegisterGate, answer: gates.GateRegistered },
  listGates: { method: 'GET', path: '/gates', query: gates.GateQuery, answer: gates.GateList },
  listDecisions: { method: 'GET', path: '/decisions', query: gates.DecisionQuery, answer: gates.DecisionPage },
  getMuster: { method: 'GET', path: '/sites/{site}/muster', answer: gates.Muster },
} as const satisfies Record<string, Operation>;
