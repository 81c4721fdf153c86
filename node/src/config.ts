import { AnlianError, ChaincodeId, ChannelId, CompanyId, type FieldFault, MemberId, MspId } from '@anlian/contracts';
import * as z from 'zod';

const flag = z.enum(['0', '1']).transform((value) => value === '1');

const file = (what: string) => z.string().min(1).optional().describe(`file: ${what}`);

/** How a node speaks to Fabric. */
const FABRIC_CLIENTS = ['gateway', 'network'] as const;

/** Settings of a node. Each is an environment variable; the README's table is generated from the descriptions here. */
const Settings = z.object({
  ANLIAN_PROFILE: z
    .enum(['development', 'production'])
    .default('production')
    .describe('`development` allows the development sign-in and the embedded ledger, and says so everywhere'),
  ANLIAN_MEMBER: MemberId.describe('this member’s short name on the ledger'),
  ANLIAN_COMPANY: CompanyId.describe('this member’s 统一社会信用代码'),
  ANLIAN_KIND: z.enum(['governor', 'participant']).describe('governors endorse and vote; participants do not'),
  ANLIAN_NAME_ZH: z.string().min(1).max(100).describe('name people read, Chinese'),
  ANLIAN_NAME_EN: z.string().min(1).max(100).describe('name people read, English'),
  ANLIAN_HOST: z.string().default('127.0.0.1').describe('address to listen on'),
  ANLIAN_PORT: z.coerce.number().int().min(0).max(65535).describe('port to listen on'),
  ANLIAN_PUBLIC_URL: z.url().describe('the address people and other members use'),
  ANLIAN_DATA_DIR: z.string().min(1).describe('keys, the embedded database and documents'),
  ANLIAN_TEMPLATE_DIR: z.string().optional().describe('cache that makes the first start of the embedded database fast'),
  ANLIAN_DATABASE_URL: z.url().optional().describe('PostgreSQL; the embedded database when absent'),
  ANLIAN_CHANNEL: ChannelId.describe('channel of the ledger'),
  ANLIAN_CHAINCODE: ChaincodeId.default('anlian').describe('chaincode on the channel'),
  ANLIAN_LEDGER_URL: z.url().optional().describe('embedded ledger service (governors)'),
  ANLIAN_FABRIC_PEER: z
    .string()
    .regex(/^[^\s:/]+:\d{1,5}$/, 'host:port')
    .optional()
    .describe('Hyperledger Fabric instead: `host:port` of this member’s own peer (governors)'),
  ANLIAN_FABRIC_TLS_ROOT: file('certificate of the authority that issued the peer’s TLS certificate'),
  ANLIAN_FABRIC_MSP_ID: MspId.optional().describe('this member’s MSP on the channel'),
  ANLIAN_FABRIC_CERT: file('certificate of this member’s client, issued by the member’s own authority'),
  ANLIAN_FABRIC_KEY: file('private key of that certificate, PKCS#8'),
  ANLIAN_FABRIC_CLIENT: z
    .enum(FABRIC_CLIENTS)
    .default('gateway')
    .describe(
      '`gateway` for peers from 2.4; `network` for consortia on 2.2 LTS, where the node asks every governor’s peer itself',
    ),
  ANLIAN_FABRIC_PEERS: file(
    'the other governors’ peers, for `network`: a JSON list of `{ mspId, endpoint, tlsRootPem }`',
  ),
  ANLIAN_CARRIER_URL: z.url().optional().describe('node of the governor that carries commands (participants)'),
  ANLIAN_ANCHOR_INTERVAL_MS: z.coerce
    .number()
    .int()
    .min(200)
    .max(3_600_000)
    .default(3_000)
    .describe('how often a changed evidence log is anchored'),
  ANLIAN_LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'])
    .default('info')
    .describe('level of the log on standard error'),
  ANLIAN_EXIT_WITH_PARENT: flag.default(false).describe('1: stop when standard input closes'),
});

