import { type CredentialRecord, dayStartMs, instantMs } from '@anlian/contracts';
import type { StateReader } from '../../runner/rule.ts';
import { requiredCredential } from '../required.ts';

/** A renewal of a paper, and the day from which it takes the paper's place. */
export type Successor = CredentialRecord['successors'][number];

/** Papers by their ids: as far as they are at hand. */
export type Papers = ReadonlyMap<string, CredentialRecord>;

export const papersById = (records: readonly CredentialRecord[]): Papers =>
  new Map(records.map((record) => [record.facts.credential, record]));

export const isRevoked = ({ revokedAt }: CredentialRecord, atMs: number): boolean =>
  revokedAt !== null && instantMs(revokedAt) <= atMs;

/** The line that a paper began: its renewals, then theirs. Each paper renews one at the most, so that none comes twice. */
const lineOf = ({ successors }: CredentialRecord, papers: Papers): readonly Successor[] => {
  const line = [...successors];
  for (const { credential } of line) line.push(...(papers.get(credential)?.successors ?? []));
  return line;
};

/**
 * The renewal to which a paper loses its place, or lost it: the first to begin of its line, as far as nothing there is revoked at the
 * instant (milliseconds since the epoch). A revoked renewal gives the place back only when none of the line holds it after it, and what
 * comes later in the list takes nothing from what an earlier renewal did in its time. One that is not at hand counts as not revoked.
 */
export const successorOf = (record: CredentialRecord, papers: Papers, atMs: number): Successor | undefined => {
  const stands = ({ credential }: Successor): boolean => {
    const paper = papers.get(credential);
    return paper === undefined || !isRevoked(paper, atMs);
  };
  const standing = lineOf(record, papers).filter(stands);
  return standing.reduce<Successor | undefined>(
    (first, one) => (first && first.from <= one.from ? first : one),
    undefined,
  );
};

/** Whether another holds its place at an instant: from that one's first day, so that a renewal registered early leaves no gap. */
export const isSuperseded = (record: CredentialRecord, papers: Papers, atMs: number): boolean => {
  const successor = successorOf(record, papers, atMs);
  return successor !== undefined && dayStartMs(successor.from) <= atMs;
};

/** The papers of the line that a paper began, from the ledger. */
export const readLine = async (read: StateReader, record: CredentialRecord): Promise<Papers> => {
  const papers = new Map<string, CredentialRecord>();
  const line = [...record.successors];
  for (const { credential } of line) {
    const paper = await requiredCredential(read, credential);
    papers.set(credential, paper);
    line.push(...paper.successors);
  }
  return papers;
};
