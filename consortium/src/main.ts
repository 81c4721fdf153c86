import { enableCompileCache } from 'node:module';
import { COMPILE_CACHE } from './launcher/cache.ts';
import { refusalText } from './refusal.ts';

// Before the rest is loaded, so that it comes from the cache.
enableCompileCache(COMPILE_CACHE);
const { command, USAGE } = await import('./command.ts');
const { WrongUse, wrongUseText } = await import('./wrongUse.ts');

command().then(
  () => process.exit(0),
  (error: unknown) => {
    if (error instanceof WrongUse) {
      process.stderr.write(wrongUseText(error, USAGE));
      process.exit(2);
    }
    process.stderr.write(refusalText(error));
    process.exit(1);
  },
);
