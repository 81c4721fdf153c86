import { globSync } from 'node:fs';
import { readdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AnlianError } from '@anlian/contracts';
import { runningPid } from './daemons.ts';
import { type FabricState, planAt, stateFile } from './home.ts';
import { everyOrganisation } from './plan.ts';
import { everyDaemon } from './programs.ts';

/** What a start writes into its home besides the members' folders. Nothing else is removed: a home may hold what is not ours. */
const OWN = ['builders', 'channel-config', 'genesis.block*', 'chaincode-*.mjs*', 'lock.*'];

/** Removes a network: its members' keys, its blocks, its logs. @throws {AnlianError} `fabric_running` while any of it runs */
export const resetFabric = async (dir: string, state: FabricState): Promise<void> => {
  const plan = planAt(dir, state);
  for (const daemon of everyDaemon(plan)) {
    const pid = await runningPid(daemon);
    if (pid !== undefined) throw new AnlianError('fabric_running', { field: daemon.name, detail: `pid ${pid}` });
  }
  for (const path of [...everyOrganisation(plan).map(({ member }) => member), ...globSync(OWN, { cwd: dir })])
    await rm(join(dir, path), { recursive: true, force: true });
  // Last: a removal that was cut short is taken up again.
  await rm(stateFile(dir), { force: true });
  if ((await readdir(dir)).length === 0) await rmdir(dir);
};
