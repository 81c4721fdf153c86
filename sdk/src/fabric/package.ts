import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { canonicalText } from '@anlian/contracts';
import { extract, pack } from 'tar-stream';
import * as z from 'zod';

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

/** What is approved: a chaincode, and the bundle that is its code. */
export interface ChaincodeRelease {
  readonly chaincode: string;
  readonly version: string;
  /** Of the bundle, lower-case hexadecimal. */
  readonly sha256: string;
}

/** Where a member's own peer finds the member's own chaincode service, and proves itself to it. */
export interface ServiceConnection {
  /** `host:port` */
  readonly address: string;
  readonly clientKeyPem: string;
  readonly clientCertPem: string;
  readonly rootCertPem: string;
}

/**
 * The package of a chaincode that runs as a service: where the peer finds the service, and the hash of the bundle that runs there.
 * Fabric hashes the package and not the code; with the hash inside, to approve the package is to approve that bundle.
 */
export const packageChaincode = async (
  { chaincode, version, sha256 }: ChaincodeRelease,
  { address, clientKeyPem, clientCertPem, rootCertPem }: ServiceConnection,
): Promise<ChaincodePackage> => {
  const connection = {
    address,
    dial_timeout: '10s',
    tls_required: true,
    client_auth_required: true,
    client_key: clientKeyPem,
    client_cert: clientCertPem,
    root_cert: rootCertPem,
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

/**
 * The version of a definition, the bundle's hash in it. A package is seen by its own member alone; of what the others approve and
 * the channel commits, this is what every member can read.
 */
export const definedVersion = ({ version, sha256 }: Pick<ChaincodeRelease, 'version' | 'sha256'>): string =>
  `${version}+${sha256}`;

/** The hash of the bundle that a definition's version names; undefined where it names none. */
export const bundleDefinedBy = (version: string): string | undefined => /\+([0-9a-f]{64})$/.exec(version)?.[1];

const Release = z.object({ chaincode: z.string(), version: z.string(), sha256: z.string().regex(/^[0-9a-f]{64}$/) });

/** What a package says that it is; undefined of a package that names no bundle, or is none. */
export const releaseIn = async (packageBytes: Uint8Array): Promise<ChaincodeRelease | undefined> => {
  try {
    const code = await fileOf(packageBytes, 'code.tar.gz');
    const named = code && (await fileOf(code, 'bundle.json'));
    return named && Release.safeParse(JSON.parse(named.toString('utf8'))).data;
  } catch {
    return undefined;
  }
};
