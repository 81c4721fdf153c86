import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { AnlianError } from '@anlian/contracts';
import { readJson, writeJson } from '../launcher/home.ts';
import type { FabricBinaries } from './binaries.ts';
import { genesisFile } from './channel.ts';
import { CHAINCODE, CHANNEL, foundersOf } from './founders.ts';
import { type FabricPlan, PORTS_EACH, type Profile, planFabric } from './plan.ts';

/** What a home remembers of its network. */
export interface FabricState {
  readonly v: 1;
  readonly profile: Profile;
  readonly firstPort: number;
  /** Those of the last start: they may come from elsewhere now. */
  readonly binaries: Pick<FabricBinaries, 'dir' | 'source' | 'version'>;
}

/** What the person asked for; undefined where they said nothing. */
export interface Asked {
  readonly profile: Profile | undefined;
  readonly firstPort: number | undefined;
}

export const DEFAULT_PROFILE: Profile = 'raft1';
export const DEFAULT_FABRIC_PORT = 7200;
/** The last first port at which the largest network fits. */
export const LAST_FIRST_PORT = 65_536 - foundersOf('bft4').length * PORTS_EACH;

export const stateFile = (dir: string): string => join(dir, 'fabric.json');

/** What the last start wrote; undefined where there is no network. */
export const readState = (dir: string): Promise<FabricState | undefined> => readJson<FabricState>(stateFile(dir));

export const writeState = (dir: string, state: FabricState): Promise<void> => writeJson(stateFile(dir), state, 0o600);

export const planAt = (dir: string, { profile, firstPort }: Pick<FabricState, 'profile' | 'firstPort'>): FabricPlan =>
  planFabric({
    dir: resolve(dir),
    profile,
    firstPort,
    channel: CHANNEL,
    chaincode: CHAINCODE,
    members: foundersOf(profile),
  });

const refuseChange = (option: string, asked: unknown, known: unknown): void => {
  if (asked === undefined || asked === known) return;
  throw new AnlianError('configuration_invalid', {
    field: option,
    detail: `${known}: the channel of this home was made so; npm run fabric:reset, or another --home`,
  });
};

/**
 * Profile and ports of a start: those that the genesis block was made with, since every member's configuration names them; before
 * there is one, what is asked for now.
 * @throws {AnlianError} `configuration_invalid` when another profile or port is asked of a network that exists
 */
export const settle = async (dir: string, asked: Asked): Promise<Pick<FabricState, 'profile' | 'firstPort'>> => {
  const known = await readState(dir);
  if (known && existsSync(genesisFile({ dir }))) {
    refuseChange('--profile', asked.profile, known.profile);
    refuseChange('--port', asked.firstPort, known.firstPort);
    return known;
  }
  return { profile: asked.profile ?? DEFAULT_PROFILE, firstPort: asked.firstPort ?? DEFAULT_FABRIC_PORT };
};
