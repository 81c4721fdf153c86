import { ChaincodeId, ChannelId, MemberId, MspId } from '@anlian/contracts';
import * as z from 'zod';

/** A member's part of a local network: below the network's home, in a folder of the member's name. */
export const CONNECTION_FILE = 'connection.json';

/** How an administrator reaches its organisation's peer. `tlsRoot`, `cert` and `key` are files, from the folder that this one is in. */
export const Connection = z.strictObject({
  v: z.literal(1),
  member: MemberId,
  mspId: MspId,
  channel: ChannelId,
  chaincode: ChaincodeId,
  /** `host:port` */
  peer: z.string(),
  tlsRoot: z.string(),
  cert: z.string(),
  key: z.string(),
});
export type Connection = z.infer<typeof Connection>;
