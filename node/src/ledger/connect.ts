import { API_SCOPE, apiResource, issuerOf } from '@anlian/contracts';
import { clientCredentials } from '@anlian/sdk';
import { connectEmbedded } from '@anlian/sdk/ledger';
import { connectCarrier } from '../carrier/client.ts';
import type { Clock, Random } from '../clock.ts';
import type { Config } from '../config.ts';
import type { PreparedMember } from '../member.ts';
import type { LedgerAccess } from './access.ts';

export interface Connection {
  readonly access: LedgerAccess;
  readonly readBlock: ((number: number) => Promise<Uint8Array>) | undefined;
}

/** A governor speaks to the ledger itself, a participant through its carrier. The configuration was checked for one of the two. */
export const connectLedger = (
  config: Config,
  { identity, keys }: PreparedMember,
  { clock, random }: { readonly clock: Clock; readonly random: Random },
  fetch: typeof globalThis.fetch,
): Connection => {
  if (config.ledgerUrl !== undefined && identity !== undefined) {
    const ledger = connectEmbedded({
      url: config.ledgerUrl,
      identity,
      channel: config.channel,
      chaincode: config.chaincode,
      clock,
      random,
      fetch: (url, init) => fetch(url, init),
    });
    return { access: ledger, readBlock: (number) => ledger.block(number) };
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
  return { access: connectCarrier({ url, fetch, tokens }), readBlock: undefined };
};