/** How this member reaches its own peer, and as whom. */
export interface FabricConfig {
  /** `host:port` */
  readonly peer: string;
  readonly mspId: string;
  readonly client: (typeof FABRIC_CLIENTS)[number];
  readonly tlsRootFile: string;
  readonly certFile: string;
  readonly keyFile: string;
  /** The other governors' peers; `network` asks them itself. */
  readonly peersFile: string | undefined;
}

export interface Config {
  readonly profile: 'development' | 'production';
  readonly member: string;
  readonly company: string;
  readonly kind: 'governor' | 'participant';
  readonly name: { readonly zh: string; readonly en: string };
  readonly host: string;
  readonly port: number;
  /** Without a trailing slash. */
  readonly publicUrl: string;
  readonly dataDir: string;
  readonly templateDir: string | undefined;
  readonly databaseUrl: string | undefined;
  readonly channel: string;
  readonly chaincode: string;
  readonly ledgerUrl: string | undefined;
  readonly fabric: FabricConfig | undefined;
  readonly carrierUrl: string | undefined;
  readonly anchorIntervalMs: number;
  readonly logLevel: string;
  readonly exitWithParent: boolean;
}

type Parsed = z.infer<typeof Settings>;

/** Hyperledger Fabric takes all of these. */
const FABRIC_SETTINGS = [
  'ANLIAN_FABRIC_PEER',
  'ANLIAN_FABRIC_TLS_ROOT',
  'ANLIAN_FABRIC_MSP_ID',
  'ANLIAN_FABRIC_CERT',
  'ANLIAN_FABRIC_KEY',
] as const;

/** Settings of Fabric that are missing where others are there. */
const missingForFabric = (s: Parsed): readonly (typeof FABRIC_SETTINGS)[number][] => {
  const missing = FABRIC_SETTINGS.filter((name) => s[name] === undefined);
  return missing.length === FABRIC_SETTINGS.length ? [] : missing;
};

const fabricOf = (s: Parsed): FabricConfig | undefined => {
  const { ANLIAN_FABRIC_PEER: peer, ANLIAN_FABRIC_TLS_ROOT: tlsRootFile, ANLIAN_FABRIC_MSP_ID: mspId } = s;
  const { ANLIAN_FABRIC_CERT: certFile, ANLIAN_FABRIC_KEY: keyFile } = s;
  const { ANLIAN_FABRIC_CLIENT: client, ANLIAN_FABRIC_PEERS: peersFile } = s;
  if (!peer || !tlsRootFile || !mspId || !certFile || !keyFile) return undefined;
  return { peer, mspId, client, tlsRootFile, certFile, keyFile, peersFile };
};

/** What must hold between settings. Each entry is one fault, in words of what to change. */
const FAULTS: readonly { readonly field: string; readonly detail: string; readonly broken: (c: Config) => boolean }[] =
  [
    {
      field: 'ANLIAN_LEDGER_URL',
      detail: 'a governor needs a ledger: this one, or its own peer of Hyperledger Fabric in ANLIAN_FABRIC_PEER',
      broken: (c) => c.kind === 'governor' && !c.ledgerUrl && !c.fabric,
    },
    {
      field: 'ANLIAN_LEDGER_URL',
      detail: 'a governor follows one ledger: take this or the settings of Fabric away',
      broken: (c) => c.ledgerUrl !== undefined && c.fabric !== undefined,
    },
    {
      field: 'ANLIAN_FABRIC_PEERS',
      detail: '`network` asks the other governors’ peers itself: it needs them',
      broken: (c) => c.fabric?.client === 'network' && c.fabric.peersFile === undefined,
    },
    {
      field: 'ANLIAN_FABRIC_PEER',
      detail: 'a participant has no peer: it reaches the ledger through ANLIAN_CARRIER_URL',
      broken: (c) => c.kind === 'participant' && c.fabric !== undefined,
    },
    {
      field: 'ANLIAN_CARRIER_URL',
      detail: 'a participant needs the node of a governor',
      broken: (c) => c.kind === 'participant' && !c.carrierUrl,
    },
    {
      field: 'ANLIAN_LEDGER_URL',
      detail: 'production does not run on the embedded ledger: one operator could rewrite it',
      broken: (c) => c.profile === 'production' && c.ledgerUrl !== undefined,
    },
    {
      field: 'ANLIAN_PUBLIC_URL',
      detail: 'production needs https',
      broken: (c) => c.profile === 'production' && !c.publicUrl.startsWith('https:'),
    },
    {
      field: 'ANLIAN_HOST',
      detail: 'the development profile listens on loopback only',
      broken: (c) => c.profile === 'development' && !['127.0.0.1', '::1', 'localhost'].includes(c.host),
    },
  ];

