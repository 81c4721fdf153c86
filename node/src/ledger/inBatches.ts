export interface BatchLimits<T> {
  readonly items: number;
  readonly bytes: number;
  readonly sizeOf: (item: T) => number;
}

/**
 * What comes from a source in order, together where it waits already: a reader that is busy finds the next ones read. Nothing waits
 * for a batch to fill. A failure of the source comes after what came before it. When the reader leaves, the source's signal aborts.
 */
export async function* inBatches<T>(
  open: (signal: AbortSignal) => AsyncIterable<T>,
  limits: BatchLimits<T>,
  signal: AbortSignal,
): AsyncGenerator<readonly T[]> {
  const left = new AbortController();
  const leave = (): void => left.abort();
  signal.addEventListener('abort', leave);
  if (signal.aborted) leave();
  let waiting: T[] = [];
  let bytes = 0;
  let end: { readonly error?: unknown } | undefined;
  let changed = Promise.withResolvers<void>();
  const tell = (): void => {
    changed.resolve();
    changed = Promise.withResolvers<void>();
  };
  const isFull = (): boolean => waiting.length >= limits.items || bytes >= limits.bytes;

  const readOn = async (): Promise<void> => {
    try {
      for await (const item of open(left.signal)) {
        waiting.push(item);
        bytes += limits.sizeOf(item);
        tell();
        while (isFull() && !left.signal.aborted) await changed.promise;
      }
      end = {};
    } catch (error) {
      end = { error };
    }
    tell();
  };
  left.signal.addEventListener('abort', tell);
  const reading = readOn();

  try {
    for (;;) {
      while (waiting.length === 0 && end === undefined) await changed.promise;
      if (waiting.length > 0) {
        const batch = waiting;
        [waiting, bytes] = [[], 0];
        tell();
        yield batch;
      } else if (end !== undefined && 'error' in end) throw end.error;
      else return;
    }
  } finally {
    leave();
    signal.removeEventListener('abort', leave);
    await reading;
  }
}
