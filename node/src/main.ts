import { randomBytes } from 'node:crypto';
import { AnlianError, ERRORS } from '@anlian/contracts';
import { pino } from 'pino';
import { readConfig, readTemplateDir } from './config.ts';
import './moduleFormats.ts';

const clock = () => Date.now();
const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length));

/** Makes the member's keys and prints what others need of them. It loads nothing of the server, so that four members are done in a second. */
const papers = async (): Promise<void> => {
  const { prepareMember } = await import('./member.ts');
  const { descriptor, msp } = await prepareMember(readConfig(process.env), clock);
  process.stdout.write(`${JSON.stringify({ descriptor, msp })}\n`);
};

/** Done once after an installation: makes the template of the embedded database, and loads the server so that Node's compile cache holds it. */
const prepare = async (): Promise<void> => {
  const [{ ensureTemplate }, { MIGRATIONS }] = await Promise.all([import('./db/cluster.ts'), import('./node.ts')]);
  await ensureTemplate(readTemplateDir(process.env), MIGRATIONS);
};

const run = async (): Promise<void> => {
  const config = readConfig(process.env);
  const { startNode } = await import('./node.ts');
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
        log.error({ err: error instanceof Error ? error.name : 'unknown' }, 'the node did not stop cleanly');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  if (config.exitWithParent) process.stdin.on('end', stop).on('error', stop).resume();
};

/** `main.ts` runs the node; with a word it does one thing and ends. */
const WORDS: Readonly<Record<string, () => Promise<void>>> = { papers, prepare, run };

const main = WORDS[process.argv[2] ?? 'run'];
if (main === undefined) throw new RangeError(`main.ts [${Object.keys(WORDS).join(' | ')}]`);
main().catch((error: unknown) => {
  if (!(error instanceof AnlianError)) throw error;
  const { text, remedy } = ERRORS[error.code];
  const { code, field, detail, errors } = error;
  // What was opened before the fault, such as the database's thread, would keep the process alive.
  process.stderr.write(`${JSON.stringify({ code, field, detail, errors, text, remedy })}\n`, () => process.exit(1));
});
