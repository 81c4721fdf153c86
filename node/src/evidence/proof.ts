import { inclusionPath } from '@anlian/chaincode/proof';
import {
  AnlianError,
  type AttestedTransactionJson,
  type EvidenceBundle,
  type TransactionBundle,
  toBase64Url,
} from '@anlian/contracts';
import { eq } from 'drizzle-orm';
import type { NodeDeps } from '../deps.ts';
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

/** The proof of one transaction that this node has followed. @throws {AnlianError} `not_found`, `ledger_unavailable` */
export const proveTransaction = async ({ db, ledger, config }: Deps, txId: string): Promise<TransactionBundle> => {
  const [row] = await db.select().from(ledgerTransactions).where(eq(ledgerTransactions.txId, txId));
  if (!row) throw new AnlianError('not_found');
  return {
    v: 1,
    channel: config.channel,
    chaincode: config.chaincode,
    kind: 'transaction',
    ledger: await attested(ledger, txId),
  };
};

const attested = async (ledger: Deps['ledger'], txId: string): Promise<AttestedTransactionJson> => {
  const { proposal, payload, endorsements } = await ledger.attest(txId);
  return {
    proposal: toBase64Url(proposal),
    payload: toBase64Url(payload),
    endorsements: endorsements.map(({ endorser, signature }) => ({
      endorser: toBase64Url(endorser),
      signature: toBase64Url(signature),
    })),
  };
};
