import { access, constants, mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AnlianError } from '@anlian/contracts';

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '');

/** Node's own recursive form never returns below a folder that takes none, as `/proc`. */
const make = async (dir: string): Promise<void> => {
  try {
    await mkdir(dir, { mode: 0o700 });
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return;
    if (codeOf(error) !== 'ENOENT' || dirname(dir) === dir) throw error;
    await make(dirname(dir));
    await mkdir(dir, { mode: 0o700 });
  }
};

/** Makes a folder, with those above it, for this user alone. @throws {AnlianError} `data_dir_unwritable`, `storage_full` */
export const makeDirectory = async (dir: string): Promise<void> => {
  try {
    await make(dir);
    if (!(await stat(dir)).isDirectory()) throw Object.assign(new Error(`${dir} is a file`), { code: 'ENOTDIR' });
    await access(dir, constants.W_OK);
  } catch (cause) {
    const code = codeOf(cause);
    throw new AnlianError(code === 'ENOSPC' ? 'storage_full' : 'data_dir_unwritable', {
      field: dir,
      detail: code,
      cause,
    });
  }
};
