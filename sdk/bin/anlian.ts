#!/usr/bin/env node
import { main } from '../src/cli/main.ts';
import { processContext } from '../src/cli/processContext.ts';

// A reader that has seen enough (`| head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});
process.exitCode = await main(process.argv.slice(2), processContext());
