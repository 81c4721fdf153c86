import { rmSync } from 'node:fs';
import type { OpenedLedger } from '../conformance/ledger.ts';
import { connectAs, genesisWith, inProcess, openIn, temporaryDirectory } from './embeddedLedger.ts';
import { foundingGovernors } from './governors.ts';
import { heldAnswers, openLine } from './line.ts';
import { serveOnLoopback } from './servedLedger.ts';

/** The embedded ledger as the conformance suite takes it, called in this process. */
export const openInProcess = async (): Promise<OpenedLedger> => {
  const governors = await foundingGovernors();
  const genesis = await genesisWith(governors);
  const dir = temporaryDirectory();
  let ledger = await openIn(dir, genesis);
  return {
    governors,
    connect: (governor, clock) =>
      connectAs(governor, 'http://ledger', { fetch: inProcess(() => ledger), ...(clock && { clock }) }),
    connectOverLine: async (governor, onSign) => {
      const { line, held } = heldAnswers(inProcess(() => ledger));
      return { line, ledger: connectAs(governor, 'http://ledger', { fetch: held, onSign }) };
    },
    restart: async () => {
      await ledger.close();
      ledger = await openIn(dir, genesis);
    },
    close: async () => {
      await ledger.close();
      rmSync(dir, { recursive: true });
    },
  };
};

/** The same behind its address. */
export const openOverHttp = async (): Promise<OpenedLedger> => {
  const governors = await foundingGovernors();
  const genesis = await genesisWith(governors);
  const dir = temporaryDirectory();
  let served = await serveOnLoopback(await openIn(dir, genesis));
  const { url, port } = served;
  const lines: { close(): void }[] = [];
  return {
    governors,
    connect: (governor, clock) => connectAs(governor, url, clock && { clock }),
    connectOverLine: async (governor, onSign) => {
      const line = await openLine(port);
      lines.push(line);
      return { line, ledger: connectAs(governor, `http://127.0.0.1:${line.port}`, { onSign }) };
    },
    restart: async () => {
      await served.close();
      served = await serveOnLoopback(await openIn(dir, genesis), port);
    },
    close: async () => {
      for (const line of lines) line.close();
      await served.close();
      rmSync(dir, { recursive: true });
    },
  };
};
