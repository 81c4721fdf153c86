import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

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

/**
 * Builds the chaincode with everything it imports. The same sources and lockfile give the same bytes, wherever they lie.
 * @param repository the checkout to build from; this one unless another is named
 */
export const buildChaincode = async (repository = REPOSITORY): Promise<ChaincodeBundle> => {
  const { outputFiles } = await build({
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
  });
  return bundleOf(outputFiles[0]?.contents ?? new Uint8Array());
};

export const bundleOf = (bytes: Uint8Array): ChaincodeBundle => ({
  bytes,
  sha256: createHash('sha256').update(bytes).digest('hex'),
});
