import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as rules from '@anlian/chaincode/rules';
import type { Contract } from '@anlian/consortium/ledger';
import type { CommandArgs, CommandName, ProposedAction } from '@anlian/contracts';
import { connectAs, genesisWith, openIn } from '../support/embeddedLedger.ts';
import { foundChannel, foundingGovernors, freshId, type Governor, signedBy } from '../support/governors.ts';
import { type MemberNode, prepareMemberNode } from '../support/memberNode.ts';
import { freePort } from '../support/ports.ts';
import { serveOnLoopback } from '../support/servedLedger.ts';

/** 恒远's node, served at its own address, in a channel of three governors on a real ledger. */
export interface PortalNode extends Pick<MemberNode, 'url' | 'as'> {
  /** Sends another member's command; resolves when the ledger has it. */
  submit<N extends CommandName>(
    by: Pick<Governor, 'member' | 'actor' | 'descriptor'>,
    name: N,
    args: CommandArgs<N>,
  ): Promise<void>;
  /** Two of three governors are a majority. */
  decide(proposed: ProposedAction): Promise<void>;
  readonly qichuan: Governor;
  /** Stops the node alone. */
  stop(): Promise<void>;
  /** Starts it again at the same address. */
  start(): Promise<void>;
  close(): Promise<void>;
}

/** `contract` is what the ledger's operator runs. */
export const startPortalNode = async (contract: Contract = rules): Promise<PortalNode> => {
  const dir = mkdtempSync(join(tmpdir(), 'anlian-portal-'));
  const [first, qichuan, zhengheng] = (await foundingGovernors()) as [Governor, Governor, Governor];
  const ledgerPort = await freePort();
  const node = await prepareMemberNode(first, {
    dataDir: join(dir, 'node'),
    ledger: { ledgerUrl: `http://127.0.0.1:${ledgerPort}` },
    anchorIntervalMs: 500,
  });
  const governors = [node.governor, qichuan, zhengheng];
  const opened = await openIn(join(dir, 'ledger'), await genesisWith(governors), { contract });
  const served = await serveOnLoopback(opened, ledgerPort);
  const ledger = connectAs(qichuan, served.url);
  await foundChannel(governors, ledger);
  await node.start();

  const submit: PortalNode['submit'] = async (by, name, args) => {
    await ledger.submit(signedBy({ ...qichuan, ...by }, name, args));
  };
  return {
    url: node.url,
    as: node.as,
    submit,
    decide: async (proposed) => {
      const proposal = freshId('prp');
      await submit(qichuan, 'proposal:open', { proposal, proposed });
      await submit(zhengheng, 'proposal:vote', { proposal, vote: 'for' });
    },
    qichuan,
    stop: node.stop,
    start: node.start,
    close: async () => {
      await node.stop();
      await served.close();
      rmSync(dir, { recursive: true });
    },
  };
};
