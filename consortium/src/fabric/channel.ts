import { existsSync, globSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AnlianError } from '@anlian/contracts';
import { type FabricAdministration, joinChannel, joinedChannels } from '@anlian/sdk/fabric';
import { materialOf } from './material.ts';
import { type FabricPlan, HOST, type OrderingOrganisation } from './plan.ts';
import { type BlockCutting, CHANNEL_PROFILE, channelSettings } from './settings/channel.ts';
import type { FabricTool } from './tool.ts';

export const genesisFile = ({ dir }: Pick<FabricPlan, 'dir'>): string => join(dir, 'genesis.block');

/** Folders of blocks, which peers and orderers make once there is a channel. */
const ledgersIn = (dir: string): string[] =>
  globSync('*/{peer,ordering}', { cwd: dir }).filter((path) => existsSync(join(dir, path, '..', 'crypto')));

/** Whether a channel was made in this folder, whatever is left of it. */
export const hadChannel = (dir: string): boolean => existsSync(genesisFile({ dir })) || ledgersIn(dir).length > 0;

/** A second first block would part the members from the records that they have. @throws {AnlianError} `fabric_genesis_missing` */
export const refuseLostGenesis = (dir: string): void => {
  const file = genesisFile({ dir });
  if (existsSync(file)) return;
  const ledgers = ledgersIn(dir);
  if (ledgers.length > 0) throw new AnlianError('fabric_genesis_missing', { field: file, detail: ledgers.join(', ') });
};

/** Makes the channel's first block, once: every member starts from the same one. */
export const ensureGenesis = async (tool: FabricTool, plan: FabricPlan, cutting: BlockCutting): Promise<void> => {
  const file = genesisFile(plan);
  if (existsSync(file)) return;
  refuseLostGenesis(plan.dir);
  const config = join(plan.dir, 'channel-config');
  await mkdir(config, { recursive: true, mode: 0o700 });
  await writeFile(join(config, 'configtx.yaml'), JSON.stringify(channelSettings(plan, cutting), null, 2));
  const made = `${file}.new`;
  await tool(
    'configtxgen',
    ['-configPath', config, '-profile', CHANNEL_PROFILE, '-channelID', plan.channel, '-outputBlock', made],
    { FABRIC_CFG_PATH: config, FABRIC_LOGGING_SPEC: 'error' },
  );
  await rename(made, file);
};

const osnadmin = (organisation: OrderingOrganisation, ...words: string[]): string[] => {
  const { clientTls, tlsRoots } = materialOf(organisation);
  const { cert, key } = clientTls;
  const target = ['-o', `${HOST}:${organisation.orderer.adminPort}`];
  return ['channel', ...words, ...target, '--ca-file', tlsRoots, '--client-cert', cert, '--client-key', key];
};

/** An orderer joins the channel unless it has. */
export const joinOrderer = async (
  tool: FabricTool,
  plan: FabricPlan,
  organisation: OrderingOrganisation,
): Promise<void> => {
  const environment = { FABRIC_LOGGING_SPEC: 'error' };
  const { stdout } = await tool('osnadmin', osnadmin(organisation, 'list'), environment);
  if (stdout.includes(`"name": "${plan.channel}"`)) return;
  const words = ['join', '--channelID', plan.channel, '--config-block', genesisFile(plan)];
  await tool('osnadmin', osnadmin(organisation, ...words), environment);
};

/** A peer joins the channel unless it has. */
export const joinPeer = async (plan: FabricPlan, administration: FabricAdministration): Promise<void> => {
  if ((await joinedChannels(administration)).includes(plan.channel)) return;
  await joinChannel(administration, await readFile(genesisFile(plan)));
};
