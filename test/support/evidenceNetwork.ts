import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EmbeddedLedger } from '@anlian/consortium/ledger';
import {
  type AttestedTransactionJson,
  type EvidenceBundle,
  type EvidenceLeaf,
  fromBase64Url,
  type TransactionBundle,
  type TrustBundle,
  toBase64Url,
  toInstant,
} from '@anlian/contracts';
import { codeText, encodeWorkerPass, kidOf, present } from '@anlian/sdk/code';
import { type Gate, makePack, openGate } from '@anlian/sdk/gate';
import { type AttestedTransaction, createMsp, inOrder, type Ledger, type LedgerIdentity } from '@anlian/sdk/ledger';
import { connectAs, genesisWith, inProcess, openIn } from './embeddedLedger.ts';
import { leafOver, type MemoryLog, memoryLog } from './evidenceLog.ts';
import { DINGGU, gateLists, SITE } from './gateLists.ts';
import { CHAINCODE, CHANNEL, foundChannel, foundingGovernors, freshId, type Governor, signedBy } from './governors.ts';
import { type MemberKey, memberKey } from './keys.ts';
import { trustFileOf } from './trustFile.ts';

const HOST = 'hengyuan.localhost';

export const toJson = (answer: AttestedTransaction): AttestedTransactionJson => ({
  proposal: toBase64Url(answer.proposal),
  payload: toBase64Url(answer.payload),
  endorsements: inOrder(answer, 'invalid_input').endorsements.map(({ endorser, signature }) => ({
    endorser: toBase64Url(endorser),
    signature: toBase64Url(signature),
  })),
});

export const transactionBundle = (ledger: AttestedTransaction): TransactionBundle => ({
  v: 1,
  channel: CHANNEL,
  chaincode: CHAINCODE,
  kind: 'transaction',
  ledger: toJson(ledger),
});

type PortKeys = Record<'log' | 'code' | 'pack' | 'gate', MemberKey>;

/** 恒远 with a log, a gate and a worker of 鼎固 whose papers are in order, on a real embedded ledger. */
export interface EvidenceNetwork {
  readonly governors: readonly Governor[];
  readonly port: Governor;
  readonly keys: PortKeys;
  /** Log keys of the other governors, who may witness. */
  readonly witnessKeys: ReadonlyMap<string, MemberKey>;
  /** The pack that the gate works with: a compact JWS. */
  readonly pack: string;
  readonly ledger: Ledger;
  readonly embedded: EmbeddedLedger;
  /** With its key: some of the tests' operators lie. */
  readonly operator: LedgerIdentity;
  readonly log: MemoryLog;
  readonly gate: Gate;
  trust(): Promise<TrustBundle>;
  /** The gate decides about the worker; its signed record comes back. */
  decides(how?: { readonly workClass?: 'hot_work' | 'general'; readonly text?: string }): Promise<string>;
  /** Puts a record into the log, anchors the head, and composes the proof file. */
  proves(record: string, place: Pick<EvidenceLeaf, 'kind' | 'gate' | 'seq'>): Promise<EvidenceBundle>;
  anchors(): Promise<string>;
  close(): Promise<void>;
}

/** The governor with more keys, and a certificate under which it could run a peer of its own. */
const withKeys = async (governor: Governor, keys: readonly MemberKey[]): Promise<Governor> => ({
  ...governor,
  msp: await createMsp({
    mspId: governor.mspId,
    organisation: governor.member,
    roles: ['peer', 'client'],
    crypto: globalThis.crypto,
    now: new Date(),
  }),
  descriptor: {
    ...governor.descriptor,
    keys: [...governor.descriptor.keys, ...keys.map(({ descriptor }) => descriptor)],
  },
});

