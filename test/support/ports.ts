import { createServer } from 'node:net';

export const isFree = async (port: number): Promise<boolean> => {
  const server = createServer();
  const free = await new Promise<boolean>((settle) => {
    server.once('error', () => settle(false));
    server.listen(port, '127.0.0.1', () => settle(true));
  });
  if (free) await new Promise((closed) => server.close(closed));
  return free;
};

/** Below the ports that the system gives to outgoing connections, which could take one between the look and the use. */
const [FIRST, COUNT] = [10_000, 6_000];
/** Test files run in processes of their own, side by side: each looks elsewhere. */
let next = (process.pid * 37) % COUNT;

/** A port of the loopback address that nobody listens on just now. */
export const freePort = async (): Promise<number> => {
  for (let looked = 0; looked < COUNT; looked++) {
    const port = FIRST + next;
    next = (next + 1) % COUNT;
    if (await isFree(port)) return port;
  }
  throw new Error('no free port');
};
