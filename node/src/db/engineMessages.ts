/** What the thread of the embedded engine is told when it starts. */
export interface EngineStart {
  /** Directory of the cluster; created and initialised when it is empty. */
  readonly directory: string;
  /** One counter, over shared memory: fsyncs done. */
  readonly fsyncs: BigInt64Array;
  /** Write-ahead log, in bytes, after which the engine vacuums and makes a checkpoint; 64 MiB by default. */
  readonly walLimitBytes?: number | undefined;
}

/** To the engine: a chunk of whole protocol messages from the client, or the request to shut down. */
export type EngineRequest = Uint8Array | 'close';

/** From the engine. `output` with `done` ends the answer to one chunk. */
export type EngineReport =
  | { readonly type: 'ready' }
  | { readonly type: 'output'; readonly bytes: Uint8Array<ArrayBuffer>; readonly done: boolean }
  | { readonly type: 'failed'; readonly fault: string | undefined; readonly detail: string };
