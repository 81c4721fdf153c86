import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import type { LoadedHome } from './loadedHome.ts';

/** In memory where there is such a place: a copied consortium is some 160 MB that nobody needs tomorrow. */
const PLACE = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/** A copy of the loaded consortium for one test file to spoil. */
export const copyOfLoadedHome = (): LoadedHome & { readonly remove: () => void } => {
  const { dir: original, firstPort } = inject('loadedHome');
  const dir = mkdtempSync(join(PLACE, 'anlian-home-'));
  cpSync(original, dir, { recursive: true });
  return { dir, firstPort, remove: () => rmSync(dir, { recursive: true, force: true }) };
};
