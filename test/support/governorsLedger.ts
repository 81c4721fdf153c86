import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ConsortiumPlan, fabricEnvironment, homeAt, planFabricOf } from '@anlian/consortium/launcher';
import {
  type ConnectedLedger,
  connectEmbedded,
  connectFabricGateway,
  type FollowedBlock,
  type Ledger,
  signerOf,
} from '@anlian/sdk/ledger';
import { localFetch, random } from './people.ts';

/** The consortium's ledger as a governor speaks to it, with the identity from the governor's own directory. */
export const governorsLedger = (
  homeDir: string,
  plan: ConsortiumPlan,
  member = 'hengyuan',
  clock: () => number = Date.now,
): Ledger => {
  const msp = JSON.parse(readFileSync(join(homeDir, 'members', member, 'msp', 'msp.json'), 'utf8'));
  return connectEmbedded({
    url: `http://127.0.0.1:${plan.ledgerPort}`,
    identity: { mspId: msp.mspId, certPem: msp.certPem, sign: signerOf(msp.keyPem) },
    channel: plan.channel,
    chaincode: plan.chaincode,
    clock,
    random,
    fetch: localFetch as NonNullable<Parameters<typeof connectEmbedded>[0]['fetch']>,
  });
};

/** The consortium's Fabric ledger as a governor speaks to it, through its own peer with its own client's identity. */
export const governorsFabric = async (
  homeDir: string,
  plan: ConsortiumPlan,
  governor = 'hengyuan',
): Promise<ConnectedLedger> => {
  const member = plan.members.find((one) => one.member === governor);
  if (!member) throw new RangeError(`no member ${governor}`);
  const fabric = await planFabricOf(homeAt(homeDir).fabricDir, plan.ledgerPort);
  const settings = fabricEnvironment(fabric, member);
  const read = (file: string | undefined) => readFileSync(file ?? '', 'utf8');
  const { ANLIAN_FABRIC_PEER: endpoint = '', ANLIAN_FABRIC_MSP_ID: mspId = '' } = settings;
  return connectFabricGateway({
    endpoint,
    tlsRootPem: read(settings.ANLIAN_FABRIC_TLS_ROOT),
    identity: { mspId, certPem: read(settings.ANLIAN_FABRIC_CERT), sign: signerOf(read(settings.ANLIAN_FABRIC_KEY)) },
    channel: plan.channel,
    chaincode: plan.chaincode,
    clock: Date.now,
    random,
  });
};

/** Every block there is. */
export const blocksOf = async (ledger: Ledger): Promise<FollowedBlock[]> => {
  const { height } = await ledger.describe();
  const stop = new AbortController();
  const blocks: FollowedBlock[] = [];
  for await (const block of ledger.follow({ from: 0, signal: stop.signal })) {
    blocks.push(block);
    if (blocks.length === height) stop.abort();
  }
  return blocks;
};
