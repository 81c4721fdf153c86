import { connect } from 'node:net';

/** `node healthcheck.ts http://127.0.0.1:8080/readyz` or `tcp://127.0.0.1:9999`: ends with 0 when it is answered. */
const [target = ''] = process.argv.slice(2);
const WITHIN_MS = 4_000;

const answers = async (): Promise<boolean> => (await fetch(target, { signal: AbortSignal.timeout(WITHIN_MS) })).ok;

const accepts = ({ hostname, port }: URL): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port), timeout: WITHIN_MS });
    socket
      .on('connect', () => resolve(true))
      .on('timeout', () => resolve(false))
      .on('error', () => resolve(false));
  });

const url = new URL(target);
const ready = await (url.protocol === 'tcp:' ? accepts(url) : answers().catch(() => false));
process.exit(ready ? 0 : 1);
