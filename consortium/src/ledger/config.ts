import { readFileSync } from 'node:fs';
import { AnlianError, ChaincodeId, ChannelId, type FieldFault, MspId } from '@anlian/contracts';
import * as z from 'zod';

const Environment = z.object({
  ANLIAN_LEDGER_DIR: z.string().min(1),
  /** The service asks readers for no credential, so it answers on this machine alone. */
  ANLIAN_LEDGER_HOST: z.enum(['127.0.0.1', '::1', 'localhost']).default('127.0.0.1'),
  ANLIAN_LEDGER_PORT: z.coerce.number().int().min(0).max(65_535),
  /** Path of the genesis file. */
  ANLIAN_LEDGER_GENESIS: z.string().min(1),
  ANLIAN_EXIT_WITH_PARENT: z.enum(['0', '1']).default('0'),
});

/** What a channel is born with; the operator's identity is made in the data directory at first start. */
export const GenesisFile = z.strictObject({
  channel: ChannelId,
  chaincode: ChaincodeId,
  msps: z
    .array(z.strictObject({ mspId: MspId, rootCertPem: z.string().startsWith('-----BEGIN CERTIFICATE-----') }))
    .min(1)
    .max(200)
    .refine((msps) => new Set(msps.map(({ mspId }) => mspId)).size === msps.length, 'an MSP is named twice'),
});
export type GenesisFile = z.infer<typeof GenesisFile>;

export interface LedgerConfig {
  readonly dir: string;
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  readonly genesis: GenesisFile;
  /** End when standard input closes: the launcher that held it is gone. */
  readonly exitWithParent: boolean;
}

const faults = (error: z.ZodError, prefix: string): FieldFault[] =>
  error.issues.map((issue) => ({
    field: [prefix, ...issue.path].filter(Boolean).join('/'),
    code: issue.code,
    detail: issue.message,
  }));

const invalid = (errors: readonly FieldFault[]): AnlianError =>
  new AnlianError('configuration_invalid', {
    errors,
    detail: errors.map(({ field, detail }) => `${field}: ${detail}`).join('; '),
  });

const readGenesis = (path: string): GenesisFile => {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new AnlianError('configuration_invalid', {
      field: 'ANLIAN_LEDGER_GENESIS',
      detail: 'the genesis file cannot be read as JSON',
      cause,
    });
  }
  const parsed = GenesisFile.safeParse(value);
  if (!parsed.success) throw invalid(faults(parsed.error, 'ANLIAN_LEDGER_GENESIS'));
  return parsed.data;
};

/** Reads the environment, the only place where it is read. Throws `configuration_invalid` with every fault. */
export const readConfig = (environment: NodeJS.ProcessEnv): LedgerConfig => {
  const parsed = Environment.safeParse(environment);
  if (!parsed.success) throw invalid(faults(parsed.error, ''));
  const { ANLIAN_LEDGER_DIR, ANLIAN_LEDGER_HOST, ANLIAN_LEDGER_PORT, ANLIAN_LEDGER_GENESIS, ANLIAN_EXIT_WITH_PARENT } =
    parsed.data;
  return {
    dir: ANLIAN_LEDGER_DIR,
    host: ANLIAN_LEDGER_HOST,
    port: ANLIAN_LEDGER_PORT,
    genesis: readGenesis(ANLIAN_LEDGER_GENESIS),
    exitWithParent: ANLIAN_EXIT_WITH_PARENT === '1',
  };
};
