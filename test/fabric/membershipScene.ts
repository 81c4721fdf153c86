import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { administrationOf, HOST, materialOf } from '@anlian/consortium/fabric';
import type { ProposedAction } from '@anlian/contracts';
import { buildChaincode, type FabricAdministration } from '@anlian/sdk/fabric';
import { type ConnectedLedger, decodeIdentity } from '@anlian/sdk/ledger';
import { main } from '../../sdk/src/cli/main.ts';
import { processContext } from '../../sdk/src/cli/processContext.ts';
import { connectFabric, openFabricNetwork } from '../support/fabricNetwork.ts';
import { type FabricNode, prepareFabricNode } from '../support/fabricNode.ts';
import { foundChannel, freshId, type Governor, signedBy } from '../support/governors.ts';
import { type GrownNetwork, growNetwork } from '../support/grownNetwork.ts';
import { copySources } from '../support/ownCheckout.ts';

/** A real network of three governors, a node that follows it, and a fourth organisation that nobody has let in yet. */
export interface MembershipScene {
  /** Where the command is run. */
  readonly dir: string;
  /** A checkout of the chaincode's sources. */
  readonly sources: string;
  readonly network: GrownNetwork;
  readonly node: FabricNode;
  readonly ledger: ConnectedLedger;
  readonly governors: readonly [Governor, Governor, Governor];
  /** The command, as the administrator of one of the governors. */
  anlian(as: Governor | undefined, ...args: string[]): Promise<{ code: number; out: string; err: string }>;
  /** What it tells a program. */
  json(as: Governor | undefined, ...args: string[]): Promise<ReturnType<typeof JSON.parse>>;
  /** The words that draw up the newcomer's addition. */
  addition(): readonly string[];
  administration(governor: Governor): Promise<FabricAdministration>;
  /** Where votes and configuration differ, as doctor tells it. */
  divergences(): Promise<string[]>;
  newSite(governor?: Governor): ReturnType<typeof signedBy>;
  decide(voters: readonly Governor[], proposed: ProposedAction): Promise<void>;
  endorsersOf(txId: string): Promise<string[]>;
  close(): Promise<void>;
}

/** Gives the scene inside a test: there is none before. */
export type MembershipSceneOf = () => MembershipScene;

export const openMembershipScene = async (): Promise<MembershipScene> => {
  const dir = mkdtempSync(join(tmpdir(), 'anlian-membership-'));
  const sources = join(dir, 'checkout');
  copySources(sources);
  const network = await growNetwork(await openFabricNetwork(), await buildChaincode(sources));
  const node = await prepareFabricNode(network, 'gateway');
  const governors = node.governors as readonly Governor[] as MembershipScene['governors'];
  const ledger = connectFabric(network, governors[0], 'fabric-gateway');
  await foundChannel(node.governors, ledger);
  await node.start();
  let sites = 0;

  const anlian: MembershipScene['anlian'] = async (as, ...args) => {
    const [out, err]: [string[], string[]] = [[], []];
    const connection = as ? ['--home', network.plan.dir, '--as', as.member] : [];
    const code = await main([...args, ...connection, '--lang', 'en'], {
      ...processContext(),
      env: { ANLIAN_HOME: dir },
      cwd: dir,
      out: (line) => out.push(line),
      err: (line) => err.push(line),
    });
    return { code, out: out.join('\n'), err: err.join('\n') };
  };
  const json: MembershipScene['json'] = async (as, ...args) => JSON.parse((await anlian(as, ...args, '--json')).out);
  return {
    dir,
    sources,
    network,
    node,
    ledger,
    governors,
    anlian,
    json,
    addition: () => [
      'fabric',
      'add-member',
      network.newcomer.member,
      ...['--id', network.newcomer.mspId, '--msp', materialOf(network.organisation).orgMsp],
      ...['--anchor', `${HOST}:${network.organisation.peerPort}`],
    ],
    administration: async (governor) =>
      administrationOf(network.plan, network.organisationOf(governor), { crypto: globalThis.crypto, now: new Date() }),
    divergences: async () => {
      const { findings } = await json(undefined, 'doctor', node.url);
      return findings
        .filter(({ code }: { code: string }) => /configured|unadmitted/.test(code))
        .map(({ code, subject }: { code: string; subject: string }) => `${code} ${subject}`);
    },
    newSite: (governor = governors[0]) => {
      sites += 1;
      return signedBy(governor, 'site:register', { site: `site-${sites}` });
    },
    decide: async (voters, proposed) => {
      const proposal = freshId('prp');
      const [first, ...others] = voters as [Governor, ...Governor[]];
      await ledger.submit(signedBy(first, 'proposal:open', { proposal, proposed }));
      for (const other of others) await ledger.submit(signedBy(other, 'proposal:vote', { proposal, vote: 'for' }));
    },
    endorsersOf: async (txId) =>
      (await ledger.attest(txId)).endorsements.map(({ endorser }) => decodeIdentity(endorser, 'ledger_corrupt').mspId),
    close: async () => {
      ledger.close();
      await node.close();
      await network.down();
      network.remove();
      rmSync(dir, { recursive: true, force: true });
    },
  };
};
