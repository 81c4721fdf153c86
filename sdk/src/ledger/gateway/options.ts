import type { LedgerIdentity } from '../identity.ts';
import type { Clock, Random } from '../sources.ts';

/** In a file without Fabric's types: whoever reads the declarations may not have its optional packages. */
export interface GatewayTransportOptions {
  readonly identity: LedgerIdentity;
  readonly channel: string;
  readonly chaincode: string;
  readonly clock: Clock;
  readonly random: Random;
}
