import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { npmInstall, run } from './run.ts';

/** The oldest line of Node that the packages are for. */
const OLDEST = '22.23.3';
const PLATFORM = process.platform === 'win32' ? 'win' : process.platform;
const PACKAGE = `node-${PLATFORM}-${process.arch}`;

export interface Runtime {
  readonly name: string;
  /** Its binary; undefined where it could not be obtained. */
  readonly node: string | undefined;
  readonly remove: () => void;
}

/** From npm, in a folder of its own: beside the checkout's Node its command would hide that one. */
export const oldestRuntime = async (): Promise<Runtime> => {
  const dir = mkdtempSync(join(tmpdir(), 'anlian-node-'));
  const remove = (): void => rmSync(dir, { recursive: true, force: true });
  writeFileSync(join(dir, 'package.json'), '{"private":true}');
  const { err } = await npmInstall(dir, `${PACKAGE}@${OLDEST}`);
  const node = join(dir, 'node_modules', PACKAGE, 'bin', PLATFORM === 'win' ? 'node.exe' : 'node');
  const { out } = await run(dir, node, ['--version']);
  if (out.trim() === `v${OLDEST}`) return { name: `Node ${OLDEST}`, node, remove };
  if (process.env.CI === 'true') throw new Error(`the npm package ${PACKAGE}@${OLDEST} cannot be installed:\n${err}`);
  return { name: `Node ${OLDEST} (skipped: npm has no ${PACKAGE} of it here)`, node: undefined, remove };
};

export const ownRuntime: Runtime = { name: `Node ${process.versions.node}`, node: process.execPath, remove: () => {} };
