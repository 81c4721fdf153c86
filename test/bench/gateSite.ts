import { createPublicKey, type KeyObject, randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Digest, formatId, type PackRow, toInstant } from '@anlian/contracts';
import { codeText, encodeWorkerPass, present, thumbprint } from '@anlian/sdk/code';
import { type Gate, makePack, openGate, type Passage, type PassageRequest } from '@anlian/sdk/gate';
import type { Random } from '@anlian/sdk/ledger';
import { type Issuer, issuer, passClaims, type Signer, signer } from '../../sdk/src/code/fixture.ts';
import { splitSign1 } from '../../sdk/src/code/sign1.ts';
import { NOW, packRows, SITE, workerFacts } from '../../sdk/src/gate/fixture.ts';
import { GATE_KEY, type LocalKey, localKey } from '../../sdk/src/gate/keys.ts';
import type { FetchedPack } from '../../sdk/src/gate/sync.ts';
import { toBeSigned } from '../../sdk/src/verify/coseMessage.ts';
import { openUnstored } from './unstoredGate.ts';

const HOST = 'hengyuan.localhost';
const MEMBER = 'hengyuan';
const START_MS = Date.parse(NOW);
const PASS_LIFE_SECONDS = 60 * 86_400;
const MAX_PRESENTATION = 355;

/** One signature as `node:crypto` verifies it. */
export interface Signature {
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
  readonly key: KeyObject;
}

/** What a phone shows at a time, and the signatures in it. */
export interface Shown {
  readonly text: string;
  readonly byHolder: Signature;
  readonly byIssuer: Signature;
}

interface Holder {
  readonly id: string;
  readonly phone: Signer;
  readonly holderKey: Digest;
  readonly publicKey: KeyObject;
  readonly pass: Uint8Array;
  readonly byIssuer: Signature;
}

/** A site whose pack lists many workers, some of whom come to its gate. */
export interface GateSite {
  /** The real gate: every decision is on the disk before it is told. */
  readonly gate: Gate;
  /** The same decision over a copy of the same lists, told without being stored; each call gives one that has met nobody yet. */
  unstored(): Promise<(request: PassageRequest) => Promise<Passage>>;
  /** The key that signs decisions. */
  readonly key: LocalKey;
  readonly packBytes: number;
  readonly makeMs: number;
  readonly syncMs: number;
  /** A newer pack of as many workers, none of whose rows is the same. */
  newerPack(): Promise<FetchedPack>;
  /** Time goes on by so many seconds; what each phone shows then. */
  showAfter(seconds: number): Promise<readonly Shown[]>;
  close(): void;
}

/** In one piece, as a scanner hands it over: a text just put together would be joined by its first reader. */
const asScanned = (text: string): string => Buffer.from(text).toString();

const signatureIn = (bytes: Uint8Array, key: KeyObject): Signature => {
  const message = splitSign1(bytes, MAX_PRESENTATION);
  return { message: toBeSigned(message), signature: message.signature, key };
};

const makeHolder = async (port: Issuer, random: Random): Promise<Holder> => {
  const phone = signer();
  const cti = random(16);
  const iat = START_MS / 1000 - 86_400;
  const claims = passClaims(phone, { cti, iat, exp: iat + PASS_LIFE_SECONDS });
  const pass = await encodeWorkerPass(claims, port.kid, port.sign);
  return {
    id: formatId('pas', cti),
    phone,
    holderKey: await thumbprint(phone.jwk),
    publicKey: createPublicKey(phone.privateKey),
    pass,
    byIssuer: signatureIn(pass, createPublicKey(port.privateKey)),
  };
};

/** `workers` in the pack, of whom `phones` come to the gate. */
export const openGateSite = async (workers: number, phones: number, random: Random): Promise<GateSite> => {
  const root = mkdtempSync(join(tmpdir(), 'anlian-bench-gate-'));
  const port = await issuer(MEMBER);
  const packSigner = signer();
  const packKey = { kid: await thumbprint(packSigner.jwk), use: 'pack', jwk: packSigner.jwk } as const;
  const codeKey = { kid: await thumbprint(port.jwk), use: 'code', jwk: port.jwk } as const;
  const holders = await Promise.all(Array.from({ length: phones }, () => makeHolder(port, random)));
  const others = Array.from({ length: workers - phones }, () => formatId('pas', random(16)));
  let nowMs = START_MS;

  const rows = (points: number): PackRow[] => [
    { t: 'b-key', member: MEMBER, key: codeKey, from: '2026-01-01T00:00:00.000Z', to: null },
    ...packRows([
      ...holders.map(({ id: pass, holderKey }) => workerFacts({ pass, holderKey, points })),
      ...others.map((pass) => workerFacts({ pass, points })),
    ]),
  ];
  const pack = async (height: number): Promise<FetchedPack & { readonly rows: string }> => {
    const facts = { member: MEMBER, site: SITE, madeAt: toInstant(nowMs), height, previous: null };
    return { serverMs: null, ...(await makePack(facts, rows(height), packKey.kid, packSigner.sign)) };
  };
  const open = (dir: string) =>
    openGate({
      dir,
      gate: formatId('gat', random(16)),
      member: MEMBER,
      site: SITE,
      packKeys: [packKey],
      clock: () => nowMs,
      random: randomBytes,
    });

  const dir = join(root, 'gate');
  const makeStartedMs = performance.now();
  const first = await pack(1);
  const syncStartedMs = performance.now();
  const synced = await open(dir);
  await synced.sync(async () => first);
  const syncedMs = performance.now();
  synced.close();
  cpSync(dir, join(root, 'copy'), { recursive: true });
  const gate = await open(dir);
  const key = await localKey(dir, GATE_KEY);
  const copy = openUnstored(join(root, 'copy'), {
    key,
    clock: () => nowMs,
    random: randomBytes,
    member: MEMBER,
    site: SITE,
  });

  const show = async ({ pass, phone, publicKey, byIssuer }: Holder): Promise<Shown> => {
    const bytes = await present(pass, nowMs / 1000, phone.sign);
    return { text: asScanned(codeText(HOST, bytes)), byHolder: signatureIn(bytes, publicKey), byIssuer };
  };
  return {
    gate,
    unstored: copy.decider,
    key,
    packBytes: Buffer.byteLength(first.rows),
    makeMs: syncStartedMs - makeStartedMs,
    syncMs: syncedMs - syncStartedMs,
    newerPack: () => pack(2),
    showAfter: (seconds) => {
      nowMs += seconds * 1000;
      return Promise.all(holders.map(show));
    },
    close: () => {
      gate.close();
      copy.close();
      rmSync(root, { recursive: true });
    },
  };
};
