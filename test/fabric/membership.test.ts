import { X509Certificate } from 'node:crypto';
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { administrationOf, HOST, materialOf } from '@anlian/consortium/fabric';
import { canonicalBytes, type ProposedAction, toInstant } from '@anlian/contracts';
import {
  buildChaincode,
  checkUpdate,
  order,
  packageChaincode,
  readChannelConfig,
  readUpdate,
  signUpdate,
  updateEnvelope,
} from '@anlian/sdk/fabric';
import {
  assembleTransaction,
  type ConnectedLedger,
  decodeIdentity,
  decodePayload,
  encodeEnvelope,
  splitEnvelope,
} from '@anlian/sdk/ledger';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../sdk/src/cli/main.ts';
import { processContext } from '../../sdk/src/cli/processContext.ts';
import { connectFabric, identityOf, openFabricNetwork } from '../support/fabricNetwork.ts';
import { type FabricNode, prepareFabricNode } from '../support/fabricNode.ts';
import { foundChannel, freshId, type Governor, signedBy } from '../support/governors.ts';
import { type GrownNetwork, growNetwork } from '../support/grownNetwork.ts';
import { copySources } from '../support/ownCheckout.ts';
import { endorsedBy } from '../support/rawFabric.ts';
import { until } from '../support/until.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

