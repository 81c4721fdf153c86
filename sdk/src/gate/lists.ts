import { type DecisionInputs, instantMs, type KeyDescriptor, type PackRow } from '@anlian/contracts';
import { type CodeKey, codeKey } from '../code/keys.ts';
import { type PassOpener, rememberingPasses } from '../code/pass.ts';
import type { PackStore } from './store/packStore.ts';

/** The part of the present pack that every decision needs; companies and workers are looked up one by one. */
export interface Lists {
  readonly inputs: Pick<DecisionInputs, 'policy' | 'personOffSiteAt' | 'pack'>;
  readonly codeKeys: readonly CodeKey[];
  readonly openPass: PassOpener;
  readonly packKeys: readonly KeyRow[];
}

type KeyRow = Extract<PackRow, { t: 'b-key' }>;

/** About a kilobyte each; more people than pass a gate in a day. */
const REMEMBERED_PASSES = 10_000;

const lists = (
  inputs: Lists['inputs'],
  codeKeys: readonly CodeKey[] = [],
  packKeys: readonly KeyRow[] = [],
): Lists => ({ inputs, codeKeys, openPass: rememberingPasses(codeKeys, REMEMBERED_PASSES), packKeys });

export const readLists = async (store: PackStore): Promise<Lists> => {
  const present = store.present();
  const site = present && store.row('a-site', present.header.site);
  if (present === null || site === null) return lists({ policy: null, personOffSiteAt: null, pack: null });
  const { madeAt, height, rows, member } = present.header;
  const keys = store.rows('b-key');
  const inputs = { policy: site.policy, personOffSiteAt: site.personOffSiteAt, pack: { madeAt, height, rows } };
  const codeRows = keys.filter(({ key }) => key.use === 'code');
  const codeKeys = await Promise.all(codeRows.map((row) => codeKey(row.member, row.key, row.from, row.to)));
  return lists(
    inputs,
    codeKeys,
    keys.filter((row) => row.key.use === 'pack' && row.member === member),
  );
};

/**
 * The keys under which the next pack is accepted: those pinned when the gate was set up, and those that the present pack names,
 * which is how a pack key is rotated; less those that it says are retired.
 */
export const trustedPackKeys = (
  pinned: readonly KeyDescriptor[],
  { packKeys }: Lists,
  nowMs: number,
): KeyDescriptor[] => {
  const isRetired = ({ to }: KeyRow): boolean => to !== null && nowMs >= instantMs(to);
  const retired = new Set(packKeys.filter(isRetired).map(({ key }) => key.kid));
  return [...pinned, ...packKeys.map(({ key }) => key)].filter(({ kid }) => !retired.has(kid));
};
