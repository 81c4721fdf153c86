// Entry of the worker thread that runs PGlite: one large query must not stall the event loop of the node.
import { parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import { DurableFs } from './durableFs.ts';
import type { EngineReport, EngineRequest, EngineStart } from './engineMessages.ts';

/**
 * PGlite's own start parameters turn fsync off (`-F`). `wal_sync_method` must be `fsync`, since Emscripten's
 * `fdatasync` does nothing. The default of 128 MB of buffers costs 300 ms at each start.
 */
const START_PARAMETERS = [
  ...PGlite.defaultStartParams.filter((parameter) => parameter !== '-F'),
  ...[
    'fsync=on',
    'wal_sync_method=fsync',
    'synchronous_commit=on',
    'full_page_writes=on',
    'shared_buffers=16MB',
    'min_wal_size=16MB',
    'max_wal_size=64MB',
  ].flatMap((setting) => ['-c', setting]),
];

/** Small log segments: a new data directory is copied faster, and a small node stays small. */
const INITDB_PARAMETERS = ['--wal-segsize=1'];

/** An engine in single-user mode has neither checkpointer nor autovacuum: without these its log grows for ever. */
const HOUSEKEEPING = ['VACUUM (ANALYZE)', 'CHECKPOINT'];

const OUTPUT_CHUNK_BYTES = 256 * 1024;

/** ReadyForQuery with status "idle": the last message of an answer outside a transaction. */
const READY_IDLE = Buffer.from([0x5a, 0, 0, 0, 5, 0x49]);

const port = parentPort!;
const { directory, fsyncs, walLimitBytes = 64 * 1024 * 1024 } = workerData as EngineStart;
const storage = new DurableFs(directory, fsyncs, stop);
let lastFatalLine = 'the engine stopped';
let output: Uint8Array[] = [];
let outputBytes = 0;

function report(message: EngineReport): void {
  port.postMessage(message, message.type === 'output' ? [message.bytes.buffer] : []);
}

/** After an abort the engine would go on in an endless loop, so the thread ends; log recovery is for the next one. */
function stop(): never {
  report({ type: 'failed', fault: storage.fault, detail: lastFatalLine });
  process.exit(1);
}

/** The other lines that the engine writes may quote rows. */
function keepFatalLine(line: string): boolean {
  const fatal = /(?:FATAL|PANIC): .*/.exec(line);
  if (fatal) lastFatalLine = fatal[0];
  return true;
}

function sendOutput(done: boolean): void {
  report({ type: 'output', bytes: new Uint8Array(Buffer.concat(output)), done });
  output = [];
  outputBytes = 0;
}

function collect(bytes: Uint8Array): void {
  output.push(bytes.slice());
  outputBytes += bytes.length;
  if (outputBytes >= OUTPUT_CHUNK_BYTES) sendOutput(false);
}

async function answer(pg: PGlite, chunk: Uint8Array): Promise<void> {
  await pg.execProtocolRawStream(chunk, { syncToFs: false, onRawData: collect });
  const idle = output.length > 0 && READY_IDLE.equals(output.at(-1)!.subarray(-READY_IDLE.length));
  sendOutput(true);
  if (idle && storage.walBytes >= walLimitBytes) await keepHouse(pg);
}

async function keepHouse(pg: PGlite): Promise<void> {
  storage.walBytes = 0;
  for (const statement of HOUSEKEEPING) {
    await pg.execProtocolRawStream(simpleQuery(statement), { syncToFs: false, onRawData: () => {} });
  }
}

function simpleQuery(statement: string): Uint8Array {
  const text = Buffer.from(`${statement}\0`);
  const header = Buffer.from('Q\0\0\0\0');
  header.writeInt32BE(text.length + 4, 1);
  return Buffer.concat([header, text]);
}

async function main(): Promise<void> {
  const pg = await PGlite.create({
    fs: storage,
    startParams: START_PARAMETERS,
    initDbStartParams: INITDB_PARAMETERS,
    onStderr: keepFatalLine,
  });
  port.on('message', (request: EngineRequest) => {
    const done = request === 'close' ? pg.close().then(() => port.close()) : answer(pg, request);
    done.catch(stop);
  });
  report({ type: 'ready' });
}

main().catch(stop);
