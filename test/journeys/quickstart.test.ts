import { mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createFetch } from '@anlian/sdk/http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePorts } from '../support/consortium.ts';
import { missingFrom, type Step, steps } from '../support/readme.ts';
import { ROOT } from '../support/sourceTree.ts';
import { type Foreground, openTerminal, runInForeground, type Terminal } from '../support/terminal.ts';
import { until } from '../support/until.ts';

const START_WITHIN_MS = 240_000;
const BLOCK_WITHIN_MS = 240_000;
/** Ends the launcher's welcome. */
const READY = 'Ctrl-C';
/** This checkout is installed: it runs the test. */
const INSTALL = 'npm ci && ';

/** A folder that looks like the checkout, so that what the walk leaves behind is not in the checkout itself. */
const likeCheckout = (): string => {
  const dir = mkdtempSync(join(tmpdir(), 'anlian-quickstart-'));
  for (const name of readdirSync(ROOT))
    if (!['.anlian', '.git'].includes(name)) symlinkSync(join(ROOT, name), join(dir, name));
  return dir;
};

/** A person's environment, without what npm adds when it runs this test: the machine's own Node may be an older one. */
const personsEnvironment = (firstPort: number): Record<string, string> => ({
  PATH: (process.env.PATH ?? '')
    .split(delimiter)
    .filter((entry) => !entry.includes('node_modules'))
    .join(delimiter),
  HOME: process.env.HOME ?? '',
  LANG: 'C.UTF-8',
  ANLIAN_FIRST_PORT: String(firstPort),
  npm_config_update_notifier: 'false',
});

const fetch = createFetch({ localhostToLoopback: true });

describe('the README’s quick start, typed as it is written', () => {
  let dir: string;
  let firstPort: number;
  let environment: Record<string, string>;
  let second: Terminal;
  let first: Foreground | undefined;

  beforeAll(async () => {
    dir = likeCheckout();
    firstPort = await freePorts(18_000);
    environment = personsEnvironment(firstPort);
    second = openTerminal(dir, environment);
  });
  afterAll(async () => {
    second.close();
    await first?.interrupt();
    rmSync(dir, { recursive: true, force: true });
  });

  const startInFirst = async (command: string): Promise<string> => {
    const running = runInForeground(command.replace(INSTALL, ''), dir, environment);
    first = running;
    await until('the welcome', () => running.output().includes(READY) || !running.isRunning(), {
      withinMs: START_WITHIN_MS,
    });
    return running.output();
  };

  const stopFirst = async (): Promise<void> => {
    await first?.interrupt();
    first = undefined;
    for (const port of Array.from({ length: 5 }, (_, at) => firstPort + at))
      await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow();
  };

  const perform = async (step: Step): Promise<void> => {
    if (step.do === 'Ctrl-C') return stopFirst();
    const { output, failed } =
      step.terminal === 'first'
        ? { output: await startInFirst(step.commands.trim()), failed: [] }
        : await second.type(step.commands, BLOCK_WITHIN_MS);
    expect(failed, output).toEqual([]);
    expect(missingFrom(output, step.prints), output).toEqual([]);
  };

  const all = steps();

  it('starts twice, stops once between, and says what every block prints', () => {
    expect(all.filter((step) => step.do === 'type' && step.terminal === 'first')).toHaveLength(2);
    expect(all.filter((step) => step.do === 'Ctrl-C')).toHaveLength(1);
    expect(all.filter((step) => step.do === 'type' && step.prints.length === 0)).toEqual([]);
  });

  for (const step of all) it(step.title, () => perform(step), START_WITHIN_MS + 10_000);
});
