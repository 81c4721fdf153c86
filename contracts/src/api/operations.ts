import type * as z from 'zod';
import { PageQuery } from './common.ts';
import * as network from './network.ts';
import * as evidence from './evidence.ts';
import { EvidenceBundle, TransactionBundle } from '../evidence/bundle.ts';
import { TrustBundle } from '../evidence/trust.ts';

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
  confirmChannel: { method: 'POST', path: '/channel/confirmations', body: network.ConfirmChannel, answer: network.ChannelInfo },
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
  admitCompany: { method: 'POST', path: '/sites/{site}/admissions', body: network.AdmitCompany, answer: network.CompanyAdmitted },
  releaseCompany: { method: 'POST', path: '/admissions/{admission}/release', body: network.ReleaseCompany, answer: network.CompanyAdmitted },
  listCommands: { method: 'GET', path: '/commands', query: PageQuery, answer: network.CommandPage },
  getCommand: { method: 'GET', path: '/commands/{commandId}', answer: network.CommandStatus },

  listEvidence: { method: 'GET', path: '/evidence', query: evidence.EvidenceQuery, answer: evidence.EvidencePage },
  proveEvidence: { method: 'GET', path: '/proofs/evidence/{evidence}', answer: EvidenceBundle },
  proveTransaction: { method: 'GET', path: '/proofs/transactions/{txId}', answer: TransactionBundle },
} as const satisfies Record<string, Operation>;
