import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AnlianError } from '@anlian/contracts';
import { createMsp, type MspOptions, signerOf } from '@anlian/sdk/ledger';
import * as z from 'zod';
import type { Operator } from './types.ts';

const OPERATOR_FILE = 'operator.json';
const OPERATOR_MSP = 'operatorMSP';

const OperatorFile = z.strictObject({
  mspId: z.string(),
  caCertPem: z.string(),
  caKeyPem: z.string(),
  certPem: z.string(),
  keyPem: z.string(),
});

/** Puts the whole file in place or nothing, and never over one that another process was quicker to make. */
const writeOnce = (path: string, text: string): void => {
  const draft = `${path}.${process.pid}.new`;
  writeFileSync(draft, text, { mode: 0o600, flag: 'w', flush: true });
  try {
    linkSync(draft, path);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  } finally {
    rmSync(draft);
  }
};

const read = (path: string): z.infer<typeof OperatorFile> | undefined => {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
  const parsed = OperatorFile.safeParse(JSON.parse(text));
  if (!parsed.success)
    throw new AnlianError('configuration_invalid', {
      field: OPERATOR_FILE,
      detail: 'the operator’s key file is damaged',
    });
  return parsed.data;
};

/** The operator's identity from the data directory, made there at first start and readable by its owner alone. */
export const loadOperator = async (
  dir: string,
  { crypto, now }: Pick<MspOptions, 'crypto' | 'now'>,
): Promise<Operator> => {
  const path = join(dir, OPERATOR_FILE);
  if (read(path) === undefined) {
    mkdirSync(dir, { recursive: true });
    const msp = await createMsp({
      mspId: OPERATOR_MSP,
      organisation: 'Anlian embedded ledger',
      roles: ['peer', 'orderer'],
      crypto,
      now,
    });
    writeOnce(path, JSON.stringify({ mspId: OPERATOR_MSP, ...msp }));
  }
  const held = read(path);
  if (held === undefined)
    throw new AnlianError('configuration_invalid', {
      field: OPERATOR_FILE,
      detail: 'the operator’s key file cannot be read',
    });
  return { mspId: held.mspId, rootCertPem: held.caCertPem, certPem: held.certPem, sign: signerOf(held.keyPem) };
};
