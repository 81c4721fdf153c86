import { type MspOrganisation, sameBytes } from '../../ledger/codec/index.ts';
import type { Configuration } from './configuration.ts';

/** An organisation as the channel had it for a time: from one configuration block until another changed or removed it. */
export interface Term {
  readonly organisation: MspOrganisation;
  /** The block that brought it, which counts for those after it. Everything is after the first configuration. */
  readonly fromBlock: number;
  readonly fromMs: number;
  /** The block that ended it; null while it lasts. */
  readonly toBlock: number | null;
  readonly toMs: number | null;
}

/** Terms of each MSP, first to last. */
export type Organisations = ReadonlyMap<string, readonly Term[]>;

const begin = (organisation: MspOrganisation, { block, ms }: Configuration): Term => ({
  organisation,
  fromBlock: block.number,
  fromMs: block.number === 0 ? Number.NEGATIVE_INFINITY : ms,
  toBlock: null,
  toMs: null,
});

const end = (term: Term, { block, ms }: Configuration): Term =>
  term.toBlock === null ? { ...term, toBlock: block.number, toMs: ms } : term;

const isSame = (a: MspOrganisation, b: MspOrganisation | undefined): boolean =>
  b !== undefined && sameBytes(a.definition, b.definition);

/** When each organisation of one section was on the channel, and with which definition of its MSP. */
export const termsOf = (
  configurations: readonly Configuration[],
  section: 'application' | 'orderers',
): Organisations => {
  const terms = new Map<string, readonly Term[]>();
  for (const configuration of configurations) {
    const now = new Map(configuration[section].map((organisation) => [organisation.mspId, organisation]));
    for (const [mspId, past] of terms) {
      const goesOn = past.some(({ organisation, toBlock }) => toBlock === null && isSame(organisation, now.get(mspId)));
      if (goesOn) now.delete(mspId);
      else
        terms.set(
          mspId,
          past.map((term) => end(term, configuration)),
        );
    }
    for (const [mspId, organisation] of now)
      terms.set(mspId, [...(terms.get(mspId) ?? []), begin(organisation, configuration)]);
  }
  return terms;
};

/** When something was that an organisation's certificate signed. */
export type Moment =
  /** On a clock that is some minutes off, at most. */
  | { readonly ms: number; readonly clocksDifferMs: number }
  /** In this block, so under the configuration before it. */
  | { readonly block: number }
  /** At the end of what is known. */
  | 'newest';

const isDuring = ({ fromBlock, fromMs, toBlock, toMs }: Term, moment: Moment): boolean => {
  if (moment === 'newest') return toBlock === null;
  if ('block' in moment)
    return (fromBlock < moment.block || fromBlock === 0) && (toBlock === null || moment.block <= toBlock);
  const { ms, clocksDifferMs } = moment;
  return ms >= fromMs - clocksDifferMs && (toMs === null || ms < toMs + clocksDifferMs);
};

/** The definitions of an MSP that may have held then, newest first: two, where clocks leave open which. */
export const organisationsAt = (terms: readonly Term[], moment: Moment): readonly MspOrganisation[] =>
  terms
    .filter((term) => isDuring(term, moment))
    .map(({ organisation }) => organisation)
    .toReversed();
