import { expect, it } from 'vitest';
import { until } from '../../../test/support/until.ts';
import { inBatches } from './inBatches.ts';

const LIMITS = { items: 3, bytes: 100, sizeOf: (item: number) => item };
const never = new AbortController().signal;

async function* counting(numbers: readonly number[], onTaken: (number: number) => void = () => undefined) {
  for (const number of numbers) {
    yield number;
    onTaken(number);
  }
}

const batchesOf = async (batches: AsyncIterable<readonly number[]>): Promise<number[][]> => {
  const all: number[][] = [];
  for await (const batch of batches) all.push([...batch]);
  return all;
};

it('hands everything over once and in order, and what came while the reader was busy together', async () => {
  const taken: number[] = [];
  const source = () => counting([1, 2, 3, 4, 5, 6, 7], (number) => taken.push(number));
  const sizes: number[] = [];
  const seen: number[] = [];
  for await (const batch of inBatches(source, LIMITS, never)) {
    sizes.push(batch.length);
    seen.push(...batch);
    const before = seen.length;
    await until('what fits is read', () => taken.length >= Math.min(7, before + 2));
  }
  expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(sizes).toEqual([1, 3, 3]);
});

it('hands over what is large by itself', async () => {
  expect(await batchesOf(inBatches(() => counting([100, 200, 300]), LIMITS, never))).toEqual([[100], [200], [300]]);
});

it('fails after what came before the failure', async () => {
  const seen: number[] = [];
  const source = async function* () {
    yield 1;
    yield 2;
    throw new Error('line');
  };
  const read = async () => {
    for await (const batch of inBatches(source, LIMITS, never)) seen.push(...batch);
  };
  await expect(read()).rejects.toThrow('line');
  expect(seen).toEqual([1, 2]);
});

const waiting = async function* (signal: AbortSignal) {
  yield 1;
  await new Promise((ended) => signal.addEventListener('abort', ended, { once: true }));
};

it('lets the source go when the reader leaves, though nothing comes', async () => {
  let left = false;
  const source = async function* (signal: AbortSignal) {
    yield* waiting(signal);
    left = true;
  };
  for await (const _ of inBatches(source, LIMITS, never)) break;
  expect(left).toBe(true);
});

it('ends when it is told to', async () => {
  const stop = new AbortController();
  const seen: number[] = [];
  for await (const batch of inBatches(waiting, LIMITS, stop.signal)) {
    seen.push(...batch);
    stop.abort();
  }
  expect(seen).toEqual([1]);
});
