import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { type Gate, openGate } from './gate.ts';
import { startNode, type TestNode } from './node.fixture.ts';
import { gateTransport, type Transport } from './transport.ts';
import { GATE, makeWorld, NOW_MS } from './world.fixture.ts';

const world = await makeWorld();
let node: TestNode;
let gate: Gate;
let transport: Transport;

beforeEach(async () => {
  const dir = mkdtempSync(join(tmpdir(), 'anlian-transport-'));
  node = await startNode(world);
  gate = await openGate(world.options(dir, { bootId: 'a' }));
  await node.register(gate.key.jwk, gate.signIn.jwk);
  const clock = () => NOW_MS;
  transport = gateTransport({ node: node.url, gate: GATE, signIn: gate.signIn, fetch, clock, random: randomBytes });
  onTestFinished(async () => {
    gate.close();
    await node.close();
    rmSync(dir, { recursive: true });
  });
});

it('signs in with the gate’s own key, once, and takes the lists', async () => {
  await gate.sync(transport.fetchPack);
  await gate.sync(transport.fetchPack);
  expect(gate.status()).toMatchObject({ pack: { height: 41 }, clock: { state: 'trusted' } });
  expect(node.asked.filter((line) => line.includes('/oidc/token'))).toHaveLength(1);
  expect(node.asked.at(-1)).toContain('?have=');
});

it('delivers decisions, and again after the node lost its tokens', async () => {
  await gate.emergency({ direction: 'in', persons: 1 });
  expect(await gate.upload(transport.upload)).toBe(1);
  node.revokeTokens();
  await gate.emergency({ direction: 'out', persons: 1 });
  expect(await gate.upload(transport.upload)).toBe(2);
  expect(node.kept).toHaveLength(2);
});

it('begins where the node asks', async () => {
  for (let at = 0; at < 3; at++) await gate.emergency({ direction: 'in', persons: 1 });
  await gate.upload(transport.upload);
  node.kept.length = 1;
  await gate.emergency({ direction: 'in', persons: 1 });
  expect(await gate.upload(transport.upload)).toBe(4);
});

it('names a fork', async () => {
  await gate.emergency({ direction: 'in', persons: 1 });
  node.kept[0] = 'another history';
  await expect(gate.upload(transport.upload)).rejects.toMatchObject({ code: 'decision_fork' });
});

it('names a sign-in that the node does not take', async () => {
  await node.register(gate.key.jwk, gate.key.jwk);
  await expect(gate.sync(transport.fetchPack)).rejects.toMatchObject({ code: 'unauthenticated' });
});

it('names a node that is not there, and the gate goes on', async () => {
  await gate.sync(transport.fetchPack);
  await node.close();
  await expect(gate.sync(transport.fetchPack)).rejects.toMatchObject({ code: 'node_unreachable' });
  expect((await gate.decide({ text: await world.show(NOW_MS), direction: 'in' })).decision.outcome).toBe('allow');
});
