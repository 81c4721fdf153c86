import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConnectedLedger } from '@anlian/sdk/ledger';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../sdk/src/cli/main.ts';
import { processContext } from '../../sdk/src/cli/processContext.ts';
import { revocationList } from '../../sdk/src/verify/config/fixtures/member.ts';
import { connectFabric, type FabricNetwork, openFabricNetwork } from '../support/fabricNetwork.ts';
import { noFabric, unless } from '../support/fabricParts.ts';
import { foundChannel, type Governor, signedBy } from '../support/governors.ts';
import { until } from '../support/until.ts';

describe.skipIf(noFabric)(unless(noFabric, 'a member that takes a certificate of its client back'), () => {
  const dir = mkdtempSync(join(tmpdir(), 'anlian-revocation-'));
  const ledgers: ConnectedLedger[] = [];
  let network: FabricNetwork;
  let hengyuan: Governor;

  /** The command, as the member's administrator. */
  const anlian = async (member: Governor, ...args: readonly string[]) => {
    const out: string[] = [];
    const context = { ...processContext(), env: { ANLIAN_HOME: dir }, cwd: dir, err: (line: string) => out.push(line) };
    const words = ['fabric', ...args, '--home', network.plan.dir, '--as', member.member, '--lang', 'en'];
    const code = await main(words, { ...context, out: (line) => out.push(line) });
    return { code, out: out.join('\n') };
  };
  const connect = (governor: Governor): ConnectedLedger => {
    const ledger = connectFabric(network, governor, 'fabric-gateway');
    ledgers.push(ledger);
    return ledger;
  };
  const authorityOf = (governor: Governor) => {
    const folder = join(network.organisationOf(governor).dir, 'crypto', 'ca');
    const [certPem = '', keyPem = ''] = ['ca.crt', 'ca.key'].map((file) => readFileSync(join(folder, file), 'utf8'));
    return { certPem, keyPem };
  };
  const writeList = async (file: string, by: Governor, ...pems: readonly string[]): Promise<void> =>
    writeFileSync(join(dir, file), await revocationList(authorityOf(by), pems));

  beforeAll(async () => {
    network = await openFabricNetwork();
    [hengyuan] = network.governors as [Governor];
    await foundChannel(network.governors, connect(hengyuan));
  }, 300_000);
  afterAll(async () => {
    for (const ledger of ledgers) ledger.close();
    await network?.down();
    network?.remove();
    rmSync(dir, { recursive: true, force: true });
  });

  it.each([
    ['orders too', 0],
    ['does not order', 1],
  ])(
    'does so by its own signature, where it %s, and the channel refuses that client from then on',
    async (_, at) => {
      const member = network.governors[at] as Governor;
      const client = connect(member);
      const site = (name: string) => signedBy(member, 'site:register', { site: `${name}-${at}` });
      await client.submit(site('before'));

      const [list, update] = [`crl-${at}.der`, `revoke-${at}.json`];
      await writeList(list, member, member.msp.certPem);
      const drawn = await anlian(member, 'revoke', list, '--out', update);
      expect(drawn).toMatchObject({ code: 0, out: expect.stringContaining('no other signature is needed') });
      expect(drawn.out).toMatch(/Serial numbers revoked: [0-9a-f]+ · /);
      expect(await anlian(member, 'submit', update)).toMatchObject({
        code: 0,
        out: expect.stringContaining('In effect'),
      });

      const refusal = () =>
        client.submit(site('after')).then(
          () => undefined,
          ({ code }: { readonly code: string }) => code,
        );
      expect(await until('the peers go by it', refusal)).toBe('submitter_unknown');
      const other = network.governors[2] as Governor;
      await connect(other).submit(signedBy(other, 'site:register', { site: `other-${at}` }));
      const again = await anlian(member, 'revoke', list, '--out', `again-${at}.json`);
      expect(again).toMatchObject({ code: 0, out: expect.stringContaining('nothing to do') });
    },
    120_000,
  );

  it('is refused another member’s list, and what is none', async () => {
    const other = network.governors[2] as Governor;
    await writeList('others.der', hengyuan, other.msp.certPem);
    writeFileSync(join(dir, 'none.pem'), other.msp.certPem);
    for (const [file, said] of [
      ['others.der', 'no authority of zhenghengMSP signed this list'],
      ['none.pem', 'no certificate revocation list'],
    ] as const)
      expect(await anlian(other, 'revoke', file, '--out', 'x.json')).toMatchObject({
        code: 2,
        out: expect.stringContaining(said),
      });
  });
});
