import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { formatVerifierKey, noteVerifier } from '@anlian/chaincode/proof';
import { checkpointOrigin, fromBase64Url } from '@anlian/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REASON_TO_SKIP } from '../deploy/tools.ts';
import { CHANNEL } from '../support/governors.ts';
import { openWitnessNetwork, type WitnessingNode, type WitnessNetwork } from '../support/witnessNodes.ts';

const SOURCE = resolve(import.meta.dirname, '../go/reader');
/** More than a tile is wide, so that the proofs need tiles of two levels. */
const LEAVES = 300;

type Change = (path: string, bytes: Buffer) => Buffer;

/** The log of a node as it is served, with bytes changed on the way. */
const openProxy = async (node: WitnessingNode, change: () => Change): Promise<{ server: Server; url: string }> => {
  const server = createServer(async (request, response) => {
    const answer = await node.get(`/log${request.url}`);
    const bytes = Buffer.from(await answer.arrayBuffer());
    response.writeHead(answer.status).end(change()(`${request.url}`, bytes));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
};

const changedAt =
  (of: RegExp, at: (bytes: Buffer) => number): Change =>
  (path, bytes) => {
    if (!of.test(path)) return bytes;
    const changed = Buffer.from(bytes);
    changed.writeUInt8(changed.readUInt8(at(bytes)) ^ 1, at(bytes));
    return changed;
  };

const name = `a reader that others wrote (golang.org/x/mod, transparency-dev)${REASON_TO_SKIP === undefined ? '' : ` (skipped: ${REASON_TO_SKIP})`}`;

describe.skipIf(REASON_TO_SKIP)(name, { timeout: 120_000 }, () => {
  const dir = mkdtempSync(join(tmpdir(), 'anlian-reader-'));
  const [program, earlier] = [join(dir, 'reader'), join(dir, 'earlier')];
  let network: WitnessNetwork;
  let proxy: Awaited<ReturnType<typeof openProxy>>;
  let change: Change;
  let flags: string[];

  beforeAll(async () => {
    const built = spawnSync('go', ['build', '-o', program, '.'], { cwd: SOURCE, encoding: 'utf8' });
    expect(built.stderr).not.toContain('error');
    expect(built.status).toBe(0);
    network = await openWitnessNetwork();
    const [port, ...witnesses] = network.nodes;
    await port.records(5);
    await port.anchors();
    writeFileSync(earlier, await (await port.get('/log/checkpoint')).text());
    await port.records(LEAVES);
    await port.anchors();
    const keyOf = async ({ member, logKey }: WitnessingNode, type: 'ed25519' | 'cosignature/v1') =>
      formatVerifierKey(await noteVerifier(checkpointOrigin(CHANNEL, member), fromBase64Url(logKey), type));
    proxy = await openProxy(port, () => change);
    flags = ['-log', proxy.url, '-earlier', earlier, '-key', await keyOf(port, 'ed25519')];
    for (const witness of witnesses) flags.push('-witness', await keyOf(witness, 'cosignature/v1'));
  }, 240_000);
  afterAll(async () => {
    proxy?.server.close();
    await network?.close();
    rmSync(dir, { recursive: true, force: true });
  });

  const reads = (leaf: number, how: Change = (_, bytes) => bytes) => {
    change = how;
    return new Promise<{ ok: boolean; text: string }>((done) =>
      execFile(program, [...flags, '-leaf', `${leaf}`], (error, out, fault) =>
        done({ ok: error === null, text: error === null ? out : fault }),
      ),
    );
  };

  it.each([0, 1, 6, 255, 256, LEAVES])(
    'accepts the checkpoint, both cosignatures and the proofs of leaf %i',
    async (leaf) => {
      const { ok, text } = await reads(leaf);
      expect(text).not.toBe('');
      expect(ok, text).toBe(true);
      const read = JSON.parse(text);
      expect(read.cosigned).toHaveLength(2);
      expect(read.size).toBeGreaterThan(LEAVES);
      expect(read.earlierSize).toBeLessThan(10);
      expect(JSON.parse(read.leaf)).toMatchObject({ v: 1, kind: 'record-changed' });
    },
  );

  const middle = (bytes: Buffer) => Math.floor(bytes.length / 2);
  const afterLine = (line: number) => (bytes: Buffer) => {
    let at = 0;
    for (let seen = 0; seen < line; seen++) at = bytes.indexOf('\n', at) + 1;
    return at;
  };
  it.each<[string, Change]>([
    ['the origin', changedAt(/checkpoint/, () => 0)],
    ['the size', changedAt(/checkpoint/, afterLine(1))],
    ['the root', changedAt(/checkpoint/, afterLine(2))],
    ['the log’s signature', changedAt(/checkpoint/, (bytes) => afterLine(5)(bytes) - 20)],
    ['the first cosignature', changedAt(/checkpoint/, (bytes) => afterLine(6)(bytes) - 20)],
    ['the second cosignature', changedAt(/checkpoint/, (bytes) => bytes.length - 20)],
    ['the leaf', changedAt(/entries/, (bytes) => bytes.length - 10)],
    ['a hash of the lowest tiles', changedAt(/tile\/0\//, middle)],
    ['a hash of the tile above', changedAt(/tile\/1\//, () => 0)],
  ])('refuses one changed byte in %s', async (_, how) => {
    expect(await reads(LEAVES)).toMatchObject({ ok: true });
    const last = Number(JSON.parse((await reads(0)).text).size) - 1;
    expect(await reads(last)).toMatchObject({ ok: true });
    expect(await reads(last, how)).toMatchObject({ ok: false, text: expect.stringMatching(/.+/) });
  });
});
