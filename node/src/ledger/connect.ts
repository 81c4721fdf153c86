import { API_SCOPE, apiResource, issuerOf } from '@anlian/contracts';
import { clientCredentials } from '@anlian/sdk';
import { connectLedger as connectTo } from '@anlian/sdk/ledger';
import { connectCarrier } from '../carrier/client.ts';
import type { Clock, Random } from '../clock.ts';
import type { Config } from '../config.ts';
import type { PreparedMember } from '../member.ts';
import type { LedgerAccess } from './access.ts';

export interface Connection {
  readonly access: LedgerAccess;
  readonly readBlock: ((number: number) => Promise<Uint8Array>) | undefined;
  readonly close: () => void;
}

/** A governor speaks to the ledger itself, a participant through its carrier. The configuration was checked for one of the two. */
export const connectLedger = (
  config: Config,
  { identity, connection, keys }: PreparedMember,
  { clock, random }: { readonly clock: Clock; readonly random: Random },
  fetch: typeof globalThis.fetch,
): Connection => {
  const { channel, chaincode } = config;
  if (connection !== undefined && identity !== undefined) {
    const ledger = connectTo(connection, {
      identity,
      channel,
      chaincode,
      clock,
      random,
      fetch: (url, init) => fetch(url, init),
    });
    return { access: ledger, readBlock: (number) => ledger.block(number), close: () => ledger.close() };
  }
  const url = config.carrierUrl ?? '';
  const entity = keys.key('entity');
  const tokens = clientCredentials({
    fetch,
    issuer: issuerOf(url),
    clientId: config.member,
    kid: entity.descriptor.kid,
    sign: entity.sign,
    resource: apiResource(url),
    scope: API_SCOPE,
    clock,
    random,
  });
  return { access: connectCarrier({ url, fetch, tokens }), readBlock: undefined, close: () => {} };
};
