import type { Text } from '@anlian/contracts';

/** One step of a long piece of work. */
export interface Step {
  /** One more of the total is done. */
  readonly advance: () => void;
  readonly done: () => void;
}

export interface Progress {
  readonly step: (name: Text, total: number) => Step;
}

/** Shows nothing. */
export const SILENT: Progress = { step: () => ({ advance: () => {}, done: () => {} }) };

const WIDTH = 24;

const bar = (done: number, total: number): string => {
  const filled = total === 0 ? WIDTH : Math.round((done / total) * WIDTH);
  return `${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)}`;
};

interface Output {
  readonly isTTY?: boolean | undefined;
  write(text: string): unknown;
}

/** Progress bars on a terminal, one line per finished step elsewhere. Elapsed time is the caller's clock. */
export const createProgress = (output: Output, clock: () => number): Progress => ({
  step: (name, total) => {
    const startedMs = clock();
    let count = 0;
    const label = `${name.zh} ${name.en}`;
    const show = (): void => {
      if (output.isTTY) output.write(`\r\x1b[2K  ${bar(count, total)} ${count}/${total}  ${label}`);
    };
    show();
    return {
      advance: () => {
        count += 1;
        show();
      },
      done: () => {
        const seconds = ((clock() - startedMs) / 1000).toFixed(1);
        output.write(`${output.isTTY ? '\r\x1b[2K' : ''}  ✓ ${label}${total > 1 ? ` (${count})` : ''}  ${seconds} s\n`);
      },
    };
  },
});
