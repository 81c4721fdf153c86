import diagnostics from 'node:diagnostics_channel';
import { appendFileSync } from 'node:fs';

/**
 * Loaded into a node by `--import`: writes every byte that the node's HTTP client sends into the file that `ANLIAN_TEST_TRAFFIC` names,
 * a line of JSON for each head of a request and each piece of a body, `base64` where it is not text.
 */
const file = process.env.ANLIAN_TEST_TRAFFIC;
if (file === undefined) throw new Error('ANLIAN_TEST_TRAFFIC names no file');

interface Sent {
  readonly request: { readonly origin: unknown; readonly path: string; readonly method: string };
}

const write = (line: object): void => appendFileSync(file, `${JSON.stringify(line)}\n`);

diagnostics.subscribe('undici:client:sendHeaders', (message) => {
  const { request, headers } = message as Sent & { readonly headers: string };
  write({ part: 'head', to: String(request.origin), path: request.path, headers });
});
diagnostics.subscribe('undici:request:bodyChunkSent', (message) => {
  const { request, chunk } = message as Sent & { readonly chunk: Uint8Array | string };
  write({ part: 'body', to: String(request.origin), path: request.path, text: Buffer.from(chunk).toString('utf8') });
});