/**
 * Reads the configuration; the only place that looks at the environment.
 * @throws {AnlianError} `configuration_invalid` with every fault at once.
 */
export const readConfig = (env: Readonly<Record<string, string | undefined>>): Config => {
  const parsed = Settings.safeParse(env);
  if (!parsed.success)
    throw refuseConfiguration(
      parsed.error.issues.map((issue) => ({ field: issue.path.join('.'), code: 'invalid', detail: issue.message })),
    );
  const s = parsed.data;
  const config: Config = {
    profile: s.ANLIAN_PROFILE,
    member: s.ANLIAN_MEMBER,
    company: s.ANLIAN_COMPANY,
    kind: s.ANLIAN_KIND,
    name: { zh: s.ANLIAN_NAME_ZH, en: s.ANLIAN_NAME_EN },
    host: s.ANLIAN_HOST,
    port: s.ANLIAN_PORT,
    publicUrl: s.ANLIAN_PUBLIC_URL.replace(/\/+$/, ''),
    dataDir: s.ANLIAN_DATA_DIR,
    templateDir: s.ANLIAN_TEMPLATE_DIR,
    databaseUrl: s.ANLIAN_DATABASE_URL,
    channel: s.ANLIAN_CHANNEL,
    chaincode: s.ANLIAN_CHAINCODE,
    ledgerUrl: s.ANLIAN_LEDGER_URL,
    fabric: fabricOf(s),
    carrierUrl: s.ANLIAN_CARRIER_URL,
    anchorIntervalMs: s.ANLIAN_ANCHOR_INTERVAL_MS,
    logLevel: s.ANLIAN_LOG_LEVEL,
    exitWithParent: s.ANLIAN_EXIT_WITH_PARENT,
  };
  const missing = missingForFabric(s).map((field) => ({
    field,
    code: 'missing',
    detail: `Hyperledger Fabric takes all of ${FABRIC_SETTINGS.join(', ')}`,
  }));
  const broken = FAULTS.filter((fault) => fault.broken(config)).filter(
    // What is missing says already that a ledger was meant.
    ({ field }) => missing.length === 0 || field !== 'ANLIAN_LEDGER_URL',
  );
  const faults = [...missing, ...broken.map(({ field, detail }) => ({ field, code: 'unsafe', detail }))];
  if (faults.length > 0) throw refuseConfiguration(faults);
  return config;
};

/** Every fault of a configuration, as one error. */
export const refuseConfiguration = (errors: readonly FieldFault[]): AnlianError =>
  new AnlianError('configuration_invalid', {
    errors,
    detail: errors.map((fault) => `${fault.field}: ${fault.detail}`).join('; '),
  });

/** The one setting that preparing an installation needs. @throws {AnlianError} `configuration_invalid` */
export const readTemplateDir = (env: Readonly<Record<string, string | undefined>>): string => {
  const dir = env.ANLIAN_TEMPLATE_DIR;
  if (!dir) throw refuseConfiguration([{ field: 'ANLIAN_TEMPLATE_DIR', code: 'invalid', detail: 'a folder' }]);
  return dir;
};

/** Name, description and default of every setting, for the README. */
export const describeSettings = (): { name: string; description: string; default: string }[] =>
  Object.entries(Settings.shape).map(([name, schema]) => ({
    name,
    description: schema.description ?? '',
    default: schema.isOptional() ? JSON.stringify(schema.safeParse(undefined).data ?? '') : 'required',
  }));
