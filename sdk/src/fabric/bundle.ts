import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AnlianError } from '@anlian/contracts';

const REPOSITORY = fileURLToPath(new URL('../../..', import.meta.url));
const ENTRY = 'chaincode/src/fabric/main.ts';

/** CommonJS packages inside an ES module ask for these. */
const BANNER = `import { createRequire as anlianRequire } from 'node:module';
import { dirname as anlianDirname } from 'node:path';
import { fileURLToPath as anlianPath } from 'node:url';
const require = anlianRequire(import.meta.url);
const __filename = anlianPath(import.meta.url);
const __dirname = anlianDirname(__filename);`;

/** The chaincode as one file. */
export interface ChaincodeBundle {
  readonly bytes: Uint8Array;
  /** Lower-case hexadecimal: what members approve. */
  readonly sha256: string;
}

const load = () =>
  import('esbuild').catch((cause: unknown) => {
    throw new AnlianError('configuration_invalid', {
      field: 'esbuild',
      detail: 'the optional package esbuild is not installed',
      cause,
    });
  });

let building = 0;

/** esbuild's helper process is ended by the last who builds: it would outlive the build, and with it whoever waits for its output. */
const withEsbuild = async <T>(work: (esbuild: Awaited<ReturnType<typeof load>>) => Promise<T>): Promise<T> => {
  const esbuild = await load();
  building += 1;
  try {
    return await work(esbuild);
  } finally {
    building -= 1;
    if (building === 0) await esbuild.stop();
  }
};

/**
 * Builds the chaincode with everything it imports. The same sources and lockfile give the same bytes, wherever they lie.
 * @param repository the checkout to build from; this one unless another is named
 * @throws {AnlianError} `configuration_invalid` where there are no sources
 */
export const buildChaincode = async (repository = REPOSITORY): Promise<ChaincodeBundle> => {
  if (!existsSync(join(repository, ENTRY)))
    throw new AnlianError('configuration_invalid', { field: '--source', detail: `${repository}: no ${ENTRY}` });
  const { outputFiles } = await withEsbuild(({ build }) =>
    build({
      absWorkingDir: repository,
      entryPoints: [ENTRY],
      bundle: true,
      write: false,
      platform: 'node',
      target: 'node24',
      format: 'esm',
      conditions: ['node'],
      // The bundle names its modules by their paths from here: not by where a link, as of a workspace, leads.
      preserveSymlinks: true,
      banner: { js: BANNER },
      // A comment with a path would tell where it was built.
      legalComments: 'none',
      minifyWhitespace: true,
      logLevel: 'silent',
    }),
  );
  return bundleOf(outputFiles[0]?.contents ?? new Uint8Array());
};

export const bundleOf = (bytes: Uint8Array): ChaincodeBundle => ({
  bytes,
  sha256: createHash('sha256').update(bytes).digest('hex'),
});
