import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { AnlianError } from '@anlian/contracts';
import { readJson, writeJson } from '../launcher/home.ts';
import type { FabricBinaries } from './binaries.ts';
import { genesisFile } from './channel.ts';
import { CHAINCODE, CHANNEL, foundersOf } from './founders.ts';
import { type FabricMember, type FabricPlan, PORTS_EACH, type Profile, planFabric } from './plan.ts';
import { type Cutting, DEFAULT_CUTTING } from './settings/channel.ts';

/** What a home remembers of its network. */
export interface FabricState {
  readonly v: 1;
  readonly profile: Profile;
  readonly firstPort: number;
  /** How blocks are cut, where something was said about it. */
  readonly cutting?: Cutting | undefined;
  /** Who joined after the founding, and who of all left. */
  readonly joined?: readonly FabricMember[] | undefined;
  readonly left?: readonly string[] | undefined;
  /** Those of the last start: they may come from elsewhere now. */
  readonly binaries: Pick<FabricBinaries, 'dir' | 'source' | 'version'>;
}

/** What the person asked for; undefined where they said nothing. */
export interface Asked {
  readonly profile: Profile | undefined;
  readonly firstPort: number | undefined;
  readonly cutting?: Cutting | undefined;
}

export const DEFAULT_PROFILE: Profile = 'raft1';
export const DEFAULT_FABRIC_PORT = 7200;
/** The last first port at which the largest network fits. */
export const LAST_FIRST_PORT = 65_536 - foundersOf('bft4').length * PORTS_EACH;

/** The layout that a plan was made from. */
export const layoutOf = ({ network: { profile, firstPort, joined, left } }: FabricPlan): Layout => ({
  profile,
  firstPort,
  joined,
  left,
});

export const stateFile = (dir: string): string => join(dir, 'fabric.json');

/** What the last start wrote; undefined where there is no network. */
export const readState = (dir: string): Promise<FabricState | undefined> => readJson<FabricState>(stateFile(dir));

export const writeState = (dir: string, state: FabricState): Promise<void> => writeJson(stateFile(dir), state, 0o600);

/** What of a home's memory its plan follows from. */
export type Layout = Pick<FabricState, 'profile' | 'firstPort' | 'cutting' | 'joined' | 'left'>;

export const planAt = (dir: string, { profile, firstPort, joined, left }: Layout): FabricPlan =>
  planFabric({
    dir: resolve(dir),
    profile,
    firstPort,
    joined,
    left,
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
 * Profile, ports and block cutting of a start: those that the genesis block was made with, since every member's configuration names them; before
 * there is one, what is asked for now.
 * @throws {AnlianError} `configuration_invalid` when another is asked of a network that exists
 */
export const settle = async (dir: string, asked: Asked): Promise<Layout> => {
  const known = await readState(dir);
  if (known && existsSync(genesisFile({ dir }))) {
    refuseChange('--profile', asked.profile, known.profile);
    refuseChange('--port', asked.firstPort, known.firstPort);
    refuseChange('--cutting', asked.cutting, known.cutting ?? DEFAULT_CUTTING);
    return known;
  }
  return {
    profile: asked.profile ?? DEFAULT_PROFILE,
    firstPort: asked.firstPort ?? DEFAULT_FABRIC_PORT,
    ...(asked.cutting && { cutting: asked.cutting }),
  };
};
