import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEPLOY, type DeployTools } from './tools.ts';

interface Stage {
  readonly Name: string;
  readonly Base: string;
  readonly Instructions: readonly string[];
}

const IMAGE = join(DEPLOY, 'image');
const SAY_PASSWORD = 'process.stdout.write(JSON.stringify(process.env.PGPASSWORD ?? null))';

const ended = (
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<{ code: number; said: string }> =>
  new Promise((resolve) => {
    execFile(program, args, { env: { PATH: process.env.PATH ?? '', ...env } }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), said: `${stdout}${stderr}` }),
    );
  });

/** What holds of the image that node and chaincode run from. */
export const describeImage = (tools: () => DeployTools): void => {
  const stages = async (): Promise<Stage[]> => {
    const { stdout, stderr } = await tools().check(['dockerfile', join(IMAGE, 'Dockerfile')]);
    expect(stderr).toBe('');
    return JSON.parse(stdout) as Stage[];
  };

  it('is built on Node 24 from the lockfile, without what only development needs', async () => {
    const all = await stages();
    const names = all.map(({ Name }) => Name);
    for (const { Base } of all) expect([...names, 'node:24-slim']).toContain(Base);
    const installs = all
      .flatMap(({ Instructions }) => Instructions)
      .filter((line) => /\bnpm (ci|install|i)\b/.test(line));
    for (const line of installs) expect(line).toMatch(/npm ci .*--ignore-scripts/);
    const packages = all.at(-1)?.Instructions.find((line) => line.startsWith('COPY --from=run '));
    expect(packages).toBe('COPY --from=run /anlian ./');
    expect(all.find(({ Name }) => Name === 'run')?.Instructions.join()).toContain('--omit=dev');
  });

  it('runs as nobody and asks the node whether it is ready', async () => {
    const lines = (await stages()).at(-1)?.Instructions ?? [];
    expect(lines.filter((line) => line.startsWith('USER'))).toEqual(['USER 10001:10001']);
    expect(lines.find((line) => line.startsWith('HEALTHCHECK'))).toContain('http://127.0.0.1:8080/readyz');
    expect(lines.findIndex((line) => line.startsWith('USER'))).toBeGreaterThan(
      lines.findLastIndex((line) => /^(COPY|RUN)/.test(line)),
    );
  });

  describe('entry point', () => {
    let dir: string;
    beforeAll(async () => {
      dir = await mkdtemp(join(tmpdir(), 'anlian-entry-'));
    });
    afterAll(() => rm(dir, { recursive: true, force: true }));

    const enter = async (password: string | undefined) => {
      const file = join(dir, 'password');
      if (password !== undefined) await writeFile(file, password);
      return ended(join(IMAGE, 'entrypoint.sh'), [process.execPath, '-e', SAY_PASSWORD], {
        ...(password === undefined ? {} : { ANLIAN_DATABASE_PASSWORD_FILE: file }),
      });
    };

    it.each([
      ['as it stands', 'a b\'c"$(d)ef-0123456789'],
      ['without the line’s end', '0123456789abcdef0123456789abcdef\n'],
    ])('hands the password over %s', async (_, password) => {
      expect(await enter(password)).toEqual({ code: 0, said: JSON.stringify(password.trimEnd()) });
    });

    it('starts the chaincode, which has no password', async () => {
      expect(await enter(undefined)).toEqual({ code: 0, said: 'null' });
    });

    it.each(['', 'postgres', 'anlian', 'changeme', '123456789012345'])('refuses the password %j', async (password) => {
      const { code, said } = await enter(password);
      expect(code).toBe(78);
      expect(said).toContain('16 characters');
    });

    it('does not start when the password’s file is missing', async () => {
      const { code, said } = await ended(join(IMAGE, 'entrypoint.sh'), ['echo', 'started'], {
        ANLIAN_DATABASE_PASSWORD_FILE: join(dir, 'absent'),
      });
      expect(code).not.toBe(0);
      expect(said).not.toContain('started');
    });
  });

  describe('health check', () => {
    let server: Server;
    let origin: string;
    beforeAll(async () => {
      server = createServer((request, response) => response.writeHead(request.url === '/readyz' ? 200 : 503).end());
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      origin = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    });
    afterAll(() => new Promise((resolve) => server.close(resolve)));

    it.each([
      ['a node that is ready', () => `http://${origin}/readyz`, 0],
      ['a node that is not', () => `http://${origin}/busy`, 1],
      ['a chaincode that listens', () => `tcp://${origin}`, 0],
      ['a node that is away', () => 'http://127.0.0.1:1/readyz', 1],
      ['a chaincode that is away', () => 'tcp://127.0.0.1:1', 1],
    ])('tells of %s', async (_, target, code) => {
      const outcome = await ended(process.execPath, [join(IMAGE, 'healthcheck.ts'), target()]);
      expect(outcome).toEqual({ code, said: '' });
    });
  });
};
