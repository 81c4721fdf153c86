import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { freePorts, launch } from './consortium.ts';

/** A local consortium whose starting set is loaded. Its ports are in its data, so every copy has the same ones. */
export interface LoadedHome {
  readonly dir: string;
  readonly firstPort: number;
}

declare module 'vitest' {
  interface ProvidedContext {
    loadedHome: LoadedHome;
  }
}

let dir: string | undefined;

/**
 * Set up once for all journeys of a run: starts a local consortium, lets it load the starting set, and stops it. Each journey works on a
 * copy with the same ports, so journeys run one after another.
 */
export const setup = async ({ provide }: TestProject): Promise<void> => {
  dir = mkdtempSync(join(tmpdir(), 'anlian-loaded-'));
  const firstPort = await freePorts();
  const consortium = await launch(dir, firstPort);
  await consortium.stop();
  provide('loadedHome', { dir, firstPort });
};

export const teardown = (): void => {
  if (dir !== undefined) rmSync(dir, { recursive: true, force: true });
};
