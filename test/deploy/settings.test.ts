import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { writeBuilders } from '../../consortium/src/fabric/builders.ts';
import { ensureMaterial } from '../../consortium/src/fabric/material.ts';
import type { OrganisationPlan } from '../../consortium/src/fabric/plan.ts';
import { ordererSettings } from '../../consortium/src/fabric/settings/orderer.ts';
import { peerSettings } from '../../consortium/src/fabric/settings/peer.ts';
import { CHART } from './tools.ts';

const FILES = join(CHART, 'files');
const BUILDERS = ['detect', 'build', 'release'];
const DATA = '/var/hyperledger/production';

/** A member as the containers see it. */
const MEMBER = {
  member: 'member',
  mspId: 'MSP',
  name: 'member',
  dir: '/etc/anlian',
  peerPort: 7051,
  peerOperationsPort: 9443,
  chaincodePort: 9999,
  orderer: { port: 7050, adminPort: 7053, operationsPort: 9443 },
} as const satisfies OrganisationPlan;

type Tree = { [key: string]: Tree | string | number | boolean | null };

/** Each leaf by its path, as `peer.tls.enabled`. */
const leavesOf = (tree: unknown, path = ''): Record<string, unknown> => {
  if (typeof tree !== 'object' || tree === null || Array.isArray(tree)) return { [path]: tree };
  return Object.fromEntries(
    Object.entries(tree as Tree).flatMap(([key, value]) =>
      Object.entries(leavesOf(value, path === '' ? key : `${path}.${key}`)),
    ),
  );
};

const settingsIn = async (file: string): Promise<Record<string, unknown>> =>
  leavesOf(parse(await readFile(join(FILES, file), 'utf8')));

/** What containers have otherwise than the bring-up on loopback: where they listen, where their volume is, and what the environment says. */
const PEER_DIFFERENCES = {
  'peer.id': '',
  'peer.address': '',
  'peer.localMspId': '',
  'peer.listenAddress': '0.0.0.0:7051',
  'peer.gossip.bootstrap': '',
  'peer.gossip.endpoint': '',
  'peer.gossip.externalEndpoint': '',
  'peer.fileSystemPath': DATA,
  'ledger.snapshots.rootDir': `${DATA}/snapshots`,
  'operations.listenAddress': '0.0.0.0:9443',
};
const ORDERER_DIFFERENCES = {
  'General.ListenAddress': '0.0.0.0',
  'General.LocalMSPID': '',
  'FileLedger.Location': `${DATA}/orderer`,
  'Operations.ListenAddress': '0.0.0.0:9443',
  'Consensus.WALDir': `${DATA}/orderer/etcdraft/wal`,
  'Consensus.SnapDir': `${DATA}/orderer/etcdraft/snapshot`,
};

describe('the settings in containers', () => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'anlian-settings-'));
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));

  it('are those of every bring-up for a peer, but for the differences named here', async () => {
    const tested = leavesOf(peerSettings(MEMBER, '/etc/anlian/builders'));
    expect(await settingsIn('core.yaml')).toEqual({ ...tested, ...PEER_DIFFERENCES });
  });

  it.each(['2.5', '3.1'])('are those of every bring-up for an orderer of Fabric %s', async (line) => {
    const tested = leavesOf(ordererSettings(MEMBER, `${line}.0`));
    expect(await settingsIn(`orderer-${line}.yaml`)).toEqual({ ...tested, ...ORDERER_DIFFERENCES });
  });

  it('have the external builder of every bring-up, ready to run', async () => {
    await writeBuilders(dir);
    for (const name of BUILDERS) {
      const file = join(FILES, 'builders', name);
      expect(await readFile(file, 'utf8')).toBe(await readFile(join(dir, 'bin', name), 'utf8'));
      expect((await stat(file)).mode & 0o111).toBe(0o111);
    }
  });

  it('tell clients, peers, orderers and administrators apart as every bring-up does', async () => {
    const organisation = { ...MEMBER, dir };
    await ensureMaterial(organisation, { crypto: globalThis.crypto, now: new Date() });
    const made = parse(await readFile(join(dir, 'crypto', 'msp', 'config.yaml'), 'utf8'));
    expect(parse(await readFile(join(FILES, 'msp.yaml'), 'utf8'))).toEqual(made);
  });
});
