import { globSync } from 'node:fs';
import { readdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AnlianError, MemberId } from '@anlian/contracts';
import { runningPid, stopDaemon } from './daemons.ts';
import { type FabricState, OWN_FOLDERS, planAt, stateFile } from './home.ts';
import { everyOrganisation } from './plan.ts';
import { everyDaemon } from './programs.ts';

/** What a start writes into its home besides the members' folders. Nothing else is removed: a home may hold what is not ours. */
const OWN = [...OWN_FOLDERS, 'genesis.block*', 'chaincode-*.mjs*', 'fabric.json.new', 'lock.*'];

/** What a start makes first in a member's folder, whole or cut short. */
const MATERIAL = ['*/crypto/msp/config.yaml', '*/partial/crypto/msp'];

/** Whose folders these are, as far as the folders tell. */
const membersIn = (dir: string): string[] =>
  globSync(MATERIAL, { cwd: dir })
    .map((path) => path.split('/')[0] ?? '')
    .filter((name) => MemberId.safeParse(name).success);

const membersOf = (dir: string, state: FabricState): string[] =>
  everyOrganisation(planAt(dir, state)).map(({ member }) => member);

const refuseRunning = async (dir: string, state: FabricState): Promise<void> => {
  for (const daemon of everyDaemon(planAt(dir, state))) {
    const pid = await runningPid(daemon);
    if (pid !== undefined) throw new AnlianError('fabric_running', { field: daemon.name, detail: `pid ${pid}` });
  }
};

/**
 * Removes a network: its members' keys, its blocks, its logs. Without a state nothing else could stop its processes: those that the
 * members' folders name are stopped.
 * @param state undefined where it cannot be read
 * @throws {AnlianError} `fabric_running` while any of it runs
 */
export const resetFabric = async (dir: string, state: FabricState | undefined): Promise<void> => {
  if (state) await refuseRunning(dir, state);
  const members = new Set([...(state ? membersOf(dir, state) : []), ...membersIn(dir)]);
  for (const member of members)
    for (const pidFile of globSync('*.pid', { cwd: join(dir, member) }))
      await stopDaemon({ pidFile: join(dir, member, pidFile) });
  for (const path of [...members, ...globSync(OWN, { cwd: dir })])
    await rm(join(dir, path), { recursive: true, force: true });
  // Last: a removal that was cut short is taken up again.
  await rm(stateFile(dir), { recursive: true, force: true });
  if ((await readdir(dir)).length === 0) await rmdir(dir);
};
