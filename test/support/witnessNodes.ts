import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectEmbedded } from '@anlian/sdk/ledger';
import { genesisWith, openIn, random } from './embeddedLedger.ts';
import { CHAINCODE, CHANNEL, foundChannel, foundingGovernors } from './governors.ts';
import { type MemberNode, prepareMemberNode } from './memberNode.ts';
import { localFetch } from './people.ts';
import { freePort } from './ports.ts';
import { serveOnLoopback } from './servedLedger.ts';
import { until } from './until.ts';

/** One governor's node, which witnesses the others' logs. */
export interface WitnessingNode extends Pick<MemberNode, 'member' | 'url' | 'as' | 'get' | 'start' | 'stop'> {
  /** The private half of its log key, for tests whose log lies. */
  readonly signAsLog: (message: Uint8Array) => Uint8Array;
  readonly logKey: string;
  /** Submits a body to the node as a witness. */
  submit(body: string): Promise<Response>;
  /** Writes so many pieces of evidence and returns when the log has taken them up and asked for cosignatures. */
  records(count?: number): Promise<void>;
  /** Returns when everything recorded is on the ledger. */
  anchors(): Promise<void>;
}

/** Three governors' nodes on a real ledger of one operator, each with the addresses of the others. */
export interface WitnessNetwork {
  readonly nodes: readonly [WitnessingNode, WitnessingNode, WitnessingNode];
  close(): Promise<void>;
}

const witnessing = (node: MemberNode): WitnessingNode => {
  const log = node.keys.key('log');
  const head = async () => (await node.as('auditor').getNode({})).evidence;
  let written = 0;
  return {
    ...node,
    signAsLog: log.sign,
    logKey: (log.descriptor.jwk as { readonly x: string }).x,
    submit: (body) => localFetch(`${node.url}/witness/add-checkpoint`, { method: 'POST', body }),
    records: async (count = 1) => {
      const administrator = node.as('administrator');
      for (let at = 0; at < count; at++) {
        written += 1;
        const body = { url: `http://127.0.0.1:${written}` };
        await administrator.putPeer({ params: { member: 'nobody' }, body });
      }
      await node.anchorNow();
    },
    anchors: async () => {
      await node.anchorNow();
      await until('the newest head is anchored', async () => {
        const { size, anchoredSize } = await head();
        return size === anchoredSize;
      });
    },
  };
};

export const openWitnessNetwork = async (): Promise<WitnessNetwork> => {
  const dir = mkdtempSync(join(tmpdir(), 'anlian-witnesses-'));
  const ledgerPort = await freePort();
  const ledgerUrl = `http://127.0.0.1:${ledgerPort}`;
  // The tests say when heads are anchored.
  const settings = { ledger: { ledgerUrl }, anchorIntervalMs: 3_600_000 };
  const members: MemberNode[] = [];
  for (const governor of await foundingGovernors())
    members.push(await prepareMemberNode(governor, { ...settings, dataDir: join(dir, governor.member) }));
  const founders = members.map(({ governor }) => governor);
  const served = await serveOnLoopback(await openIn(join(dir, 'ledger'), await genesisWith(founders)), ledgerPort);
  const identity = members[0]?.identity;
  if (identity === undefined) throw new Error('a governor has an identity');
  const sources = { clock: Date.now, random };
  const ledger = connectEmbedded({ url: ledgerUrl, identity, channel: CHANNEL, chaincode: CHAINCODE, ...sources });
  await foundChannel(founders, ledger, { witnesses: 2 });
  await Promise.all(members.map((member) => member.start()));
  const nodes = members.map(witnessing);
  for (const node of nodes)
    for (const other of nodes.filter(({ member }) => member !== node.member))
      await node.as('administrator').putPeer({ params: { member: other.member }, body: { url: other.url } });
  return {
    nodes: nodes as [WitnessingNode, WitnessingNode, WitnessingNode],
    close: async () => {
      await Promise.all(nodes.map((node) => node.stop()));
      await served.close();
      rmSync(dir, { recursive: true });
    },
  };
};
