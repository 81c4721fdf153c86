import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { gateBench } from './bench.fixture.ts';
import { openGate } from './gate.ts';

const bench = gateBench();

describe('a gate’s directory', () => {
  it('belongs to one process at a time', async () => {
    await bench.syncedGate();
    await expect(openGate(bench.world.options(bench.dir))).rejects.toMatchObject({ code: 'data_dir_locked' });
  });

  it('keeps two keys, readable by their owner only, over restarts', async () => {
    const first = await bench.world.gate(bench.dir);
    const keys = [first.key.kid, first.signIn.kid];
    first.close();
    const gate = await bench.syncedGate();
    expect([gate.key.kid, gate.signIn.kid]).toEqual(keys);
    expect(keys[0]).not.toBe(keys[1]);
    for (const name of ['gate-key.jwk', 'sign-in-key.jwk'])
      expect(statSync(join(bench.dir, name)).mode & 0o777).toBe(0o600);
  });

  it('of another site is refused', async () => {
    (await bench.world.gate(bench.dir)).close();
    await expect(openGate(bench.world.options(bench.dir, { site: 'container-1' }))).rejects.toMatchObject({
      code: 'configuration_invalid',
    });
  });

  it('with a damaged key is refused without quoting it', async () => {
    (await bench.world.gate(bench.dir)).close();
    const file = join(bench.dir, 'gate-key.jwk');
    writeFileSync(file, readFileSync(file, 'utf8').slice(0, 100));
    const refusal: unknown = await openGate(bench.world.options(bench.dir)).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'configuration_invalid' });
    expect(String(refusal)).not.toContain('"d"');
  });
});
