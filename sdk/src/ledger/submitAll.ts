import {
  AnlianError,
  batchGroup,
  type ErrorCode,
  encodeBatch,
  MAX_BATCH_BYTES,
  MAX_BATCH_COMMANDS,
  type SignedCommand,
} from '@anlian/contracts';
import type { Commit } from './port.ts';

/** What became of a command. */
export type Outcome = Commit | AnlianError;

/** The two ways to the ledger; a batch's result is the list of its commands' results. */
export interface Ways {
  readonly alone: (signed: SignedCommand) => Promise<Commit>;
  readonly together: (batch: readonly SignedCommand[]) => Promise<Commit>;
}

type Tell = (signed: SignedCommand, outcome: Outcome) => void;

/** Of a list of one: its brackets are more than the comma that it takes in a longer list. */
const bytesOf = (signed: SignedCommand): number => encodeBatch([signed]).length;

/** Lists that may each be one transaction, and by themselves the commands that go alone, in the order given. */
const batchesOf = (signed: readonly SignedCommand[]): readonly (readonly SignedCommand[])[] => {
  const batches: SignedCommand[][] = [];
  const open = new Map<string, { readonly batch: SignedCommand[]; readonly ids: Set<string>; bytes: number }>();
  for (const one of signed) {
    const { command } = one;
    const [group, bytes] = [batchGroup(command), bytesOf(one)];
    const fits = group === undefined ? undefined : open.get(group);
    if (
      fits &&
      fits.batch.length < MAX_BATCH_COMMANDS &&
      fits.bytes + bytes <= MAX_BATCH_BYTES &&
      !fits.ids.has(command.commandId)
    ) {
      fits.batch.push(one);
      fits.ids.add(command.commandId);
      fits.bytes += bytes;
      continue;
    }
    const batch = [one];
    batches.push(batch);
    if (group !== undefined) open.set(group, { batch, ids: new Set([command.commandId]), bytes });
  }
  return batches;
};

/** Refusals of the line, or of whoever sends: alone, each command would meet the same. Any other may be one command’s doing. */
const OF_THE_LINE: ReadonlySet<ErrorCode> = new Set([
  'ledger_unavailable',
  'rate_limited',
  'unauthenticated',
  'submitter_unknown',
  'submitter_expired',
  'clock_skew',
  'channel_not_founded',
  'storage_full',
  'database_unavailable',
]);

const PLACE = /^\/batch\/(\d{1,2})(?:\/|$)/;

/** Numbers of the commands that a refusal of their batch names. */
const refusedIn = ({ field, errors = [] }: AnlianError): ReadonlySet<number> =>
  new Set(
    [field, ...errors.map((fault) => fault.field)].flatMap((place) => {
      const number = place === undefined ? undefined : PLACE.exec(place)?.[1];
      return number === undefined ? [] : [Number(number)];
    }),
  );

const requireResults = (result: unknown, count: number): readonly unknown[] => {
  if (Array.isArray(result) && result.length === count) return result;
  throw new AnlianError('ledger_corrupt', {
    detail: 'a batch was answered with other than one result for each command',
  });
};

const requireAnlian = (error: unknown): AnlianError => {
  if (error instanceof AnlianError) return error;
  throw error;
};

const sendAlone = async ({ alone }: Ways, signed: SignedCommand, tell: Tell): Promise<void> =>
  tell(signed, await alone(signed).catch(requireAnlian));

const sendEach = async (ways: Ways, signed: readonly SignedCommand[], tell: Tell): Promise<void> => {
  await Promise.all(signed.map((one) => sendAlone(ways, one, tell)));
};

/** Each round takes out one command at least. What does not say whose fault it is, is asked of each by itself. */
const sendBatch = async (ways: Ways, batch: readonly SignedCommand[], tell: Tell): Promise<void> => {
  const [first, second] = batch;
  if (first === undefined) return;
  if (second === undefined) return sendAlone(ways, first, tell);
  try {
    const { result, ...commit } = await ways.together(batch);
    const results = requireResults(result, batch.length);
    for (const [at, signed] of batch.entries()) tell(signed, { ...commit, result: results[at] });
  } catch (error) {
    const refusal = requireAnlian(error);
    const refused = refusedIn(refusal);
    if (refused.size === 0 && OF_THE_LINE.has(refusal.code)) {
      for (const signed of batch) tell(signed, refusal);
      return;
    }
    const rest = batch.filter((_, at) => !refused.has(at));
    const out = batch.filter((one) => !rest.includes(one));
    if (out.length === 0) return sendEach(ways, batch, tell);
    // The rest first: what is refused because of a command before it must not get there before that one.
    await sendBatch(ways, rest, tell);
    await sendEach(ways, out, tell);
  }
};

/** A peer is busy with a batch for longer than with many single commands: more of them at once only make each other late. */
const SIDE_BY_SIDE = 4;

/** See `Ledger.submitAll`. */
export const submitTogether = async (ways: Ways, signed: readonly SignedCommand[]): Promise<readonly Outcome[]> => {
  const outcomes = new Map<SignedCommand, Outcome>();
  const tell: Tell = (one, outcome) => outcomes.set(one, outcome);
  const waiting = batchesOf(signed).values();
  const lane = async (): Promise<void> => {
    for (const batch of waiting) await sendBatch(ways, batch, tell);
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, lane));
  return signed.map((one) => outcomes.get(one) ?? new AnlianError('internal_error'));
};
