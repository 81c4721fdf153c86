import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { AnlianError, ChaincodeId, ChannelId, type FieldFault, MspId, type Text } from '@anlian/contracts';
import { CONNECTION_FILE, Connection, type FabricAdministration } from '../../fabric/index.ts';
import { signerOf } from '../../ledger/index.ts';
import { homeOf } from '../home.ts';
import { SLIPS } from '../slips.ts';
import { type Call, UsageError, type Verb } from '../verb.ts';

/** How an administrator reaches its own peer; the node's settings have the same names in the environment. */
export const CONNECTION_OPTIONS = {
  home: { type: 'string' },
  as: { type: 'string' },
  peer: { type: 'string' },
  'tls-root': { type: 'string' },
  'msp-id': { type: 'string' },
  cert: { type: 'string' },
  key: { type: 'string' },
  channel: { type: 'string' },
  chaincode: { type: 'string' },
} as const satisfies Verb['options'];

export const CONNECTION_USAGE =
  '[--home DIR --as MEMBER | --peer HOST:PORT --tls-root FILE --msp-id ID --cert FILE --key FILE --channel NAME [--chaincode NAME]]';

export const CONNECTION_NOTES: readonly Text[] = [
  {
    zh: '本机网络（npm run fabric:up）：--home 其文件夹（默认 ANLIAN_HOME/fabric），--as 以哪个成员的管理员身份',
    en: 'A local network (npm run fabric:up): --home its folder (default ANLIAN_HOME/fabric), --as whose administrator',
  },
  {
    zh: '本成员自己的机器：ANLIAN_FABRIC_PEER、_TLS_ROOT、_MSP_ID、_CERT、_KEY 与 ANLIAN_CHANNEL，或同名选项（链码名 --chaincode 或 ANLIAN_CHAINCODE，默认 anlian）；证书须为管理员（admin）的',
    en: 'A member’s own machine: ANLIAN_FABRIC_PEER, _TLS_ROOT, _MSP_ID, _CERT, _KEY and ANLIAN_CHANNEL, or the options (the chaincode: --chaincode or ANLIAN_CHAINCODE, default anlian); the certificate is an administrator’s',
  },
];

export const FABRIC_REMEDIES: NonNullable<Verb['remedies']> = {
  ledger_unavailable: {
    zh: '查看对等节点和排序节点是否在运行、地址与 TLS 根证书是否正确，然后重试；通道未变',
    en: 'See that the peer and the orderers run, and that address and TLS root are right, then try again; the channel is as it was',
  },
  configuration_invalid: {
    zh: '按所列的选项或环境变量补全或改正',
    en: 'Give or correct what is listed, as an option or in the environment',
  },
  submitter_unknown: {
    zh: '通道不认得这个证书：核对 --msp-id 与 --cert；被移出的成员不能再查询或提交',
    en: 'The channel does not know this certificate: check --msp-id and --cert; a member that was removed neither asks nor submits',
  },
  submitter_expired: {
    zh: '由本成员的证书机构签发新的管理员证书',
    en: 'Have the member’s authority issue a new administrator’s certificate',
  },
  fabric_not_ready: {
    zh: '排序服务已接受，本成员的对等节点尚未跟上：稍后用 anlian fabric status 查看',
    en: 'The ordering service took it and the own peer is not there yet: look again with anlian fabric status',
  },
};

/** A connection with its chaincode, from options, the environment, or a local network's folder. */
export interface Connected {
  readonly administration: FabricAdministration;
  readonly chaincode: string;
}

interface Settings {
  readonly peer: string;
  readonly tlsRoot: string;
  readonly mspId: string;
  readonly cert: string;
  readonly key: string;
  readonly channel: string;
  readonly chaincode: string;
}

const readFile = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new UsageError(SLIPS.unreadable(file));
  }
};

const noNetwork = (home: string): Text => ({
  zh: `${home} 里没有本机 Fabric 网络：先 npm run fabric:up，或用 --peer 等选项指明本成员的对等节点`,
  en: `there is no local Fabric network in ${home}: npm run fabric:up, or name the member’s own peer with --peer and the others`,
});

