import { fsyncSync } from 'node:fs';
import type { PGlite } from '@electric-sql/pglite';
import { NodeFS } from '@electric-sql/pglite/nodefs';

type EmscriptenOptions = Parameters<NodeFS['init']>[1];

interface HostFile {
  readonly nfd: number;
  readonly node: { readonly mode: number; readonly parent: { readonly name: string } };
}

/** The parts of Emscripten's NODEFS that are replaced here. */
interface HostModule {
  readonly FS: { isDir(mode: number): boolean };
  readonly NODEFS: {
    tryFSOperation<T>(operation: () => T): T;
    readonly stream_ops: {
      fsync?: (file: HostFile) => number;
      write(file: HostFile, buffer: Uint8Array, offset: number, length: number, position: number): number;
    };
  };
}

/** System errors that the engine turns into an abort without saying which one it was. */
const STORAGE_FAULTS = new Set(['ENOSPC', 'EDQUOT', 'EIO', 'EROFS']);

/**
 * PGlite's directory file system with a real fsync. Emscripten's NODEFS has no `fsync` operation, and a missing one
 * counts as success: PostgreSQL would believe that its log is on the disk while the kernel still holds it in memory.
 */
export class DurableFs extends NodeFS {
  /** Bytes written to the write-ahead log since the owner last set it to zero. */
  walBytes = 0;
  /** Code of the last system error by which the disk refused an operation. */
  fault: string | undefined;
  readonly #fsyncs: BigInt64Array;
  readonly #onAbort: () => void;

  /**
   * `fsyncs[0]` counts the fsyncs done; it may be shared with another thread. `onAbort` is called from inside the engine
   * when it gives up (PANIC), and must not return to it.
   */
  constructor(directory: string, fsyncs: BigInt64Array, onAbort: () => void) {
    super(directory);
    this.#fsyncs = fsyncs;
    this.#onAbort = onAbort;
  }

  override async init(pg: PGlite, options: EmscriptenOptions): ReturnType<NodeFS['init']> {
    const { emscriptenOpts } = await super.init(pg, options);
    emscriptenOpts.preRun = [
      ...[emscriptenOpts.preRun ?? []].flat(),
      (module) => this.#install(module as unknown as HostModule),
    ];
    emscriptenOpts.onAbort = this.#onAbort;
    return { emscriptenOpts };
  }

  #install({ FS, NODEFS }: HostModule): void {
    const { tryFSOperation } = NODEFS;
    NODEFS.tryFSOperation = (operation) => tryFSOperation(() => this.#watch(operation));
    const { write } = NODEFS.stream_ops;
    NODEFS.stream_ops.write = (file, buffer, offset, length, position) => {
      if (file.node.parent.name === 'pg_wal') this.walBytes += length;
      return write(file, buffer, offset, length, position);
    };
    NODEFS.stream_ops.fsync = (file) => {
      // Windows has no fsync of a directory; its metadata journal keeps renames in order.
      if (process.platform === 'win32' && FS.isDir(file.node.mode)) return 0;
      NODEFS.tryFSOperation(() => fsyncSync(file.nfd));
      Atomics.add(this.#fsyncs, 0, 1n);
      return 0;
    };
  }

  #watch<T>(operation: () => T): T {
    try {
      return operation();
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : '';
      if (STORAGE_FAULTS.has(code)) this.fault = code;
      throw error;
    }
  }
}
