import { X509Certificate } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkUpdate, order, readChannelConfig, readUpdate, signUpdate, updateEnvelope } from '@anlian/sdk/fabric';
import { describe, expect, it } from 'vitest';
import { identityOf } from '../support/fabricNetwork.ts';
import type { MembershipSceneOf } from './membershipScene.ts';

/** The file that goes from governor to governor. */
export const UPDATE_FILE = 'add.json';

/** What a change of who is on the channel takes, and what nobody signs. */
export const updateGuarantees = (scene: MembershipSceneOf): void => {
  describe('an update on its way round the governors', () => {
    const file = UPDATE_FILE;

    it('is refused with one signature of three, by the command and by the ordering service itself', async () => {
      const { dir, governors, anlian, json, addition, administration } = scene();
      const [hengyuan, qichuan, zhengheng] = governors;
      expect(await anlian(hengyuan, ...addition(), '--out', file)).toMatchObject({ code: 0 });
      const refused = await anlian(hengyuan, 'fabric', 'submit', file);
      expect(refused.code).toBe(1);
      expect(refused.err).toContain('fabric_signatures_missing');
      expect(refused.err).toContain(qichuan.mspId);
      expect(refused.err).toContain(zhengheng.mspId);
      expect(refused.err).not.toContain(hengyuan.mspId);

      const own = await administration(hengyuan);
      const update = readUpdate(readFileSync(join(dir, file), 'utf8'));
      await expect(order(await readChannelConfig(own), await updateEnvelope(update, own))).rejects.toMatchObject({
        code: 'fabric_update_refused',
      });
      expect((await json(hengyuan, 'fabric', 'status')).sequence).toBe(0);
    });

    it('says what it does by name and fingerprint before it is signed', async () => {
      const { network, governors, anlian, json } = scene();
      const [hengyuan, qichuan] = governors;
      const { out } = await anlian(qichuan, 'fabric', 'sign', file, '--show');
      const { fingerprint256 } = new X509Certificate(network.newcomer.msp.caCertPem);
      expect(out).toContain('Adds: tongzhou (tongzhouMSP)');
      expect(out).toContain(fingerprint256.replaceAll(':', '').toLowerCase());
      expect(out).toMatch(/Afterwards: .*tongzhouMSP/);
      expect((await json(qichuan, 'fabric', 'sign', file, '--show')).signers).toEqual([hengyuan.mspId]);
    });

    const other = (text: string, change: (read: ReturnType<typeof JSON.parse>) => void): string => {
      const read = JSON.parse(text);
      change(read);
      return JSON.stringify(read);
    };
    it.each([
      ['another name', (read) => Object.assign(read.change.organisation, { name: 'anlan' })],
      ['another MSP', (read) => Object.assign(read.change.organisation, { mspId: 'anlanMSP' })],
      ['one anchor peer less', (read) => Object.assign(read.change.organisation, { anchorPeers: [] })],
      [
        'another authority',
        (read) => Object.assign(read.change.organisation, { rootCertPems: read.change.organisation.tlsRootCertPems }),
      ],
      ['a removal', (read) => Object.assign(read, { change: { kind: 'remove', mspId: 'zhenghengMSP' } })],
      ['another channel', (read) => Object.assign(read, { channel: 'another' })],
      ['a byte more', (read) => Object.assign(read, { update: `${read.update}AAAA` })],
      [
        'a signature over something else',
        (read) => Object.assign(read.signatures[0], { header: `${read.signatures[0].header}AAAA` }),
      ],
    ] as const satisfies readonly (readonly [string, Parameters<typeof other>[1]])[])(
      'is not signed when its file says %s',
      async (_, change) => {
        const { dir, governors, anlian } = scene();
        const [, qichuan] = governors;
        const text = other(readFileSync(join(dir, file), 'utf8'), change);
        writeFileSync(join(dir, 'tampered.json'), text);
        const refused = await anlian(qichuan, 'fabric', 'sign', 'tampered.json');
        expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('fabric_update_foreign') });
        expect(readFileSync(join(dir, 'tampered.json'), 'utf8')).toBe(text);
      },
    );

    it('is not signed by a client that is no administrator', async () => {
      const { dir, governors, administration } = scene();
      const [, qichuan] = governors;
      const own = await administration(qichuan);
      const update = await checkUpdate(readUpdate(readFileSync(join(dir, file), 'utf8')), await readChannelConfig(own));
      await expect(signUpdate(update, identityOf(qichuan), own.random)).rejects.toMatchObject({
        code: 'fabric_signer_not_admin',
      });
    });

    it('is accepted with two signatures of three, and a repeat says so', async () => {
      const { governors, anlian, json, addition } = scene();
      const [hengyuan, qichuan] = governors;
      expect(await json(qichuan, 'fabric', 'sign', file)).toMatchObject({ signed: true, missing: [] });
      expect(await json(qichuan, 'fabric', 'sign', file)).toMatchObject({ signed: false });
      expect(await json(hengyuan, 'fabric', 'submit', file)).toMatchObject({ submitted: true });
      expect(await anlian(hengyuan, 'fabric', 'submit', file)).toMatchObject({ code: 0 });
      expect(await json(hengyuan, ...addition(), '--out', 'again.json')).toMatchObject({ already: true });
      const status = await json(hengyuan, 'fabric', 'status');
      expect(status.governors.map(({ name }: { name: string }) => name)).toContain('tongzhou');
    });
  });
};
