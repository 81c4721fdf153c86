import { enableCompileCache } from 'node:module';
import { AnlianError, ERRORS } from '@anlian/contracts';
import { COMPILE_CACHE } from './launcher/cache.ts';

// Before the rest is loaded, so that it comes from the cache.
enableCompileCache(COMPILE_CACHE);
const { command, USAGE } = await import('./command.ts');
const { WrongUse } = await import('./arguments.ts');

command().then(
  () => process.exit(0),
  (error: unknown) => {
    if (error instanceof WrongUse) {
      process.stderr.write(`\n${error.text.zh}\n${error.text.en}\n\n${USAGE}`);
      process.exit(2);
    }
    if (!(error instanceof AnlianError)) throw error;
    const { text, remedy } = ERRORS[error.code];
    process.stderr.write(
      `\n${text.zh} ${text.en}\n  ${[error.code, error.field, error.detail].filter(Boolean).join(' · ')}\n  ${remedy.zh} ${remedy.en}\n`,
    );
    process.exit(1);
  },
);
