import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as rules from '@anlian/chaincode/rules';
import {
  type EmbeddedLedger,
  type EmbeddedLedgerOptions,
  type Genesis,
  type LedgerLog,
  openEmbeddedLedger,
  serveLedger,
} from '@anlian/consortium/ledger';
import { connectEmbedded, createMsp, type Fetch, type Ledger, signerOf } from '@anlian/sdk/ledger';
import { CHAINCODE, CHANNEL, type Governor } from './governors.ts';
import { listened, type OnSign } from './line.ts';

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

/** The rules, on this machine's clock, where nothing else is given. */
export const openIn = (
  dir: string,
  genesis: Genesis,
  change: Partial<Pick<EmbeddedLedgerOptions, 'contract' | 'clock' | 'log' | 'batch'>> = {},
): Promise<EmbeddedLedger> =>
  openEmbeddedLedger({ dir, genesis, contract: rules, clock: Date.now, random, log: quietLog, ...change });

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
