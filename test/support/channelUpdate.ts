import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { HOST, identityFiles, materialOf, type OrganisationPlan } from '@anlian/consortium/fabric';
import {
  concatBytes,
  configurationBlocksOf,
  decodeBlock,
  decodeConfiguration,
  encodeChannelHeader,
  encodeEnvelope,
  encodeIdentity,
  encodeSignatureHeader,
  type Ledger,
  messages,
  NONCE_BYTES,
  signerOf,
} from '@anlian/sdk/ledger';
import { random } from './embeddedLedger.ts';
import type { FabricNetwork } from './fabricNetwork.ts';
import { fabricBinaries } from './fabricParts.ts';
import { until } from './until.ts';

const { common, configtx, mspConfig } = messages;
const execute = promisify(execFile);

type Config = InstanceType<typeof configtx.Config>;

const configurationOf = async (ledger: Ledger) => {
  const { height } = await ledger.describe();
  const read = (number: number) => ledger.block(number);
  const newest = (await configurationBlocksOf(read)(height)).at(-1) ?? (await read(0));
  const [envelope = new Uint8Array()] = decodeBlock(newest, 'ledger_corrupt').envelopes;
  return decodeConfiguration(envelope, 'ledger_corrupt').config;
};

const signatureOf = async ({ mspId, ...organisation }: OrganisationPlan, update: Uint8Array) => {
  const { cert, key } = identityFiles(materialOf(organisation).adminMsp);
  const header = encodeSignatureHeader(
    encodeIdentity({ mspId, certPem: readFileSync(cert, 'utf8') }),
    random(NONCE_BYTES),
  );
  const message = new configtx.ConfigSignature();
  message.setSignatureHeader(header);
  message.setSignature(await signerOf(readFileSync(key, 'utf8'))(concatBytes(header, update)));
  return message;
};

const envelopeOf = async (channel: string, update: Uint8Array, cosigners: readonly OrganisationPlan[]) => {
  const signed = new configtx.ConfigUpdateEnvelope();
  signed.setConfigUpdate(update);
  for (const cosigner of cosigners) signed.addSignatures(await signatureOf(cosigner, update));
  const header = new common.Header();
  const type = common.HeaderType.CONFIG_UPDATE;
  header.setChannelHeader(encodeChannelHeader({ type, channel, txId: '', timeMs: Date.now() }));
  const payload = new common.Payload();
  payload.setHeader(header);
  payload.setData(signed.serializeBinary());
  return encodeEnvelope(payload.serializeBinary(), new Uint8Array());
};

/**
 * Changes the channel's configuration with Fabric's own programs: `configtxlator` says what must be written, administrators sign it,
 * and `peer`, as the first of them, signs too and hands it in. Returns when the ledger has it.
 */
export const changeChannel = async (
  { plan }: FabricNetwork,
  ledger: Ledger,
  change: (config: Config) => Config,
  [first, ...cosigners]: readonly OrganisationPlan[],
): Promise<void> => {
  const orderer = plan.organisations.find((organisation) => organisation.orderer);
  if (!first || !orderer?.orderer) throw new Error('somebody signs and somebody orders');
  const binaries = await fabricBinaries();
  const dir = mkdtempSync(join(tmpdir(), 'anlian-update-'));
  const file = (name: string) => join(dir, `${name}.pb`);
  try {
    const config = await configurationOf(ledger);
    const sequence = config.getSequence() + 1;
    writeFileSync(file('original'), config.serializeBinary());
    writeFileSync(file('updated'), change(config).serializeBinary());
    const files = ['--original', file('original'), '--updated', file('updated'), '--output', file('update')];
    await execute(join(binaries.dir, 'configtxlator'), ['compute_update', '--channel_id', plan.channel, ...files]);
    writeFileSync(file('envelope'), await envelopeOf(plan.channel, readFileSync(file('update')), cosigners));
    const { tlsRoots, adminMsp } = materialOf(first);
    const order = ['-o', `${HOST}:${orderer.orderer.port}`, '--tls', '--cafile', materialOf(orderer).tlsRoots];
    await execute(binaries.path('peer'), ['channel', 'update', '-f', file('envelope'), '-c', plan.channel, ...order], {
      env: {
        PATH: process.env.PATH ?? '',
        FABRIC_CFG_PATH: join(first.dir, 'peer-config'),
        CORE_PEER_LOCALMSPID: first.mspId,
        CORE_PEER_MSPCONFIGPATH: adminMsp,
        CORE_PEER_ADDRESS: `${HOST}:${first.peerPort}`,
        CORE_PEER_TLS_ENABLED: 'true',
        CORE_PEER_TLS_ROOTCERT_FILE: tlsRoots,
      },
    });
    await until('the channel follows', async () => (await configurationOf(ledger)).getSequence() === sequence);
  } finally {
    rmSync(dir, { recursive: true });
  }
};

type FabricMsp = InstanceType<typeof mspConfig.FabricMSPConfig>;

/** Changes an organisation's MSP wherever the configuration defines it. */
export const changeMsp =
  (member: string, change: (msp: FabricMsp) => void) =>
  (config: Config): Config => {
    for (const section of ['Application', 'Orderer']) {
      const organisation = config.getChannelGroup()?.getGroupsMap().get(section)?.getGroupsMap().get(member);
      const value = organisation?.getValuesMap().get('MSP');
      if (!value) continue;
      const msp = mspConfig.MSPConfig.deserializeBinary(value.getValue_asU8());
      const fabric = mspConfig.FabricMSPConfig.deserializeBinary(msp.getConfig_asU8());
      change(fabric);
      msp.setConfig(fabric.serializeBinary());
      value.setValue(msp.serializeBinary());
    }
    return config;
  };
