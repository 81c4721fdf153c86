import { cpSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './sourceTree.ts';

/** Copies what the chaincode is built from: a member's own checkout, which nobody edits meanwhile. */
export const copySources = (checkout: string): void => {
  for (const room of ['contracts', 'chaincode'])
    cpSync(join(ROOT, room), join(checkout, room), {
      recursive: true,
      filter: (path) => !path.includes('node_modules'),
    });
  mkdirSync(join(checkout, 'node_modules', '@anlian'), { recursive: true });
  for (const name of readdirSync(join(ROOT, 'node_modules')).filter((one) => one !== '@anlian'))
    symlinkSync(join(ROOT, 'node_modules', name), join(checkout, 'node_modules', name));
  for (const room of ['contracts', 'chaincode'])
    symlinkSync(join('..', '..', room), join(checkout, 'node_modules', '@anlian', room));
};
