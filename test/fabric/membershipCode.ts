import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HOST, materialOf } from '@anlian/consortium/fabric';
import { buildChaincode, packageChaincode } from '@anlian/sdk/fabric';
import { describe, expect, it } from 'vitest';
import type { MembershipSceneOf } from './membershipScene.ts';

/** What a governor approves as the channel's code, and what it does not. */
export const approvalGuarantees = (scene: MembershipSceneOf): void => {
  describe('approval of the chaincode', () => {
    it('is given for the same bundle, once', async () => {
      const { sources, governors, json } = scene();
      const [, qichuan] = governors;
      const { chaincode } = await json(qichuan, 'fabric', 'status');
      const approved = await json(qichuan, 'fabric', 'approve', '--source', sources);
      expect(approved).toMatchObject({ approved: false, sha256: chaincode.sha256, sequence: chaincode.sequence });
    });

    it('is refused for a bundle other than the committed one, and names both hashes', async () => {
      const { sources, governors, anlian, json } = scene();
      const [, qichuan] = governors;
      const { chaincode } = await json(qichuan, 'fabric', 'status');
      appendFileSync(join(sources, 'chaincode/src/runner/invoke.ts'), "\nconsole.info('changed');\n");
      const { sha256 } = await buildChaincode(sources);
      expect(sha256).not.toBe(chaincode.sha256);
      for (const how of [[], ['--next']]) {
        const refused = await anlian(qichuan, 'fabric', 'approve', '--source', sources, ...how);
        expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('chaincode_differs') });
        expect(refused.err).toContain(chaincode.sha256);
        expect(refused.err).toContain(sha256);
      }
    });

    it('is given for a version to come by one organisation for itself, with the package of that bundle', async () => {
      const { dir, sources, network, governors, json } = scene();
      const [, qichuan] = governors;
      const release = { chaincode: network.plan.chaincode, version: '0.2.0' };
      const { sha256 } = await buildChaincode(sources);
      const { clientTls, tlsRoots } = materialOf(network.organisationOf(qichuan));
      const [clientKeyPem, clientCertPem, rootCertPem] = [clientTls.key, clientTls.cert, tlsRoots].map((file) =>
        readFileSync(file, 'utf8'),
      ) as [string, string, string];
      const address = `${HOST}:${network.organisationOf(qichuan).chaincodePort}`;
      const service = { address, clientKeyPem, clientCertPem, rootCertPem };
      const write = async (name: string, hash: string) =>
        writeFileSync(join(dir, name), (await packageChaincode({ ...release, sha256: hash }, service)).bytes);
      await write('other.tar.gz', '0'.repeat(64));
      await write('next.tar.gz', sha256);
      const approve = (name: string) =>
        json(qichuan, 'fabric', 'approve', '--next', '--source', sources, '--package', name);
      expect(await approve('other.tar.gz')).toMatchObject({ error: 'chaincode_differs', field: '--package' });
      const { sequence } = (await json(qichuan, 'fabric', 'status')).chaincode;
      const given = { version: `0.2.0+${sha256}`, sequence: sequence + 1, by: [qichuan.mspId] };
      expect(await approve('next.tar.gz')).toMatchObject({ approved: true, ...given });
      expect(await approve('next.tar.gz')).toMatchObject({ approved: false, ...given });
    });
  });
};
