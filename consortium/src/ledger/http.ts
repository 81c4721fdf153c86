import { AnlianError, ERRORS } from '@anlian/contracts';
import { encodeFrame, messages, validationCodeName } from '@anlian/sdk/ledger';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { EmbeddedLedger } from './ledger.ts';
import type { CommitStatus } from './orderer.ts';
import type { LedgerLog } from './types.ts';

/** Twice the largest command with its endorsement and read set, and room. */
const MAX_BODY_BYTES = 4 * 1024 * 1024;
/** The line of a follower is never silent for longer. */
const HEARTBEAT_MS = 10_000;

const PROTOBUF = { 'content-type': 'application/x-protobuf' };

const problem = (error: AnlianError): Response => {
  const { code, field, detail, errors } = error;
  const { status, text, remedy } = ERRORS[code];
  const body = { type: 'about:blank', title: text.en, title_zh: text.zh, remedy, status, code, field, detail, errors };
  return Response.json(body, { status, headers: { 'content-type': 'application/problem+json' } });
};

const encodeStatus = ({ code, blockNumber }: CommitStatus): Uint8Array => {
  const message = new messages.gateway.CommitStatusResponse();
  message.setResult(code as Parameters<typeof message.setResult>[0]);
  message.setBlockNumber(blockNumber);
  return message.serializeBinary();
};

const protobuf = (bytes: Uint8Array): Response => new Response(new Uint8Array(bytes), { headers: PROTOBUF });

const bodyOf = async (context: Context): Promise<Uint8Array> => new Uint8Array(await context.req.arrayBuffer());

const numberOf = (text: string | undefined, field: string): number => {
  if (text === undefined || !/^\d{1,15}$/.test(text))
    throw new AnlianError('invalid_input', { field, detail: 'decimal digits expected' });
  return Number(text);
};

/** Blocks from `from` on, as frames; while there is none, a heartbeat. Read at the follower's pace. */
const blockStream = (ledger: EmbeddedLedger, from: number): ReadableStream<Uint8Array> => {
  const gone = new AbortController();
  let next = from;
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        const block = await ledger.nextBlock(next, HEARTBEAT_MS, gone.signal);
        if (gone.signal.aborted) return;
        if (ledger.closed) return controller.close();
        controller.enqueue(encodeFrame(block ?? new Uint8Array()));
        if (block !== undefined) next++;
      },
      cancel: () => gone.abort(),
    },
    { highWaterMark: 0 },
  );
};

const requireReached = (ledger: EmbeddedLedger, from: number): void => {
  const { height } = ledger.describe();
  if (from > height)
    throw new AnlianError('ledger_corrupt', {
      field: 'from',
      detail: `the ledger has ${height} blocks and the follower ${from}: it lost some, or is another one`,
    });
};

const metricsText = (ledger: EmbeddedLedger): string => {
  const { height, keys, waiting, transactions } = ledger.metrics();
  return [
    '# TYPE anlian_ledger_height gauge',
    `anlian_ledger_height ${height}`,
    '# TYPE anlian_ledger_keys gauge',
    `anlian_ledger_keys ${keys}`,
    '# TYPE anlian_ledger_waiting_transactions gauge',
    `anlian_ledger_waiting_transactions ${waiting}`,
    '# TYPE anlian_ledger_transactions_total counter',
    ...[...transactions].map(
      ([code, count]) => `anlian_ledger_transactions_total{code="${validationCodeName(code)}"} ${count}`,
    ),
    '',
  ].join('\n');
};

/** The embedded ledger over HTTP: protobuf in and out, faults as RFC 9457 problems with a code of the catalogue. */
export const serveLedger = (ledger: EmbeddedLedger, log: LedgerLog): Hono => {
  const app = new Hono();

  app.onError((error) => {
    if (error instanceof AnlianError) return problem(error);
    log.error({ err: error }, 'a request failed');
    return problem(new AnlianError('internal_error'));
  });
  app.notFound(() => problem(new AnlianError('not_found')));
  app.use(
    bodyLimit({
      maxSize: MAX_BODY_BYTES,
      onError: () => {
        throw new AnlianError('payload_too_large');
      },
    }),
  );

  app.post('/endorse', async (context) => protobuf(await ledger.endorse(await bodyOf(context))));
  app.post('/submit', async (context) => protobuf(encodeStatus(await ledger.submit(await bodyOf(context)))));
  app.get('/info', (context) => context.json(ledger.describe()));
  app.get('/blocks/:number', async (context) =>
    protobuf(await ledger.block(numberOf(context.req.param('number'), 'number'))),
  );
  app.get('/blocks', (context) => {
    const from = numberOf(context.req.query('from'), 'from');
    requireReached(ledger, from);
    return new Response(blockStream(ledger, from), {
      headers: { 'content-type': 'application/octet-stream', 'cache-control': 'no-store' },
    });
  });
  app.get('/healthz', (context) => context.json({ status: 'ok' }));
  app.get('/readyz', (context) =>
    context.json({ status: ledger.closed ? 'stopping' : 'ready' }, ledger.closed ? 503 : 200),
  );
  app.get('/metrics', (context) => context.text(metricsText(ledger)));
  return app;
};
