import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { noteVerifier } from '@anlian/chaincode/proof';
import { canonicalText, checkpointOrigin, fromBase64Url, toBase64Url } from '@anlian/contracts';
import type { Ledger, Random } from '@anlian/sdk/ledger';
import { pino } from 'pino';
import type { Database } from '../../node/src/db/database.ts';
import { evidenceProjector, nodeCaller, startAnchoring } from '../../node/src/evidence/anchor.ts';
import { createAllRecorder } from '../../node/src/evidence/record.ts';
import { evidenceHead } from '../../node/src/evidence/store.ts';
import { openKeystore } from '../../node/src/keys/keystore.ts';
import { startFollower } from '../../node/src/ledger/follow.ts';
import { createQueue } from '../../node/src/ledger/queue.ts';
import { startSubmitter } from '../../node/src/ledger/submit.ts';
import { networkProjector } from '../../node/src/network/projector.ts';
import { CHAINCODE, CHANNEL, foundingGovernors, type Governor } from '../support/governors.ts';
import { until } from '../support/until.ts';
import { foundLedger } from './ledgerProcess.ts';

/** About as long as the compact JWS of a decision at a gate. */
const RECORD_CHARACTERS = 5_000;

/** The evidence log of one governor's node: recorder, sequencing, queue, follower and anchoring as the node composes them, without its API. */
export interface EvidenceNode {
  /** Records so many leaves in one transaction; they are on the disk when this returns. */
  record(leaves: number): Promise<void>;
  /** Anchors every so many milliseconds until the function that it gives is called, which returns when everything recorded is anchored. */
  anchorEvery(intervalMs: number): () => Promise<void>;
  /** Sizes of the heads that the ledger took, in order. */
  anchoredSizes(): readonly number[];
  close(): Promise<void>;
}

/** A governor whose actor and log keys are in its node's keystore. */
export const keyedGovernor = async (governor: Governor, keysDir: string) => {
  const keys = await openKeystore(keysDir);
  const [actor, log] = [await keys.create('actor'), await keys.create('log')];
  const descriptor = { ...governor.descriptor, keys: [actor.descriptor, log.descriptor] };
  return { keys, log, governor: { ...governor, actor: actor.privateKey, descriptor } satisfies Governor };
};

/** A founded ledger and one of its governors. */
export interface EvidenceLedger {
  readonly ledger: Ledger;
  readonly keyed: Awaited<ReturnType<typeof keyedGovernor>>;
  close(): Promise<void>;
}

/** The embedded ledger as a process of its own. */
const openEmbedded = async (): Promise<EvidenceLedger> => {
  const dir = mkdtempSync(join(tmpdir(), 'anlian-bench-evidence-'));
  const [first, ...others] = await foundingGovernors();
  if (first === undefined) throw new Error('a channel has governors');
  const keyed = await keyedGovernor(first, dir);
  const { ledger, close } = await foundLedger([keyed.governor, ...others]);
  return { ledger, keyed, close: () => close().finally(() => rmSync(dir, { recursive: true })) };
};

export const openEvidenceNode = async (
  { db }: Database,
  random: Random,
  on?: EvidenceLedger,
): Promise<EvidenceNode> => {
  const { ledger, keyed, close: closeLedger } = on ?? (await openEmbedded());
  const { keys, log: logKey } = keyed;
  const { member } = keyed.governor;
  const [clock, log] = [Date.now, pino({ level: 'silent' })];
  const issuer = 'http://hengyuan.localhost/oidc';
  const queue = createQueue({ db, channel: CHANNEL, chaincode: CHAINCODE, issuer, keys, member, clock, random });

  const anchored: number[] = [];
  const follower = await startFollower({
    db,
    ledger,
    queue,
    clock,
    log,
    genesisHash: ledger.describe().then((described) => described.genesisHash),
    projectors: [
      networkProjector,
      evidenceProjector(member),
      { 'evidence.anchored': async (_tx, { size }) => void anchored.push(size) },
    ],
  });
  await until('the node has followed the founding', async () => follower.height() >= (await ledger.describe()).height);
  const submitter = startSubmitter({
    queue,
    ledger,
    log,
    resignMachine: ({ commandId }) => queue.resign(nodeCaller(member), commandId),
  });

  const recordAllEvidence = createAllRecorder({ clock, random });
  const origin = checkpointOrigin(CHANNEL, member);
  const verifier = await noteVerifier(origin, fromBase64Url(logKey.descriptor.jwk.x));
  const signer = { verifier, sign: logKey.sign };
  const padding = toBase64Url(random(Math.ceil((RECORD_CHARACTERS * 3) / 4)));
  // The channel asks for no witnesses: the head goes as the log signed it.
  const cosigning = { cosign: async ({ checkpoint }: { checkpoint: string }) => checkpoint, awaiting: () => undefined };
  let recorded = 0;

  return {
    record: (leaves) => {
      const from = recorded;
      recorded += leaves;
      const records = Array.from({ length: leaves }, (_, at) => canonicalText({ leaf: from + at, padding }));
      return db.transaction(async (tx) => {
        await recordAllEvidence(tx, records, (record) => ({ kind: 'record-changed', record }));
      });
    },
    anchorEvery: (intervalMs) => {
      const anchoring = startAnchoring({ db, clock, origin, signer, member, queue, cosigning, log, intervalMs });
      return async () => {
        const isDone = async () => (await evidenceHead(db)).anchoredSize === recorded;
        await until('everything recorded is anchored', isDone);
        await anchoring.stop();
      };
    },
    anchoredSizes: () => [...anchored],
    close: async () => {
      await submitter.stop();
      await follower.stop();
      await closeLedger();
    },
  };
};
