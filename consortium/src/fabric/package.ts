import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { canonicalText } from '@anlian/contracts';
import { extract, pack } from 'tar-stream';
import { materialOf } from './material.ts';
import { HOST, type OrganisationPlan } from './plan.ts';

const compressed = promisify(gzip);
const expanded = promisify(gunzip);

/** A chaincode package as `peer lifecycle chaincode install` takes it. */
export interface ChaincodePackage {
  /** `label:sha256`, as the peer computes it. */
  readonly id: string;
  readonly bytes: Uint8Array;
}

type Files = Readonly<Record<string, string | Uint8Array>>;

/** A `.tar.gz` whose bytes depend on its files alone. */
const archive = async (files: Files): Promise<Buffer> => {
  const tar = pack();
  for (const [name, content] of Object.entries(files))
    tar.entry({ name, mode: 0o644, mtime: new Date(0) }, Buffer.from(content));
  tar.finalize();
  return compressed(await buffer(tar));
};

const fileOf = async (bytes: Uint8Array, wanted: string): Promise<Buffer | undefined> => {
  const tar = extract();
  tar.end(await expanded(bytes));
  for await (const entry of tar) {
    if (entry.header.name === wanted) return buffer(entry);
    entry.resume();
  }
  return undefined;
};

/** Characters of the bundle's hash in the label, where whoever lists packages sees it. */
const LABEL_DIGITS = 16;

/**
 * The package of a chaincode that runs as a service: where the peer finds the service, and the hash of the bundle that runs there.
 * Fabric hashes the package and not the code; with the hash inside, to approve the package is to approve that bundle.
 */
export const packageChaincode = async (
  organisation: OrganisationPlan,
  { chaincode, version, sha256 }: { readonly chaincode: string; readonly version: string; readonly sha256: string },
): Promise<ChaincodePackage> => {
  const { clientTls, tlsRoots } = materialOf(organisation);
  const connection = {
    address: `${HOST}:${organisation.chaincodePort}`,
    dial_timeout: '10s',
    tls_required: true,
    client_auth_required: true,
    client_key: await readFile(clientTls.key, 'utf8'),
    client_cert: await readFile(clientTls.cert, 'utf8'),
    root_cert: await readFile(tlsRoots, 'utf8'),
  };
  const code = await archive({
    'connection.json': canonicalText(connection),
    'bundle.json': canonicalText({ chaincode, version, sha256 }),
  });
  const label = `${chaincode}_${version}_${sha256.slice(0, LABEL_DIGITS)}`;
  const bytes = await archive({
    'metadata.json': canonicalText({ path: '', type: 'ccaas', label }),
    'code.tar.gz': code,
  });
  return { id: `${label}:${createHash('sha256').update(bytes).digest('hex')}`, bytes };
};

/** The label of a package id: what the members call it, without the hash of one member's package. */
export const labelOf = (packageId: string): string => packageId.slice(0, packageId.lastIndexOf(':'));

/** The hash of the bundle that a package names; undefined of a package that names none. */
export const bundleNamedIn = async (packageBytes: Uint8Array): Promise<string | undefined> => {
  const code = await fileOf(packageBytes, 'code.tar.gz');
  const named = code && (await fileOf(code, 'bundle.json'));
  return named && (JSON.parse(named.toString('utf8')) as { readonly sha256?: string }).sha256;
};
