import * as z from 'zod';
import { base64Url, ChaincodeId, ChannelId, MemberId } from '../ids.ts';

const Note = z.string().min(1).max(16_384);

/**
 * Two heads of one log that no single tree can have, both signed by it: of one size with two roots, or of two sizes with a consistency
 * path that leads to the later root from another earlier root than the one signed. Whoever holds the log's key can check it.
 */
export const SplitViewFile = z.strictObject({
  v: z.literal(1),
  kind: z.literal('split-view'),
  channel: ChannelId,
  chaincode: ChaincodeId,
  member: MemberId,
  /** C2SP checkpoints with the log's signature; the smaller tree first. */
  heads: z.array(Note).min(2).max(2),
  /** Consistency path from the first head to the second, RFC 9162; empty for heads of one size. */
  path: z.array(base64Url(32)).max(63),
});
export type SplitViewFile = z.infer<typeof SplitViewFile>;
