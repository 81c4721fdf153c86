import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { AnlianError, type FieldFault } from '@anlian/contracts';
import { canonicalPem, Organisation } from '../../fabric/index.ts';
import { SLIPS } from '../slips.ts';
import { type CliContext, UsageError } from '../verb.ts';

const MAX_FILE_BYTES = 64 << 10;

/** What an MSP folder may hold that an update of ours does not carry. */
const NOT_CARRIED = ['crls', 'tlsintermediatecerts'];

const filesIn = (dir: string): string[] =>
  existsSync(dir)
    ? readdirSync(dir)
        .map((name) => join(dir, name))
        .filter((file) => statSync(file).isFile())
    : [];

const pemOf = (file: string): string => {
  try {
    if (statSync(file).size > MAX_FILE_BYTES) throw new RangeError('too long for a certificate');
    return canonicalPem(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new AnlianError('configuration_invalid', { field: '--msp', detail: `${file}: no certificate in PEM`, cause });
  }
};

export interface Newcomer {
  readonly name: string;
  readonly mspId: string;
  /** A folder as Fabric's programs read it: `cacerts`, `tlscacerts`, `config.yaml`. */
  readonly mspDir: string;
  /** `host:port` of its peers. */
  readonly anchors: readonly string[];
}

const anchorOf = (text: string) => {
  const [host = '', port = ''] = text.split(':');
  return { host, port: Number(port) };
};

/** @throws {UsageError} without such a folder; {AnlianError} `configuration_invalid` with every fault */
export const organisationFrom = ({ cwd }: CliContext, { name, mspId, mspDir, anchors }: Newcomer): Organisation => {
  const dir = resolve(cwd, mspDir);
  if (!existsSync(dir)) throw new UsageError(SLIPS.unreadable(mspDir));
  const faults: FieldFault[] = NOT_CARRIED.filter((folder) => filesIn(join(dir, folder)).length > 0).map((folder) => ({
    field: '--msp',
    code: 'unsupported',
    detail: `${folder}: not carried by this update`,
  }));
  const pems = (folder: string) => filesIn(join(dir, folder)).map(pemOf);
  const read = Organisation.safeParse({
    name,
    mspId,
    rootCertPems: pems('cacerts'),
    intermediateCertPems: pems('intermediatecerts'),
    tlsRootCertPems: pems('tlscacerts'),
    anchorPeers: anchors.map(anchorOf),
  });
  for (const { path, message } of read.error?.issues ?? [])
    faults.push({ field: path.join('.'), code: 'invalid', detail: message });
  if (!read.data || faults.length > 0) throw new AnlianError('configuration_invalid', { errors: faults });
  return read.data;
};
