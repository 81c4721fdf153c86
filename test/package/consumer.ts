import { AnlianError } from '@anlian/contracts';
import { createClient } from '@anlian/sdk';
import { createFetch } from '@anlian/sdk/http';

/** What another company's program does with a node: adds a fact once, reads it, and is refused. */
const [url = '', token = '', idempotencyKey = ''] = process.argv.slice(2);
const client = createClient({
  url,
  fetch: createFetch({ localhostToLoopback: true }),
  tokens: { token: async () => token, forget: () => undefined },
  newIdempotencyKey: () => crypto.randomUUID(),
});

const body = { site: 'quay-nine', name: { zh: '九号泊位', en: 'Quay nine' } };
const { site, ledger } = await client.registerSite({ body, idempotencyKey });
const refused = await client.getCompany({ params: { company: '91990101MAAA00039J' } }).catch((error: unknown) => error);
if (!(refused instanceof AnlianError)) throw new TypeError('an unknown company was not refused');
const { code, traceId } = refused;
process.stdout.write(JSON.stringify({ site, state: ledger?.state, code, traceId }));