describe('membership of a channel', { timeout: 2 * MINUTE_MS }, () => {
  const dir = mkdtempSync(join(tmpdir(), 'anlian-membership-'));
  const sources = join(dir, 'checkout');
  let network: GrownNetwork;
  let node: FabricNode;
  let ledger: ConnectedLedger;
  let hengyuan: Governor;
  let qichuan: Governor;
  let zhengheng: Governor;
  let sites = 0;

  /** The command, as the administrator of one of the governors. */
  const anlian = async (as: Governor | undefined, ...args: string[]) => {
    const [out, err]: [string[], string[]] = [[], []];
    const connection = as ? ['--home', network.plan.dir, '--as', as.member] : [];
    const code = await main([...args, ...connection, '--lang', 'en'], {
      ...processContext(),
      env: { ANLIAN_HOME: dir },
      cwd: dir,
      out: (line) => out.push(line),
      err: (line) => err.push(line),
    });
    return { code, out: out.join('\n'), err: err.join('\n') };
  };
  const json = async (as: Governor | undefined, ...args: string[]) =>
    JSON.parse((await anlian(as, ...args, '--json')).out);
  const addition = () => [
    'fabric',
    'add-member',
    network.newcomer.member,
    ...['--id', network.newcomer.mspId, '--msp', materialOf(network.organisation).orgMsp],
    ...['--anchor', `${HOST}:${network.organisation.peerPort}`],
  ];
  const administration = async (governor: Governor) =>
    administrationOf(network.plan, network.organisationOf(governor), { crypto: globalThis.crypto, now: new Date() });
  const divergences = async (): Promise<string[]> => {
    const { findings } = await json(undefined, 'doctor', node.url);
    return findings
      .filter(({ code }: { code: string }) => /configured|unadmitted/.test(code))
      .map(({ code, subject }: { code: string; subject: string }) => `${code} ${subject}`);
  };
  const newSite = (governor = hengyuan) => {
    sites += 1;
    return signedBy(governor, 'site:register', { site: `site-${sites}` });
  };
  const decide = async (voters: readonly Governor[], proposed: ProposedAction) => {
    const proposal = freshId('prp');
    const [first, ...others] = voters as [Governor, ...Governor[]];
    await ledger.submit(signedBy(first, 'proposal:open', { proposal, proposed }));
    for (const other of others) await ledger.submit(signedBy(other, 'proposal:vote', { proposal, vote: 'for' }));
  };
  const endorsersOf = async (txId: string): Promise<string[]> =>
    (await ledger.attest(txId)).endorsements.map(({ endorser }) => decodeIdentity(endorser, 'ledger_corrupt').mspId);

  beforeAll(async () => {
    copySources(sources);
    network = await growNetwork(await openFabricNetwork(), await buildChaincode(sources));
    node = await prepareFabricNode(network, 'gateway');
    [hengyuan, qichuan, zhengheng] = node.governors as [Governor, Governor, Governor];
    ledger = connectFabric(network, hengyuan, 'fabric-gateway');
    await foundChannel(node.governors, ledger);
    await node.start();
  }, 3 * MINUTE_MS);
  afterAll(async () => {
    ledger?.close();
    await node?.close();
    await network?.down();
    network?.remove();
    rmSync(dir, { recursive: true, force: true });
  }, MINUTE_MS);

  it('shows no difference while votes and configuration agree', async () => {
    expect(await divergences()).toEqual([]);
    const { checks } = await json(undefined, 'doctor', node.url);
    expect(checks).toContainEqual(expect.objectContaining({ name: 'membership', state: 'ok' }));
  });

  describe('an update on its way round the governors', () => {
    const file = 'add.json';

    it('is refused with one signature of three, by the command and by the ordering service itself', async () => {
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
      ['a removal', (read) => Object.assign(read, { change: { kind: 'remove', mspId: zhengheng.mspId } })],
      ['another channel', (read) => Object.assign(read, { channel: 'another' })],
      ['a byte more', (read) => Object.assign(read, { update: `${read.update}AAAA` })],
      [
        'a signature over something else',
        (read) => Object.assign(read.signatures[0], { header: `${read.signatures[0].header}AAAA` }),
      ],
    ] as const satisfies readonly (readonly [string, Parameters<typeof other>[1]])[])(
      'is not signed when its file says %s',
      async (_, change) => {
        const text = other(readFileSync(join(dir, file), 'utf8'), change);
        writeFileSync(join(dir, 'tampered.json'), text);
        const refused = await anlian(qichuan, 'fabric', 'sign', 'tampered.json');
        expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('fabric_update_foreign') });
        expect(readFileSync(join(dir, 'tampered.json'), 'utf8')).toBe(text);
      },
    );

    it('is not signed by a client that is no administrator', async () => {
      const own = await administration(qichuan);
      const update = await checkUpdate(readUpdate(readFileSync(join(dir, file), 'utf8')), await readChannelConfig(own));
      await expect(signUpdate(update, identityOf(qichuan), own.random)).rejects.toMatchObject({
        code: 'fabric_signer_not_admin',
      });
    });

    it('is accepted with two signatures of three, and a repeat says so', async () => {
      expect(await json(qichuan, 'fabric', 'sign', file)).toMatchObject({ signed: true, missing: [] });
      expect(await json(qichuan, 'fabric', 'sign', file)).toMatchObject({ signed: false });
      expect(await json(hengyuan, 'fabric', 'submit', file)).toMatchObject({ submitted: true });
      expect(await anlian(hengyuan, 'fabric', 'submit', file)).toMatchObject({ code: 0 });
      expect(await json(hengyuan, ...addition(), '--out', 'again.json')).toMatchObject({ already: true });
      const { governors } = await json(hengyuan, 'fabric', 'status');
      expect(governors.map(({ name }: { name: string }) => name)).toContain('tongzhou');
    });
  });

  describe('the fourth organisation', () => {
    it('is shown as let in by signatures alone until the governors have voted', async () => {
      await until('doctor sees it', async () => (await divergences()).includes('configured_unadmitted tongzhouMSP'));
      await decide([hengyuan, qichuan], { action: 'member.admit', member: network.newcomer.descriptor });
      await until('doctor is silent', async () => (await divergences()).length === 0);
    });

    it('has a peer that joins, endorses what a majority needs it for, and answers', async () => {
      await network.up();
      await network.kill('zhengheng/peer');
      const { txId } = await ledger.submit(newSite());
      expect(await endorsersOf(txId)).toContain(network.newcomer.mspId);
      const own = connectFabric(network, network.newcomer, 'fabric-gateway');
      try {
        expect(await own.query('query:get', { key: 'channel' })).not.toBeNull();
        await own.submit(newSite(network.newcomer));
      } finally {
        own.close();
        await network.up();
      }
    });

    it('approved the code that all approved', async () => {
      const { chaincode } = await json(network.newcomer, 'fabric', 'status');
      expect(chaincode.sha256).toMatch(/^[0-9a-f]{64}$/);
      expect(Object.values(chaincode.approvals)).toEqual([true, true, true, true]);
    });
  });

  describe('approval of the chaincode', () => {
    it('is given for the same bundle, once', async () => {
      const { chaincode } = await json(qichuan, 'fabric', 'status');
      const approved = await json(qichuan, 'fabric', 'approve', '--source', sources);
      expect(approved).toMatchObject({ approved: false, sha256: chaincode.sha256, sequence: chaincode.sequence });
    });

    it('is refused for a bundle other than the committed one, and names both hashes', async () => {
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

  describe('an organisation that was expelled', () => {
    it('is shown until the configuration follows the vote', async () => {
      const windDownUntil = toInstant(Date.now() + DAY_MS);
      await decide([hengyuan, qichuan, zhengheng], { action: 'member.expel', member: 'tongzhou', windDownUntil });
      await until('doctor sees it', async () => (await divergences()).includes('expelled_configured tongzhou'));

      expect(await anlian(hengyuan, 'fabric', 'remove-member', 'tongzhou', '--out', 'remove.json')).toMatchObject({
        code: 0,
      });
      // Each signs a copy of its own, as at home.
      for (const [at, governor] of [qichuan, zhengheng].entries()) {
        cpSync(join(dir, 'remove.json'), join(dir, `remove-${at}.json`));
        expect(await json(governor, 'fabric', 'sign', `remove-${at}.json`)).toMatchObject({ signed: true });
      }
      expect(await anlian(hengyuan, 'fabric', 'submit', 'remove-0.json')).toMatchObject({ code: 1 });
      const done = await json(hengyuan, 'fabric', 'submit', 'remove-0.json', 'remove-1.json');
      expect(done).toMatchObject({ submitted: true, missing: [] });
      await until('doctor is silent', async () => (await divergences()).length === 0);
      expect(await anlian(hengyuan, 'fabric', 'remove-member', 'tongzhou', '--out', 'again.json')).toMatchObject({
        code: 0,
      });
    });

    it('submits nothing any more', async () => {
      // Its own peer hears of nothing and would take it; the others do not.
      const through = connectFabric(network, hengyuan, 'fabric-gateway', { identity: identityOf(network.newcomer) });
      try {
        await expect(through.submit(newSite(network.newcomer))).rejects.toMatchObject({ code: 'submitter_unknown' });
      } finally {
        through.close();
      }
    });

    const commitCode = async (endorsers: readonly Governor[]): Promise<string | undefined> => {
      const { command, actor } = newSite();
      const args = [command.name, canonicalBytes(command), actor];
      const { proposal, payload, endorsements } = await endorsedBy(network, hengyuan, endorsers, { args });
      const transaction = assembleTransaction(proposal, payload, endorsements);
      const { header } = decodePayload(transaction, 'ledger_corrupt');
      const { height } = await ledger.describe();
      const own = await administration(hengyuan);
      const envelope = encodeEnvelope(transaction, await identityOf(hengyuan).sign(transaction));
      expect(splitEnvelope(envelope, 'ledger_corrupt').payload).toEqual(transaction);
      await order(await readChannelConfig(own), envelope);
      const stop = AbortSignal.timeout(MINUTE_MS);
      for await (const { txs } of ledger.follow({ from: height, signal: stop })) {
        const found = txs.find(({ txId }) => txId === header.txId);
        if (found) return found.code;
      }
      return undefined;
    };

    it('endorses nothing that counts, where a governor’s endorsement does', async () => {
      expect(await commitCode([hengyuan, network.newcomer])).toBe('ENDORSEMENT_POLICY_FAILURE');
      expect(await commitCode([hengyuan, zhengheng])).toBe('VALID');
    });

    it('leaves an update behind that fits no more', async () => {
      writeFileSync(join(dir, 'late.json'), readFileSync(join(dir, 'add.json')));
      const refused = await anlian(zhengheng, 'fabric', 'sign', 'late.json');
      expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('fabric_update_outdated') });
    });
  });
});
