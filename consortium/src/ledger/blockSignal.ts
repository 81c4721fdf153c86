/** Wakes those who wait for the next block. */
export interface BlockSignal {
  readonly notify: () => void;
  /** Resolves at the next {@link notify}, after `timeoutMs`, or at an abort. */
  wait(timeoutMs: number, signal: AbortSignal): Promise<void>;
}

export const createBlockSignal = (): BlockSignal => {
  const waiting = new Set<() => void>();
  return {
    notify: () => {
      for (const wake of [...waiting]) wake();
    },
    wait: (timeoutMs, signal) =>
      new Promise((resolve) => {
        const wake = () => {
          clearTimeout(timer);
          waiting.delete(wake);
          signal.removeEventListener('abort', wake);
          resolve();
        };
        const timer = setTimeout(wake, timeoutMs);
        waiting.add(wake);
        signal.addEventListener('abort', wake);
        if (signal.aborted) wake();
      }),
  };
};
