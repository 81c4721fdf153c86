import { randomBytes } from 'node:crypto';
import * as rules from '@anlian/chaincode/rules';
import { AnlianError, ERRORS } from '@anlian/contracts';
import pino from 'pino';
import { readConfig } from './config.ts';
import { serveLedger } from './http.ts';
import { openEmbeddedLedger } from './ledger.ts';
import { listen } from './listen.ts';
import { loadOperator } from './operatorKeys.ts';

/** Composition root of the embedded ledger's process. Standard output is for the ready line alone. */
const log = pino({ name: 'anlian-ledger' }, pino.destination(2));

const start = async (): Promise<void> => {
  const config = readConfig(process.env);
  const operator = await loadOperator(config.dir, { crypto: globalThis.crypto, now: new Date() });
  const ledger = await openEmbeddedLedger({
    dir: config.dir,
    genesis: { ...config.genesis, operator },
    contract: rules,
    clock: Date.now,
    random: (length) => new Uint8Array(randomBytes(length)),
    log,
  });
  const server = await listen(serveLedger(ledger, log), config).catch(async (error: unknown) => {
    await ledger.close();
    throw error;
  });

  let stopping = false;
  const stop = async (reason: string): Promise<void> => {
    if (stopping) return;
    stopping = true;
    log.info({ reason }, 'stopping');
    await ledger.close();
    await server.close();
    process.exit(0);
  };
  process.on('SIGTERM', () => void stop('SIGTERM'));
  process.on('SIGINT', () => void stop('SIGINT'));
  if (config.exitWithParent) process.stdin.resume().once('close', () => void stop('the parent process is gone'));

  process.stdout.write(`${JSON.stringify({ ready: true, url: server.url, ...ledger.describe() })}\n`);
};

start().catch((error: unknown) => {
  const fault = error instanceof AnlianError ? error : new AnlianError('internal_error', { cause: error });
  const { code, field, detail, errors } = fault;
  log.fatal(
    {
      code,
      field,
      detail,
      errors,
      ...(error instanceof AnlianError ? {} : { err: error }),
      text: ERRORS[code].text,
      remedy: ERRORS[code].remedy,
    },
    'the ledger service did not start',
  );
  process.exitCode = 1;
});
