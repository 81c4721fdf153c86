import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { AnlianError, MemberId, MspId } from '@anlian/contracts';
import * as z from 'zod';
import { writeJson } from '../launcher/home.ts';
import { genesisFile, hadChannel, refuseLostGenesis } from './channel.ts';
import { CHAINCODE, CHANNEL, foundersOf } from './founders.ts';
import { type FabricPlan, PORTS_EACH, PROFILES, type Profile, planFabric } from './plan.ts';
import { CUTTINGS, type Cutting, DEFAULT_CUTTING } from './settings/channel.ts';

const FabricState = z.object({
  v: z.literal(1),
  profile: z.enum(PROFILES),
  firstPort: z.int().min(1).max(65_535),
  /** How blocks are cut, where something was said about it. */
  cutting: z.enum(Object.keys(CUTTINGS) as [Cutting, ...Cutting[]]).optional(),
  /** Who joined after the founding, and who of all left. */
  joined: z
    .array(z.object({ member: MemberId, mspId: MspId, name: z.string() }))
    .readonly()
    .optional(),
  left: z.array(MemberId).readonly().optional(),
  /** Those of the last start: they may come from elsewhere now. */
  binaries: z.object({
    dir: z.string(),
    source: z.enum(['ANLIAN_FABRIC_BIN', 'PATH', 'built from the Go module']),
    version: z.string(),
  }),
});
/** What a home remembers of its network. */
export type FabricState = Readonly<z.output<typeof FabricState>>;

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

/** Folders beside the members' own: no member may be named so. */
export const OWN_FOLDERS = ['builders', 'channel-config'] as const;

export const stateFile = (dir: string): string => join(dir, 'fabric.json');

const damaged = (file: string, detail: string, cause?: unknown): AnlianError =>
  new AnlianError('fabric_state_damaged', { field: file, detail, cause });

const faultsOf = ({ issues }: z.ZodError): string =>
  issues.map(({ path, message }) => `${path.join('.') || '/'}: ${message}`).join('; ');

const parse = (file: string, text: string): FabricState => {
  try {
    const read = FabricState.safeParse(JSON.parse(text));
    if (read.success) return read.data;
    throw damaged(file, faultsOf(read.error));
  } catch (cause) {
    throw cause instanceof SyntaxError ? damaged(file, 'not JSON', cause) : cause;
  }
};

/** What the last start wrote; undefined where there is no network. @throws {AnlianError} `fabric_state_damaged` */
export const readState = async (dir: string): Promise<FabricState | undefined> => {
  const file = stateFile(dir);
  try {
    return parse(file, await readFile(file, 'utf8'));
  } catch (cause) {
    if (cause instanceof AnlianError) throw cause;
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    if (code === 'ENOENT' && !hadChannel(dir)) return undefined;
    throw damaged(file, code, cause);
  }
};

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
  throw new AnlianError('fabric_layout_fixed', { field: `${option} ${asked}`, detail: `${option} ${known}` });
};

const isFounded = (dir: string, { joined = [], left = [] }: FabricState): boolean =>
  existsSync(genesisFile({ dir })) || joined.length + left.length > 0;

/**
 * Profile, ports, block cutting and members of a start: those that the genesis block was made with, since every member's configuration
 * names them. Before there is one, what is asked for now, else what was asked for at the start that was cut short.
 * @throws {AnlianError} `fabric_layout_fixed` when another is asked of a network that exists; `fabric_state_damaged`,
 * `fabric_genesis_missing`
 */
export const settle = async (dir: string, asked: Asked): Promise<Layout> => {
  const known = await readState(dir);
  refuseLostGenesis(dir);
  if (known && isFounded(dir, known)) {
    refuseChange('--profile', asked.profile, known.profile);
    refuseChange('--port', asked.firstPort, known.firstPort);
    refuseChange('--cutting', asked.cutting, known.cutting ?? DEFAULT_CUTTING);
    return known;
  }
  const cutting = asked.cutting ?? known?.cutting;
  return {
    profile: asked.profile ?? known?.profile ?? DEFAULT_PROFILE,
    firstPort: asked.firstPort ?? known?.firstPort ?? DEFAULT_FABRIC_PORT,
    ...(cutting && { cutting }),
  };
};
