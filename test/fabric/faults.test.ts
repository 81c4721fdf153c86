import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ConnectedLedger, issueCertificate, signerOf } from '@anlian/sdk/ledger';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectFabric, type FabricClient, type FabricNetwork, openFabricNetwork } from '../support/fabricNetwork.ts';
import { noFabric, unless } from '../support/fabricParts.ts';
import { foundChannel, type Governor, signedBy } from '../support/governors.ts';
import { requireEffectsOnce, workSteadily } from '../support/steadyWork.ts';
import { tamperWithRules } from '../support/tamperedChaincode.ts';
import { until } from '../support/until.ts';

const CLIENTS: readonly FabricClient[] = ['fabric-gateway', 'fabric-network'];
const MINUTE_MS = 60_000;

describe.skipIf(noFabric)(unless(noFabric, 'a Fabric network of three governors'), { timeout: 2 * MINUTE_MS }, () => {
  let network: FabricNetwork;
  let hengyuan: Governor;
  let qichuan: Governor;
  const ledgers = new Map<string, ConnectedLedger>();
  let sites = 0;

  const ledgerOf = (governor: Governor, client: FabricClient): ConnectedLedger => {
    const name = `${governor.member} ${client}`;
    const known = ledgers.get(name) ?? connectFabric(network, governor, client);
    ledgers.set(name, known);
    return known;
  };
  const newSite = () => {
    sites += 1;
    return signedBy(hengyuan, 'site:register', { site: `site-${sites}` });
  };

  beforeAll(async () => {
    network = await openFabricNetwork();
    [hengyuan, qichuan] = network.governors as [Governor, Governor];
    await foundChannel(network.governors, ledgerOf(hengyuan, 'fabric-gateway'));
  });
  afterAll(async () => {
    for (const ledger of ledgers.values()) ledger.close();
    await network?.down();
    network?.remove();
  });

  describe.each(CLIENTS)('written to by %s', (client) => {
    it.each(['hengyuan/peer', 'qichuan/peer', 'hengyuan/orderer', 'hengyuan/chaincode'])(
      'loses nothing that it acknowledged and does nothing twice when %s is killed',
      async (part) => {
        const ledger = ledgerOf(hengyuan, client);
        await ledger.submit(newSite());
        const { height } = await ledger.describe();
        const work = workSteadily(ledger, newSite);
        await work.more(5);
        await network.kill(part);
        await network.up();
        await work.more(5);
        await work.finish();

        await requireEffectsOnce(ledger, height, work);
      },
    );

    it('endorses by a majority while one governor’s peer hangs', async () => {
      const ledger = ledgerOf(hengyuan, client);
      const pid = await network.pidOf('qichuan/peer');
      process.kill(pid, 'SIGSTOP');
      try {
        const { txId } = await ledger.submit(newSite());
        expect((await ledger.attest(txId)).endorsements).toHaveLength(2);
      } finally {
        process.kill(pid, 'SIGCONT');
      }
    });

    it('attests by the others while one governor’s peer is down', async () => {
      const ledger = ledgerOf(hengyuan, client);
      const { txId } = await ledger.submit(newSite());
      await network.kill('qichuan/peer');
      try {
        expect((await ledger.attest(txId)).endorsements).toHaveLength(2);
      } finally {
        await network.up();
      }
    });

    it('tells a client whose certificate expired that it did', async () => {
      const ca = (file: string) =>
        readFileSync(join(network.organisationOf(hengyuan).dir, 'crypto', 'ca', file), 'utf8');
      const expired = await issueCertificate(
        { certPem: ca('ca.crt'), keyPem: ca('ca.key') },
        { commonName: 'client', organisation: hengyuan.member },
        { roles: ['client'] },
        { crypto: globalThis.crypto, now: new Date(), lifetimeMs: -1_000 },
      );
      const identity = { mspId: hengyuan.mspId, certPem: expired.certPem, sign: signerOf(expired.keyPem) };
      const ledger = connectFabric(network, hengyuan, client, { identity });
      try {
        await expect(ledger.submit(newSite())).rejects.toMatchObject({
          code: 'submitter_expired',
          field: 'certificate',
        });
      } finally {
        ledger.close();
      }
    });

    it('refuses what a governor endorses by other rules, and names that governor', async () => {
      await tamperWithRules(network, hengyuan, (source) => source.replaceAll('"site.registered"', '"site.registerex"'));
      try {
        // Until they answer, the other two governors are a majority without them.
        const refused = await until('the tampered rules answer', () =>
          ledgerOf(hengyuan, client)
            .submit(newSite())
            .then(
              () => undefined,
              (error: unknown) => error,
            ),
        );
        expect(refused).toMatchObject({
          code: 'endorsement_mismatch',
          errors: [{ field: hengyuan.mspId, code: 'deviates' }],
        });
        await expect(ledgerOf(qichuan, client).submit(newSite())).resolves.toMatchObject({ code: 'VALID' });
      } finally {
        await network.kill('hengyuan/chaincode');
        await network.up();
      }
    });
  });
});