const localSettings = ({ context, option }: Call): Settings => {
  const named = option('home');
  const home = named === undefined ? join(homeOf(context), 'fabric') : resolve(context.cwd, named);
  const members = (existsSync(home) ? readdirSync(home) : []).filter((name) =>
    existsSync(join(home, name, CONNECTION_FILE)),
  );
  const member = option('as');
  if (members.length === 0) throw new UsageError(noNetwork(home));
  if (member === undefined) throw new UsageError(SLIPS.severalThere('--as', members));
  if (!members.includes(member)) throw new UsageError(SLIPS.unknown(member, members, '--as '));
  const dir = join(home, member);
  const read = Connection.safeParse(JSON.parse(readFile(join(dir, CONNECTION_FILE))));
  if (!read.success)
    throw new AnlianError('configuration_invalid', { field: join(dir, CONNECTION_FILE), detail: 'npm run fabric:up' });
  const { tlsRoot, cert, key } = read.data;
  return { ...read.data, tlsRoot: join(dir, tlsRoot), cert: join(dir, cert), key: join(dir, key) };
};

/** Options and the environment's names for them. */
const NAMES = [
  ['peer', 'ANLIAN_FABRIC_PEER'],
  ['tls-root', 'ANLIAN_FABRIC_TLS_ROOT'],
  ['msp-id', 'ANLIAN_FABRIC_MSP_ID'],
  ['cert', 'ANLIAN_FABRIC_CERT'],
  ['key', 'ANLIAN_FABRIC_KEY'],
  ['channel', 'ANLIAN_CHANNEL'],
  ['chaincode', 'ANLIAN_CHAINCODE'],
] as const;
type Name = (typeof NAMES)[number][0];

const FORMS: Readonly<Record<Name, (value: string) => boolean>> = {
  peer: (value) => /^[^\s:/]+:\d{1,5}$/.test(value),
  'tls-root': () => true,
  'msp-id': (value) => MspId.safeParse(value).success,
  cert: () => true,
  key: () => true,
  channel: (value) => ChannelId.safeParse(value).success,
  chaincode: (value) => ChaincodeId.safeParse(value).success,
};

/** As a node's own settings have it. */
const DEFAULTS: Readonly<Partial<Record<Name, string>>> = { chaincode: 'anlian' };

const ownSettings = ({ context, option }: Call): Settings => {
  const faults: FieldFault[] = [];
  const settingOf = (name: Name, variable: string): string => {
    const value = option(name) || context.env[variable] || (DEFAULTS[name] ?? '');
    const fault = (code: string, detail: string) => faults.push({ field: `--${name} / ${variable}`, code, detail });
    if (value === '') fault('missing', '');
    else if (!FORMS[name](value)) fault('invalid', value);
    return value;
  };
  const settings = Object.fromEntries(NAMES.map(([name, variable]) => [name, settingOf(name, variable)])) as Record<
    Name,
    string
  >;
  if (faults.length > 0) throw new AnlianError('configuration_invalid', { errors: faults });
  const file = (name: Name) => resolve(context.cwd, settings[name]);
  const { peer, channel, chaincode, 'msp-id': mspId } = settings;
  return { peer, tlsRoot: file('tls-root'), mspId, cert: file('cert'), key: file('key'), channel, chaincode };
};

const signer = (file: string): ReturnType<typeof signerOf> => {
  const pem = readFile(file);
  try {
    return signerOf(pem);
  } catch (cause) {
    throw new AnlianError('configuration_invalid', { field: '--key', detail: `${file}: no key of P-256`, cause });
  }
};

/**
 * Who acts, on which channel, through which peer.
 * @throws {UsageError} and {AnlianError} `configuration_invalid` with everything that is missing at once
 */
export const connect = (call: Call): Connected => {
  const { context, option } = call;
  const isOwn = option('peer') !== undefined || (context.env.ANLIAN_FABRIC_PEER ?? '') !== '';
  const isLocal = option('home') !== undefined || option('as') !== undefined || !isOwn;
  const { peer, tlsRoot, mspId, cert, key, channel, chaincode } = isLocal ? localSettings(call) : ownSettings(call);
  const administration = {
    channel,
    peer: { endpoint: peer, tlsRootPem: readFile(tlsRoot) },
    identity: { mspId, certPem: readFile(cert), sign: signer(key) },
    clock: context.clock,
    random: context.random,
  };
  return { administration, chaincode };
};
