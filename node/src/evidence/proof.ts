import { inclusionPath } from '@anlian/chaincode/proof';
import { decodeBatch } from '@anlian/chaincode/rules';
import {
  AnlianError,
  type AttestedTransactionJson,
  BATCH_NAME,
  type BlockBundle,
  type EvidenceBundle,
  type TransactionBundle,
  toBase64Url,
  type ViewBundle,
  type ViewQuestion,
} from '@anlian/contracts';
import { decodeAnswer, decodeAttested, type EndorsedAnswer } from '@anlian/sdk/ledger';
import { eq } from 'drizzle-orm';
import type { NodeDeps } from '../deps.ts';
import { endorsedToJson } from '../ledger/endorsedJson.ts';
import { ledgerTransactions } from '../ledger/tables.ts';
import { leafOf } from './record.ts';
import { anchoredHeadOver, nodeReader } from './store.ts';
import { evidence } from './tables.ts';

type Deps = Pick<NodeDeps, 'db' | 'ledger' | 'config'>;

/**
 * The proof of one evidence record: record, salt, leaf, inclusion path, checkpoint, and the attested transaction that anchored it.
 * @throws {AnlianError} `not_found`, `not_anchored`, `ledger_unavailable`
 */
export const proveEvidence = async ({ db, ledger, config }: Deps, id: string): Promise<EvidenceBundle> => {
  const [row] = await db.select().from(evidence).where(eq(evidence.evidence, id));
  if (!row) throw new AnlianError('not_found');
  const head = row.leafIndex === null ? undefined : await anchoredHeadOver(db, row.leafIndex);
  if (row.leafIndex === null || !head?.anchorTxId) throw new AnlianError('not_anchored');
  const path = await inclusionPath(row.leafIndex, head.size, nodeReader(db));
  return {
    v: 1,
    channel: config.channel,
    chaincode: config.chaincode,
    kind: 'evidence',
    member: config.member,
    record: row.record,
    salt: row.salt,
    leaf: leafOf(row),
    inclusion: { leafIndex: row.leafIndex, treeSize: head.size, path: path.map(toBase64Url) },
    checkpoint: head.checkpoint,
    ledger: await attested(ledger, head.anchorTxId),
  };
};

/** Ids of the commands that share an attested transaction; undefined where there is one by itself. */
const sharing = (answer: EndorsedAnswer): readonly string[] | undefined => {
  const { args } = decodeAttested(decodeAnswer(answer, 'invalid_input')).transaction;
  const [name, batch] = args.map((arg) => Buffer.from(arg));
  if (name?.toString() !== BATCH_NAME || batch === undefined) return undefined;
  return decodeBatch(batch).map(({ command }) => command.commandId);
};

/**
 * The proof of one command whose transaction this node has followed. Where several share the transaction, `commandId` says which.
 * @throws {AnlianError} `not_found`, `invalid_input` when it has to be said, `ledger_unavailable`
 */
export const proveTransaction = async (
  { db, ledger, config }: Deps,
  txId: string,
  commandId?: string,
): Promise<TransactionBundle> => {
  const [row] = await db.select().from(ledgerTransactions).where(eq(ledgerTransactions.txId, txId));
  if (!row) throw new AnlianError('not_found');
  const answer = await ledger.attest(txId);
  const among = sharing(answer);
  if (among && commandId === undefined)
    throw new AnlianError('invalid_input', { field: 'commandId', detail: 'several commands share this transaction' });
  if (commandId !== undefined && !(among ?? [row.commandId]).includes(commandId)) throw new AnlianError('not_found');
  return {
    v: 1,
    channel: config.channel,
    chaincode: config.chaincode,
    kind: 'transaction',
    ...(among && commandId !== undefined && { commandId }),
    ledger: endorsedToJson(answer),
  };
};

const attested = async (ledger: Deps['ledger'], txId: string): Promise<AttestedTransactionJson> =>
  endorsedToJson(await ledger.attest(txId));

/** The proof of the value that a fact has now, or of there being none. @throws {AnlianError} `not_found`, `ledger_unavailable` */
export const proveView = async (
  { ledger, config }: Pick<Deps, 'ledger' | 'config'>,
  question: ViewQuestion,
): Promise<ViewBundle> => ({
  v: 1,
  channel: config.channel,
  chaincode: config.chaincode,
  kind: 'view',
  ledger: endorsedToJson(await ledger.view(question)),
});

/** A whole block, for auditors. A participant has none: its carrier shows it only what concerns it. @throws {AnlianError} `not_found`, `ledger_unavailable` */
export const proveBlock = async (
  { config, readBlock }: Pick<NodeDeps, 'config' | 'readBlock'>,
  number: number,
): Promise<BlockBundle> => {
  if (readBlock === undefined) throw new AnlianError('not_found');
  return {
    v: 1,
    channel: config.channel,
    chaincode: config.chaincode,
    kind: 'block',
    block: toBase64Url(await readBlock(number)),
  };
};
