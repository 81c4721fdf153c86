import { CLOCK_TOLERANCE_MS } from '@anlian/chaincode/rules';
import {
  canonicalText,
  type DecisionInputs,
  type DecisionRecord,
  fromBase64Url,
  instantMs,
  type PresentationFacts,
  type TrustBundle,
} from '@anlian/contracts';
import { type CodeKey, codeKey } from '../../code/keys.ts';
import { codeText } from '../../code/link.ts';
import { passOpener } from '../../code/pass.ts';
import { decide } from '../../gate/decide/decide.ts';
import { readShown } from '../../gate/read.ts';
import { ensure } from '../form.ts';
import { whileMember } from './interval.ts';
import type { TrustedChannel, TrustedKeyEntry } from './trust.ts';

type Presentation = Extract<DecisionRecord, { kind: 'presentation' }>;

const check = 'decision_recomputed';

/** A key as a list made at `ms` had it: a later retirement was not known yet. Null when it was not on the list. */
const asOf = ({ key, from, to, compromisedSince }: TrustedKeyEntry, ms: number, isReported: boolean) => {
  const hasEnded = to !== null && instantMs(to) <= ms;
  if (key.use !== 'code' || instantMs(from) > ms) return null;
  // Lists leave a compromised key out from its report on, and the trust file tells when it ended, not when that was reported.
  if (hasEnded && compromisedSince !== null && isReported) return null;
  return { key, from, to: hasEnded ? to : null };
};

const governorsCodeKeys = async (trust: TrustBundle, ms: number, isReported: boolean): Promise<readonly CodeKey[]> =>
  Promise.all(
    trust.members
      .filter(({ kind }) => kind === 'governor')
      .flatMap((governor) =>
        governor.keys.flatMap((entry) => {
          const known = asOf(whileMember(entry, governor), ms, isReported);
          return known ? [codeKey(governor.member, known.key, known.from, known.to)] : [];
        }),
      ),
  );

const namesOf = (keys: readonly CodeKey[]): string =>
  keys.map(({ kid, fromMs, toMs }) => `${kid.join()} ${fromMs} ${toMs}`).join(';');

/**
 * The code keys that a gate can have had. The list's time is a node's claim, and a key's that of a governor, so a key that began or
 * ended about then may have been on it or not.
 */
const possibleKeys = async (
  trust: TrustBundle,
  pack: DecisionInputs['pack'],
): Promise<readonly (readonly CodeKey[])[]> => {
  if (pack === null) return [[]];
  const madeMs = instantMs(pack.madeAt);
  const times = [madeMs, madeMs - 2 * CLOCK_TOLERANCE_MS, madeMs + 2 * CLOCK_TOLERANCE_MS];
  const lists = await Promise.all(
    times.flatMap((ms) => [governorsCodeKeys(trust, ms, true), governorsCodeKeys(trust, ms, false)]),
  );
  return [...new Map(lists.map((keys) => [namesOf(keys), keys])).values()];
};

const HOST = 'a';

/** What the gate's own reader makes of the bytes that were shown. */
const readAgain = async (presented: string | null, keys: readonly CodeKey[]): Promise<PresentationFacts> => {
  const text = presented === null ? '' : codeText(HOST, fromBase64Url(presented));
  return (await readShown(text, { codeKeys: keys, openPass: passOpener(keys) })).presentation;
};

/** Only the gate knew whether it had seen this picture before. */
const isSame = (again: PresentationFacts, recorded: PresentationFacts): boolean => {
  const fresh = recorded.form === 'pass' ? { ...recorded, seenBefore: false } : recorded;
  return canonicalText(again) === canonicalText(fresh);
};

const requirePresentation = async ({ presented, inputs }: Presentation, trust: TrustBundle): Promise<void> => {
  for (const keys of await possibleKeys(trust, inputs.pack))
    if (isSame(await readAgain(presented, keys), inputs.presentation)) return;
  ensure(false, check, 'what was shown does not say what the record says it did');
};

/** The facts that were looked up are those of whom the presentation names. */
const requireOwnFacts = (
  { presentation: shown, worker, company, code, policy }: DecisionInputs,
  site: string,
): void => {
  const pass = shown.form === 'refused' ? null : shown.pass;
  const employer = shown.form === 'refused' ? code?.company : shown.employer;
  ensure(worker === null || worker.pass === pass, check, 'the worker’s facts are not those of the pass');
  ensure(company === null || company.company === employer, check, 'the company’s facts are not the employer’s');
  ensure(policy === null || policy.site === site, check, 'the requirements are another site’s');
};

/**
 * Decides again from the record alone: the presentation opened with the keys of that time, the same pure function, the same answer
 * byte for byte.
 * @throws VerificationError `decision_recomputed`
 */
export const requireSameDecision = async (record: Presentation, { trust }: TrustedChannel): Promise<void> => {
  const { inputs, result, at, site } = record;
  ensure(at === inputs.clock.effective, check, 'it was decided for another time than the record’s');
  requireOwnFacts(inputs, site);
  await requirePresentation(record, trust);
  ensure(canonicalText(decide(inputs)) === canonicalText(result), check, 'the inputs give another decision');
};
