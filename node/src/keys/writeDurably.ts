import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';

/** Written aside, flushed, then renamed: a crash leaves the old file or the new one. */
export const writeDurably = async (path: string, text: string): Promise<void> => {
  const aside = `${path}.new`;
  const file = await open(aside, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(aside, path);
  const directory = await open(join(path, '..'), 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
};
