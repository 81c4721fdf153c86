import * as z from 'zod';
import { EndorsedAnswerJson } from '../evidence/bundle.ts';
import { MspId } from '../ids.ts';
import { SignedCommand } from '../ledger/commands.ts';
import { LedgerEventSchema } from '../ledger/events.ts';
import { QUERY_ARGS, type QueryName } from '../ledger/queries.ts';
import { Instant } from '../time.ts';

/** A transaction that concerns the asking participant. */
export const CarriedTransaction = z.object({
  index: z.int().min(0),
  txId: z.string().regex(/^[0-9a-f]{64}$/),
  code: z.literal('VALID'),
  txTime: Instant,
  mspId: MspId,
  command: SignedCommand,
  events: z.array(LedgerEventSchema),
  result: z.unknown(),
});

/** Blocks in order, each with only the transactions that concern the asking participant; an empty list after the wait. */
export const CarriedBlocks = z.object({
  blocks: z.array(z.object({ number: z.int().min(0), txs: z.array(CarriedTransaction) })),
});
export type CarriedBlocks = z.infer<typeof CarriedBlocks>;

export const CarriedBlocksQuery = z.object({
  from: z
    .string()
    .regex(/^\d{1,15}$/, 'a block number')
    .pipe(z.coerce.number()),
});

/** What `POST /carrier/commands` answers: where the command stands on the ledger. */
export const CarriedCommit = z.object({
  txId: z.string(),
  blockNumber: z.int(),
  code: z.literal('VALID'),
  result: z.unknown(),
  status: z.literal('valid'),
});

const carried = <N extends QueryName>(name: N) => z.strictObject({ name: z.literal(name), args: QUERY_ARGS[name] });

/** A question to the chaincode: of its read functions these two, since a range would show others' facts. */
export const CarriedQuery = z.discriminatedUnion('name', [carried('query:score'), carried('query:get')]);
export type CarriedQuery = z.infer<typeof CarriedQuery>;
export const CarriedAnswer = z.object({ value: z.unknown() });

export const CarriedAttestation = EndorsedAnswerJson;

export const CarrierDescription = z.object({
  kind: z.enum(['embedded', 'fabric']),
  label: z.object({ zh: z.string(), en: z.string() }),
  channel: z.string(),
  chaincode: z.string(),
  height: z.int().min(1),
  genesisHash: z.string(),
});
