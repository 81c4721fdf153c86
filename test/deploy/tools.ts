import { execFile, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Where the deployment files are. */
export const DEPLOY = fileURLToPath(new URL('../../consortium/deploy', import.meta.url));
export const CHART = join(DEPLOY, 'chart');
export const COMPOSE = join(DEPLOY, 'compose');
export const example = (name: string): string => join(DEPLOY, 'examples', name);

const CHECK = join(DEPLOY, 'check');
const HELM = 'helm.sh/helm/v3/cmd/helm';
/** Go compiles Helm and Kubernetes' types, once. */
export const BUILD_WITHIN_MS = 20 * 60_000;

const hasGo = spawnSync('go', ['version'], { stdio: 'ignore' }).status === 0;

/** Why these tests cannot run here; in CI they run or fail. */
export const REASON_TO_SKIP = hasGo || process.env.CI === 'true' ? undefined : 'no Go on this machine';

/** What a program said: `code` is 0 when it is content. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface DeployTools {
  helm(...args: string[]): Promise<Outcome>;
  /** Compose's own loader, Kubernetes' own types, BuildKit's own parser: see `consortium/deploy/check`. */
  check(args: readonly string[], input?: string): Promise<Outcome>;
}

/** Built aside and renamed: a build that was cut short leaves nothing that looks finished. */
const build = async (): Promise<string> => {
  const sources = globSync('{go.mod,go.sum,*.go}', { cwd: CHECK }).sort();
  const hash = createHash('sha256');
  for (const source of sources) hash.update(await readFile(join(CHECK, source)));
  const dir = join(homedir(), '.cache', 'anlian', `deploycheck-${hash.digest('hex').slice(0, 12)}`);
  if (existsSync(dir)) return dir;
  process.stdout.write('building Helm and the check of the deployment files with Go, once\n');
  const partial = `${dir}.${process.pid}.partial`;
  await mkdir(partial, { recursive: true });
  try {
    await run('go', ['build', '-o', partial, '.', HELM], { cwd: CHECK, timeout: BUILD_WITHIN_MS });
    await rename(partial, dir).catch((error: NodeJS.ErrnoException) => {
      // Another process was faster.
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  return dir;
};

const outcomeOf = async (
  program: string,
  args: readonly string[],
  { input = '', env }: { readonly input?: string; readonly env: NodeJS.ProcessEnv },
): Promise<Outcome> =>
  new Promise((resolve) => {
    const child = execFile(program, args, { env, maxBuffer: 16 * 1024 * 1024 }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : 1, stdout, stderr }),
    );
    child.stdin?.end(input);
  });

export const deployTools = async (): Promise<DeployTools> => {
  const dir = await build();
  const home = join(tmpdir(), `anlian-helm-${process.pid}`);
  const env = { HOME: home, PATH: process.env.PATH ?? '' };
  return {
    helm: (...args) => outcomeOf(join(dir, 'helm'), args, { env }),
    check: (args, input = '') => outcomeOf(join(dir, 'deploycheck'), args, { env, input }),
  };
};
