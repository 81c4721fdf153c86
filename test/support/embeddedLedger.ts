import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as rules from '@anlian/chaincode/rules';
import {
  type Contract,
  type EmbeddedLedger,
  type Genesis,
  type LedgerLog,
  openEmbeddedLedger,
  serveLedger,
} from '@anlian/consortium/ledger';
import { connectEmbedded, createMsp, type Fetch, type Ledger, signerOf } from '@anlian/sdk/ledger';
import { type ServerType, serve } from '@hono/node-server';
import type { OpenedLedger } from '../conformance/ledger.ts';
import { CHAINCODE, CHANNEL, foundingGovernors, type Governor } from './governors.ts';
import { heldAnswers, listened, type OnSign, openLine } from './line.ts';

export const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length));

export const quietLog: LedgerLog = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** In memory where there is such a place: tests that write thousands of times do not wait for a disk. */
const PLACE = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

export const temporaryDirectory = (): string => mkdtempSync(join(PLACE, 'anlian-ledger-'));

/** A genesis with a fresh operator and these governors. */
export const genesisWith = async (governors: readonly Governor[]): Promise<Genesis> => {
  const operator = await createMsp({
    mspId: 'operatorMSP',
    organisation: '联盟运营方',
    roles: ['peer', 'orderer'],
    crypto: globalThis.crypto,
    now: new Date(),
  });
  return {
    channel: CHANNEL,
    chaincode: CHAINCODE,
    msps: governors.map(({ mspId, msp }) => ({ mspId, rootCertPem: msp.caCertPem })),
    operator: {
      mspId: 'operatorMSP',
      rootCertPem: operator.caCertPem,
      certPem: operator.certPem,
      sign: signerOf(operator.keyPem),
    },
  };
};

export const openIn = (
  dir: string,
  genesis: Genesis,
  contract: Contract = rules,
  log: LedgerLog = quietLog,
): Promise<EmbeddedLedger> => openEmbeddedLedger({ dir, genesis, contract, clock: Date.now, random, log });

export const connectAs = (
  { mspId, msp }: Governor,
  url: string,
  options: { readonly clock?: () => number; readonly fetch?: Fetch; readonly onSign?: OnSign } = {},
): Ledger =>
  connectEmbedded({
    url,
    identity: listened({ mspId, certPem: msp.certPem, sign: signerOf(msp.keyPem) }, options.onSign),
    channel: CHANNEL,
    chaincode: CHAINCODE,
    clock: options.clock ?? Date.now,
    random,
    ...(options.fetch && { fetch: options.fetch }),
  });

/** The service's own HTTP application, called in this process without a socket. */
export const inProcess =
  (ledger: () => EmbeddedLedger): Fetch =>
  async (url, init) =>
    serveLedger(ledger(), quietLog).fetch(new Request(url, init));

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

interface Served {
  readonly ledger: EmbeddedLedger;
  readonly server: ServerType;
  readonly port: number;
}

const listen = (ledger: EmbeddedLedger, port: number): Promise<Served> =>
  new Promise((resolve) => {
    const server = serve({ fetch: serveLedger(ledger, quietLog).fetch, hostname: '127.0.0.1', port }, () =>
      resolve({ ledger, server, port: (server.address() as AddressInfo).port }),
    );
  });

const stop = async ({ ledger, server }: Served): Promise<void> => {
  const closed = new Promise((resolve) => server.close(resolve));
  await ledger.close();
  if ('closeAllConnections' in server) server.closeAllConnections();
  await closed;
};

export const openOverHttp = async (): Promise<OpenedLedger> => {
  const governors = await foundingGovernors();
  const genesis = await genesisWith(governors);
  const dir = temporaryDirectory();
  let served = await listen(await openIn(dir, genesis), 0);
  const url = `http://127.0.0.1:${served.port}`;
  const lines: { close(): void }[] = [];
  return {
    governors,
    connect: (governor, clock) => connectAs(governor, url, clock && { clock }),
    connectOverLine: async (governor, onSign) => {
      const line = await openLine(served.port);
      lines.push(line);
      return { line, ledger: connectAs(governor, `http://127.0.0.1:${line.port}`, { onSign }) };
    },
    restart: async () => {
      await stop(served);
      served = await listen(await openIn(dir, genesis), served.port);
    },
    close: async () => {
      for (const line of lines) line.close();
      await stop(served);
      rmSync(dir, { recursive: true });
    },
  };
};
