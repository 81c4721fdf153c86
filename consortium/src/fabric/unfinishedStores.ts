import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

const isManifest = (name: string): boolean => name.startsWith('MANIFEST-');
const isTable = (name: string): boolean => name.endsWith('.ldb') || name.endsWith('.sst');

/** A store begins with its manifest, and `CURRENT` names it last: before that nothing was written to it. */
const isUnfinished = async (dir: string, names: readonly string[]): Promise<boolean> => {
  if (!names.some(isManifest) || names.includes('CURRENT') || names.some(isTable)) return false;
  const logs = names.filter((name) => name.endsWith('.log')).map(async (name) => (await stat(join(dir, name))).size);
  return (await Promise.all(logs)).every((size) => size === 0);
};

const entriesBelow = async (dir: string) => {
  try {
    return await readdir(dir, { recursive: true, withFileTypes: true });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
};

/**
 * Removes the LevelDB stores below a folder that a program was making when it ended, as by Ctrl-C or a power cut at its first start:
 * Fabric's programs make an absent store, and refuse to start on a half-made one. The folder's program must not run.
 * @returns the folders that were removed
 */
export const removeUnfinishedStores = async (dir: string): Promise<readonly string[]> => {
  const files = (await entriesBelow(dir)).filter((entry) => entry.isFile());
  const folders = Map.groupBy(files, ({ parentPath }) => parentPath);
  const removed: string[] = [];
  for (const [folder, entries] of folders) {
    const names = entries.map(({ name }) => name);
    if (!(await isUnfinished(folder, names))) continue;
    await rm(folder, { recursive: true });
    removed.push(folder);
  }
  return removed;
};
