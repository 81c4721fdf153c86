import { randomBytes } from 'node:crypto';
import { AnlianError, ERRORS } from '@anlian/contracts';
import { pino } from 'pino';
import { readConfig } from './config.ts';
import { prepareMember } from './member.ts';
import { startNode } from './node.ts';

const clock = () => Date.now();
const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length));

/** `node main.ts papers` makes the member's keys and prints what others need of them; without a word it runs the node. */
const main = async (): Promise<void> => {
  const config = readConfig(process.env);
  if (process.argv[2] === 'papers') {
    const { descriptor, msp } = await prepareMember(config, clock);
    process.stdout.write(`${JSON.stringify({ descriptor, msp })}\n`);
    return;
  }
  const log = pino({ level: config.logLevel, base: { member: config.member } }, pino.destination(2));
  const node = await startNode(config, { clock, random, log });
  process.stdout.write(`${JSON.stringify({ ready: true, member: config.member, url: node.url, port: node.port })}\n`);

  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    node.close().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error instanceof Error ? error.message : 'unknown' }, 'the node did not stop cleanly');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  if (config.exitWithParent) process.stdin.on('end', stop).on('error', stop).resume();
};

main().catch((error: unknown) => {
  if (!(error instanceof AnlianError)) throw error;
  const { text, remedy } = ERRORS[error.code];
  process.stderr.write(
    `${JSON.stringify({ code: error.code, field: error.field, detail: error.detail, errors: error.errors, text, remedy })}\n`,
  );
  process.exitCode = 1;
});
