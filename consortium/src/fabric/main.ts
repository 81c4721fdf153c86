import { enableCompileCache } from 'node:module';
import { COMPILE_CACHE } from '../launcher/cache.ts';
import { refusalText } from '../refusal.ts';
import { WrongUse, wrongUseText } from '../wrongUse.ts';

// Before the rest is loaded, so that it comes from the cache.
enableCompileCache(COMPILE_CACHE);
const { command, USAGE } = await import('./command.ts');

// Whoever reads a log through `head` has read enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

command().then(
  (exitCode) => process.exit(exitCode),
  (error: unknown) => {
    if (error instanceof WrongUse) {
      process.stderr.write(wrongUseText(error, USAGE));
      process.exit(2);
    }
    process.stderr.write(refusalText(error));
    process.exit(1);
  },
);
