import { randomBytes } from 'node:crypto';
import type { KeyDescriptor, PackRow, WorkerFacts } from '@anlian/contracts';
import { type Issuer, issuer, passClaims, type Signer, signer } from '../code/fixture.ts';
import { thumbprint } from '../code/keys.ts';
import { codeText } from '../code/link.ts';
import { encodeWorkerPass } from '../code/open.ts';
import { present } from '../code/presentation.ts';
import { NOW, packRows, SITE, workerFacts } from './fixture.ts';
import { type Gate, type GateOptions, openGate } from './gate.ts';
import { makePack, signPack, textDigest } from './pack/make.ts';
import type { FetchedPack } from './sync.ts';

/** Test support: 恒远's code and pack keys, a worker's phone with a pass, and the port's gate. */
export const GATE = `gat_${'07'.repeat(16)}` as const;
export const NOW_MS = Date.parse(NOW);
const PASS_ISSUED = Date.parse('2026-11-01T00:00:00.000Z') / 1000;

export interface World {
  readonly port: Issuer;
  readonly packKey: KeyDescriptor;
  readonly phone: Signer;
  readonly pass: Uint8Array;
  readonly worker: WorkerFacts;
  rows(workers?: readonly WorkerFacts[]): PackRow[];
  pack(changes?: {
    rows?: PackRow[];
    madeAt?: string;
    height?: number;
    member?: string;
    site?: string;
  }): Promise<FetchedPack & { rows: string }>;
  /** The pack JWS over rows as they are, well formed or not. */
  signRows(rows: string, count: number): Promise<string>;
  /** QR text of the pass presented at a time. */
  show(atMs: number, by?: Signer): Promise<string>;
  badge(): string;
  options(dir: string, changes?: Partial<GateOptions>): GateOptions;
  /** A gate that has synced. */
  gate(dir: string, changes?: Partial<GateOptions>): Promise<Gate>;
}

const HOST = 'hengyuan.localhost';

export const makeWorld = async (): Promise<World> => {
  const port = await issuer('hengyuan');
  const packSigner = signer();
  const phone = signer();
  const packKey: KeyDescriptor = { kid: await thumbprint(packSigner.jwk), use: 'pack', jwk: packSigner.jwk };
  const codeKey: KeyDescriptor = { kid: await thumbprint(port.jwk), use: 'code', jwk: port.jwk };
  const claims = passClaims(phone, { iat: PASS_ISSUED, exp: PASS_ISSUED + 60 * 86_400 });
  const pass = await encodeWorkerPass(claims, port.kid, port.sign);
  const worker = workerFacts({ holderKey: await thumbprint(phone.jwk) });

  const rows: World['rows'] = (workers = [worker]) => [
    { t: 'b-key', member: 'hengyuan', key: codeKey, from: '2026-01-01T00:00:00.000Z', to: null },
    ...packRows(workers),
  ];
  const pack: World['pack'] = async (changes = {}) => {
    const { member = 'hengyuan', site = SITE, madeAt = NOW, height = 41 } = changes;
    const facts = { member, site, madeAt, height, previous: null };
    const made = await makePack(facts, changes.rows ?? rows(), packKey.kid, packSigner.sign);
    return { serverMs: null, ...made };
  };
  const options: World['options'] = (dir, changes = {}) => ({
    dir,
    gate: GATE,
    member: 'hengyuan',
    site: SITE,
    packKeys: [packKey],
    clock: () => NOW_MS,
    random: randomBytes,
    ...changes,
  });
  return {
    port,
    packKey,
    phone,
    pass,
    worker,
    rows,
    pack,
    signRows: async (text, count) => {
      const base = { v: 1, member: 'hengyuan', site: SITE, madeAt: NOW, height: 41, previous: null } as const;
      return signPack({ ...base, rows: await textDigest(text), count }, packKey.kid, packSigner.sign);
    },
    show: async (atMs, by = phone) => codeText(HOST, await present(pass, Math.floor(atMs / 1000), by.sign)),
    badge: () => codeText(HOST, pass),
    options,
    gate: async (dir, changes) => {
      const gate = await openGate(options(dir, changes));
      await gate.sync(() => pack());
      return gate;
    },
  };
};
