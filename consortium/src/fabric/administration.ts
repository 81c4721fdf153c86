import { readFile, rename, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { CONNECTION_FILE, type Connection, type FabricAdministration, readChannelConfig } from '@anlian/sdk/fabric';
import { type IssuingSources, signerOf } from '@anlian/sdk/ledger';
import { identityFiles, materialOf } from './material.ts';
import { type FabricPlan, HOST, type OrganisationPlan } from './plan.ts';

/** An organisation's own administrator at its own peer; the signal ends what it asks and waits for. */
export const administrationOf = async (
  { channel }: FabricPlan,
  organisation: OrganisationPlan,
  { crypto, now }: IssuingSources,
  signal?: AbortSignal,
): Promise<FabricAdministration> => {
  const { adminMsp, tlsRoots } = materialOf(organisation);
  const { cert, key } = identityFiles(adminMsp);
  const [certPem, keyPem, tlsRootPem] = await Promise.all([cert, key, tlsRoots].map((file) => readFile(file, 'utf8')));
  return {
    channel,
    peer: { endpoint: `${HOST}:${organisation.peerPort}`, tlsRootPem: tlsRootPem ?? '' },
    identity: { mspId: organisation.mspId, certPem: certPem ?? '', sign: signerOf(keyPem ?? '') },
    clock: () => now.getTime(),
    random: (length) => crypto.getRandomValues(new Uint8Array(length)),
    signal,
  };
};

/** Whether the organisation's peer has come so far that the channel's configuration names the organisation. */
export const isOnChannel = async (
  plan: FabricPlan,
  organisation: OrganisationPlan,
  sources: IssuingSources,
): Promise<boolean> =>
  readChannelConfig(await administrationOf(plan, organisation, sources)).then(
    () => true,
    () => false,
  );

/** Leaves each member's administrator what the command `anlian fabric` needs; paths are from the file's own folder. */
export const writeConnection = async (plan: FabricPlan, organisation: OrganisationPlan): Promise<void> => {
  const { dir, member, mspId, peerPort } = organisation;
  const { adminMsp, tlsRoots } = materialOf(organisation);
  const { cert, key } = identityFiles(adminMsp);
  const { channel, chaincode } = plan;
  const connection: Connection = {
    v: 1,
    member,
    mspId,
    channel,
    chaincode,
    peer: `${HOST}:${peerPort}`,
    tlsRoot: relative(dir, tlsRoots),
    cert: relative(dir, cert),
    key: relative(dir, key),
  };
  const file = join(dir, CONNECTION_FILE);
  await writeFile(`${file}.new`, `${JSON.stringify(connection, null, 2)}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
};
