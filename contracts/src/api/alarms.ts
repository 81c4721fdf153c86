import * as z from 'zod';
import { codesOf } from '../credit/vocabulary.ts';
import { ERRORS } from '../errors.ts';
import { EvidenceId } from '../ids.ts';
import type { Text } from '../text.ts';
import { Instant } from '../time.ts';
import { page } from './common.ts';
import { coded } from './words.ts';

/** In what an endorsed transaction differs from what the rules make of it. */
export const EXECUTION_DIFFERENCES = {
  writes: { zh: '写入的数据不同', en: 'What it writes' },
  events: { zh: '发出的事件不同', en: 'The events that it tells' },
  result: { zh: '返回的结果不同', en: 'What it answers' },
  refusal: { zh: '按规则应当拒绝', en: 'The rules refuse it' },
} as const satisfies Record<string, Text>;
export type ExecutionDifference = keyof typeof EXECUTION_DIFFERENCES;

/** A transaction on the ledger that this governor's node ran again with another outcome. No value of either outcome is told. */
export const EndorsementAlarm = z.object({
  blockNumber: z.int(),
  txId: z.string(),
  txTime: Instant,
  /** MSP of the governor that submitted it. */
  carriedBy: z.string(),
  /** MSPs whose peers endorsed it. */
  endorsers: z.array(z.string()),
  differs: z.array(coded(codesOf(EXECUTION_DIFFERENCES))),
  /** Why the rules refuse it; null where they do not. */
  refusal: z.enum(codesOf(ERRORS)).nullable(),
  /** This node's own record of it. */
  evidence: EvidenceId,
  raisedAt: Instant,
});
export const EndorsementAlarmPage = page(EndorsementAlarm);

/** Blocks in a row that a governor's node took as they stand, since the channel ran other rules there than the node has. */
export const PassedOver = z.object({
  from: z.int(),
  to: z.int(),
  /** Blocks among them with transactions of ours. */
  blocks: z.int(),
  /** Version of the definition that the channel had committed; null where there was none that can be read. */
  ran: z.string().nullable(),
  /** SHA-256 of the bundle of this node's rules; null where the node could not tell. */
  own: z.string().nullable(),
});
export type PassedOver = z.infer<typeof PassedOver>;

export const MAX_PASSED_OVER = 50;

/** How a governor's node stands that runs again what it follows. */
export const Reexecution = z.object({
  /** Blocks that were looked at; the next one has this number. */
  height: z.int(),
  /** Newest first, at most {@link MAX_PASSED_OVER}. */
  passedOver: z.array(PassedOver),
});
export type Reexecution = z.infer<typeof Reexecution>;
