import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { COMPILE_CACHE, TEMPLATE_DIR } from './launcher/cache.ts';

/** Run by npm after an installation: what every start would otherwise do again. A start works without it, only slower. */
const NODE_ENTRY = fileURLToPath(new URL('../../node/src/main.ts', import.meta.url));
const LEDGER_ROOM = new URL('./ledger/index.ts', import.meta.url).href;
const LAUNCHER_ENTRY = fileURLToPath(new URL('./main.ts', import.meta.url));

mkdirSync(TEMPLATE_DIR, { recursive: true });
const env = { ...process.env, NODE_COMPILE_CACHE: COMPILE_CACHE, ANLIAN_TEMPLATE_DIR: TEMPLATE_DIR };
const steps = [
  [NODE_ENTRY, 'prepare'],
  ['--input-type=module', '--eval', `await import(${JSON.stringify(LEDGER_ROOM)})`],
  [LAUNCHER_ENTRY, '--help'],
];
for (const args of steps) {
  const { status } = spawnSync(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) process.exitCode = 1;
}
