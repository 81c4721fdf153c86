import { canonicalText, type ErrorCode, toHex } from '@anlian/contracts';
import { decodeReadWriteSets, type Read, type ReadWriteSet, type Version } from './codec/readWriteSet.ts';
import { decodeResponsePayload } from './codec/response.ts';

/** What one governor made of a proposal that every governor was asked about. */
export interface GovernorAnswer {
  readonly mspId: string;
  /** How many blocks its peer had, when that did not change while it answered. */
  readonly height: number | undefined;
  /** `ProposalResponsePayload` bytes that it endorsed, its refusal, or nothing. */
  readonly answer:
    | { readonly endorsed: Uint8Array }
    | { readonly refused: ErrorCode; readonly field: string | undefined }
    | undefined;
}

/**
 * Whether the governors run the same rules, as far as their answers tell. `unsettled`: those that differ saw other states of the
 * ledger, which proves nothing against anybody. `undetermined`: some deviate, and no strict majority of the governors says who.
 */
export type Agreement =
  | { readonly verdict: 'agreed' | 'unsettled' | 'undetermined' }
  | { readonly verdict: 'deviates'; readonly members: readonly string[] };

interface Opinion {
  readonly mspId: string;
  readonly height: number | undefined;
  /** Everything but the versions of what was read, as comparable text. */
  readonly contents: string;
  /** Versions by what was read; undefined where the answer does not show them. */
  readonly versions: ReadonlyMap<string, string> | undefined;
}

const versionText = (version: Version | undefined): string => (version ? `${version.block}/${version.tx}` : 'none');
const rangeText = (reads: readonly Read[]): string =>
  canonicalText(reads.map(({ key, version }) => [key, versionText(version)]));

/** Undefined when a peer summarised a long range: its versions cannot be seen. */
const versionsOf = (sets: readonly ReadWriteSet[]): ReadonlyMap<string, string> | undefined => {
  const versions = new Map<string, string>();
  for (const { namespace, reads, ranges } of sets) {
    for (const { key, version } of reads) versions.set(canonicalText([namespace, key]), versionText(version));
    for (const { start, end, reads: held } of ranges) {
      if (held === undefined) return undefined;
      versions.set(canonicalText([namespace, start, end]), rangeText(held));
    }
  }
  return versions;
};

const setContents = ({ namespace, reads, ranges, writes }: ReadWriteSet) => ({
  namespace,
  reads: reads.map(({ key }) => key),
  ranges: ranges.map(({ start, end, reads: held }) => ({ start, end, keys: held?.map(({ key }) => key) ?? null })),
  writes: writes.map(({ key, value }) => ({ key, value: value ? toHex(value) : null })),
});

const opinionOf = ({ mspId, height, answer }: GovernorAnswer): Opinion[] => {
  if (answer === undefined) return [];
  if ('refused' in answer)
    return [{ mspId, height, contents: `${answer.refused} ${answer.field ?? ''}`, versions: undefined }];
  const { action } = decodeResponsePayload(answer.endorsed, 'ledger_corrupt');
  const sets = decodeReadWriteSets(action.readWriteSet, 'ledger_corrupt');
  const contents = canonicalText({
    status: action.status,
    payload: toHex(action.payload),
    event: action.event ? { name: action.event.name, payload: toHex(action.event.payload) } : null,
    sets: sets.map(setContents),
  });
  return [{ mspId, height, contents, versions: versionsOf(sets) }];
};

/**
 * Whether two governors must answer the same. Equal heights are one state. So are equal versions of all that both read: the
 * same rules read the same first key, then, its value being the same, the same second one, and so on to the end.
 */
const sawSameState = (a: Opinion, b: Opinion): boolean => {
  if (a.height !== undefined && a.height === b.height) return true;
  const [left, right] = [a.versions, b.versions];
  if (left === undefined || right === undefined) return false;
  return [...left].every(([key, version]) => (right.get(key) ?? version) === version);
};

/** Judges the answers of all governors of a channel to one proposal, those that did not answer among them. */
export const judgeAgreement = (answers: readonly GovernorAnswer[]): Agreement => {
  const opinions = answers.flatMap(opinionOf);
  const differ = (a: Opinion, b: Opinion): boolean => a.contents !== b.contents;
  if (!opinions.some((a) => opinions.some((b) => differ(a, b)))) return { verdict: 'agreed' };
  if (!opinions.some((a) => opinions.some((b) => differ(a, b) && sawSameState(a, b)))) return { verdict: 'unsettled' };

  const majority = opinions.find(
    (one) => opinions.filter((other) => !differ(one, other)).length > answers.length / 2,
  )?.contents;
  if (majority === undefined) return { verdict: 'undetermined' };
  const holders = opinions.filter(({ contents }) => contents === majority);
  const members = opinions
    .filter((one) => one.contents !== majority && holders.some((holder) => sawSameState(one, holder)))
    .map(({ mspId }) => mspId);
  return members.length > 0 ? { verdict: 'deviates', members } : { verdict: 'unsettled' };
};
