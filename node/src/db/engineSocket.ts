import { Duplex } from 'node:stream';
import { Worker } from 'node:worker_threads';
import { AnlianError } from '@anlian/contracts';
import type { EngineReport, EngineRequest, EngineStart } from './engineMessages.ts';
import { databaseError } from './errors.ts';

type Done = (error?: Error | null) => void;

/**
 * The embedded engine as a stream that a PostgreSQL client can use in place of a TCP socket. It starts the engine's
 * thread when it is made and ends it when it is closed; 'close' is emitted only after the thread is gone, so that the
 * next socket on the same directory never meets a second engine.
 *
 * Each chunk written must hold whole protocol messages, as `postgres` writes them.
 */
export class EngineSocket extends Duplex {
  readonly #start: EngineStart;
  #worker: Worker | undefined;
  #exited: Promise<unknown> = Promise.resolve();
  #opened: Done | undefined;
  #answered: Done | undefined;
  #failed = false;

  constructor(start: EngineStart) {
    // After a full buffer drains, `postgres` takes a connection without a running query for a free one and gives it to others, in the
    // midst of a transaction too. A buffer that is never full never drains.
    super({ writableHighWaterMark: Number.MAX_SAFE_INTEGER });
    this.#start = start;
  }

  /** `postgres` asks a socket for this before it says goodbye. */
  get readyState(): 'open' | 'closed' {
    return this.destroyed ? 'closed' : 'open';
  }

  /** Ends the engine now, if it still runs, and waits until its thread is gone. */
  async ended(): Promise<void> {
    this.destroy();
    await this.#exited;
  }

  override _construct(opened: Done): void {
    this.#opened = opened;
    const worker = new Worker(new URL('./engine.ts', import.meta.url), { workerData: this.#start });
    this.#worker = worker;
    this.#exited = new Promise((resolve) => worker.once('exit', resolve));
    worker.on('message', (report: EngineReport) => this.#receive(report));
    worker.once('error', (error) => this.#fail(undefined, error.message));
    worker.once('exit', () => this.#fail(undefined, 'the engine stopped'));
  }

  #receive(report: EngineReport): void {
    switch (report.type) {
      case 'ready':
        this.#constructed();
        break;
      case 'failed':
        this.#fail(report.fault, report.detail);
        break;
      case 'output':
        if (report.bytes.length > 0) this.push(Buffer.from(report.bytes.buffer));
        if (report.done) this.#answered?.();
    }
  }

  #constructed(error?: Error): void {
    this.#opened?.(error);
    this.#opened = undefined;
  }

  /** The engine's own report comes first and says why; that its thread is gone comes after it and says less. */
  #fail(fault: string | undefined, detail: string): void {
    if (this.#failed) return;
    this.#failed = true;
    const code = databaseError({ code: fault }) ?? 'database_unavailable';
    const error = new AnlianError(code, { detail: fault ? `${fault}: ${detail}` : detail });
    // A stream that is still under construction is destroyed only through its construction callback.
    if (this.#opened) this.#constructed(error);
    else if (!this.writableEnded) this.destroy(error);
  }

  #post(request: EngineRequest): void {
    this.#worker?.postMessage(request, request === 'close' ? [] : [request.buffer as ArrayBuffer]);
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, answered: Done): void {
    this.#answered = answered;
    this.#post(new Uint8Array(chunk));
  }

  override _writev(chunks: { chunk: Buffer }[], answered: Done): void {
    this._write(Buffer.concat(chunks.map(({ chunk }) => chunk)), 'binary', answered);
  }

  override _final(ended: Done): void {
    this.#post('close');
    this.#exited.then(() => {
      ended();
      this.destroy();
    });
  }

  override _destroy(error: Error | null, destroyed: Done): void {
    this.#worker?.terminate();
    this.#exited.then(() => destroyed(error));
  }
}
