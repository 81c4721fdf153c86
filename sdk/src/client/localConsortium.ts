import { MemberId } from '@anlian/contracts';
import * as z from 'zod';

/** File in the home of a local consortium that says where its nodes are. */
export const LOCAL_CONSORTIUM_FILE = 'consortium.json';

/** Nodes of a local consortium, by member. Their ports may differ from start to start. */
export const LocalConsortium = z.strictObject({
  v: z.literal(1),
  nodes: z.record(MemberId, z.strictObject({ url: z.url(), name: z.strictObject({ zh: z.string(), en: z.string() }) })),
});
export type LocalConsortium = z.infer<typeof LocalConsortium>;