export const openEvidenceNetwork = async (): Promise<EvidenceNetwork> => {
  const gateId = freshId('gat');
  const dir = mkdtempSync(join(tmpdir(), 'anlian-evidence-'));
  const keys = { log: memberKey('log'), code: memberKey('code'), pack: memberKey('pack') };
  const gateKey = memberKey('gate', gateId);
  const [first, ...rest] = await foundingGovernors();
  const port = await withKeys(first as Governor, Object.values(keys));
  const witnessKeys = new Map(rest.map(({ member }) => [member, memberKey('log')]));
  const others = await Promise.all(
    rest.map((governor) => withKeys(governor, [witnessKeys.get(governor.member) as MemberKey])),
  );
  const governors = [port, ...others];
  const genesis = await genesisWith(governors);
  const embedded = await openIn(join(dir, 'ledger'), genesis);
  const ledger = connectAs(port, 'http://ledger', { fetch: inProcess(() => embedded) });
  await foundChannel(governors, ledger);

  const foundedAt = (await trustFileOf(ledger)).members[0]?.from ?? '';
  const iat = Math.ceil(Date.parse(foundedAt) / 1000);
  const phone = memberKey('actor');
  const { x, y } = phone.descriptor.jwk as { readonly x: string; readonly y: string };
  const passId = freshId('pas');
  const pass = await encodeWorkerPass(
    {
      kind: 2,
      iss: 'hengyuan',
      sub: DINGGU,
      iat,
      exp: iat + 86_400,
      cti: Buffer.from(passId.slice('pas_'.length), 'hex'),
      cnf: { x: fromBase64Url(x), y: fromBase64Url(y) },
    },
    kidOf(keys.code.descriptor.kid),
    async (message) => keys.code.sign(message),
  );

  // The test holds the gate's key too, since some of its gates lie.
  mkdirSync(join(dir, 'gate'));
  writeFileSync(join(dir, 'gate', 'gate-key.jwk'), JSON.stringify(gateKey.privateKey.export({ format: 'jwk' })));
  const gate = await openGate({
    dir: join(dir, 'gate'),
    gate: gateId,
    member: 'hengyuan',
    site: SITE,
    packKeys: [keys.pack.descriptor],
    clock: Date.now,
    random: randomBytes,
  });
  await ledger.submit(signedBy(port, 'member:register_key', { key: gate.key }));
  const pack = await makePack(
    { member: 'hengyuan', site: SITE, madeAt: toInstant(Date.now()), height: 4, previous: null },
    gateLists({
      codeKey: keys.code.descriptor,
      from: foundedAt,
      pass: passId,
      holderKey: phone.descriptor.kid,
      nowMs: Date.now(),
    }),
    keys.pack.descriptor.kid,
    async (message) => keys.pack.sign(message),
  );
  await gate.sync(async () => ({ kind: 'pack', serverMs: null, etag: null, ...pack }));

  const log = memoryLog(CHANNEL, 'hengyuan', keys.log);
  const numbers = new Map<string, number>();
  let anchoredSize = 0;
  const shownAt = new Set<number>();
  /** The latest second at which nothing was shown yet: the same one twice would be a replay. */
  const freshSecond = (): number => {
    let second = Math.floor(Date.now() / 1000);
    while (shownAt.has(second)) second -= 1;
    shownAt.add(second);
    return second;
  };

  const anchors = async (): Promise<string> => {
    const args = {
      checkpoint: await log.checkpoint(),
      consistency: await log.consistency(anchoredSize),
      gates: [...numbers].map(([of, seq]) => ({ gate: of, seq })),
    };
    const { txId } = await ledger.submit(signedBy(port, 'evidence:anchor', args));
    anchoredSize = log.size();
    return txId;
  };

  return {
    governors,
    port,
    keys: { ...keys, gate: gateKey },
    witnessKeys,
    pack: pack.jws,
    ledger,
    embedded,
    operator: genesis.operator,
    log,
    gate,
    trust: () => trustFileOf(ledger),
    decides: async ({ workClass = 'hot_work', text } = {}) => {
      // Each at a second of its own: the same picture twice is a replay.
      const atSeconds = freshSecond();
      const shown = async () => present(pass, atSeconds, async (message) => phone.sign(message));
      const passage = await gate.decide({ text: text ?? codeText(HOST, await shown()), direction: 'in', workClass });
      return passage.record;
    },
    proves: async (record, place) => {
      const { leaf, salt } = leafOver(record, place);
      const leafIndex = log.append(leaf);
      if (place.gate !== undefined && place.seq !== undefined)
        numbers.set(place.gate, Math.max(place.seq, numbers.get(place.gate) ?? 0));
      const txId = await anchors();
      return {
        v: 1,
        channel: CHANNEL,
        chaincode: CHAINCODE,
        kind: 'evidence',
        member: 'hengyuan',
        record,
        salt,
        leaf,
        inclusion: await log.inclusion(leafIndex),
        checkpoint: await log.checkpoint(),
        ledger: toJson(await ledger.attest(txId)),
      };
    },
    anchors,
    close: async () => {
      gate.close();
      await embedded.close();
      rmSync(dir, { recursive: true });
    },
  };
};
