import { serveLedger } from '@anlian/consortium/ledger';
import { serve } from '@hono/node-server';
import { quietLog } from '../support/embeddedLedger.ts';
import { makeLongChain } from '../support/longChain.ts';

/** Makes a chain of so many blocks, then serves it on loopback as the ledger's process does, until its parent is gone. */
const chain = await makeLongChain(Number(process.argv[2]));
const server = serve(
  { fetch: serveLedger(chain.served, quietLog).fetch, hostname: '127.0.0.1', port: 0 },
  ({ port }) => {
    process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${port}` })}\n`);
  },
);
process.stdin.resume().once('close', async () => {
  server.close();
  await chain.close();
  process.exit(0);
});
