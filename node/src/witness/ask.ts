import { equalBytes } from '@anlian/chaincode/crypto';
import { type NoteSignature, type NoteVerifier, openNote, parseNote, toBase64 } from '@anlian/chaincode/proof';
import { CLOCK_TOLERANCE_MS } from '@anlian/chaincode/rules';
import { VerificationError } from '@anlian/contracts';

/** The head of this node's log, to be cosigned by another governor's node. */
export interface OwnHead {
  readonly size: number;
  /** Under the log's signature alone. */
  readonly note: string;
}

export interface AskDeps {
  readonly fetch: typeof fetch;
  readonly clock: () => number;
  /** The consistency path from a smaller head of this log; RFC 9162. */
  readonly pathFrom: (size: number) => Promise<readonly Uint8Array[]>;
}

/** Who is asked: its address, and its live log keys as they cosign. */
export interface Witness {
  readonly url: string;
  readonly verifiers: readonly NoteVerifier[];
}

/** Why a witness gave no cosignature; said to this node's own people. */
export class NoCosignature extends Error {}

const TIMEOUT_MS = 5_000;
const MAX_ANSWER_BYTES = 4_096;
/** The first size is a guess; while two rounds overlap the second one may be outdated too. */
const ATTEMPTS = 3;
const SIZE = /^(0|[1-9][0-9]{0,15})\n$/;

const submit = async (
  { fetch: send, pathFrom }: AskDeps,
  url: string,
  { note }: OwnHead,
  old: number,
): Promise<Response> => {
  const lines = old === 0 ? [] : (await pathFrom(old)).map(toBase64);
  return send(`${url}/witness/add-checkpoint`, {
    method: 'POST',
    headers: { 'content-type': 'text/plain; charset=utf-8' },
    body: [`old ${old}`, ...lines, '', note].join('\n'),
    signal: AbortSignal.timeout(TIMEOUT_MS),
    redirect: 'error',
  });
};

/** No more than an answer can be: a node gone bad must not fill this one's memory. */
const readAnswer = async (response: Response): Promise<string> => {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > MAX_ANSWER_BYTES) throw new NoCosignature('its answer is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
};

const isSize = (response: Response): boolean =>
  response.status === 409 && response.headers.get('content-type') === 'text/x.tlog.size';

/** The one line of the answer that a live key of the witness made now; lines of other keys are ignored. */
const openAnswer = async (
  { clock }: AskDeps,
  { verifiers }: Witness,
  { note }: OwnHead,
  lines: string,
): Promise<NoteSignature> => {
  const { verified } = await openNote(`${note}${lines}`, verifiers, 'checkpoint_cosignatures');
  const [own] = verified;
  if (own?.timestamp === undefined) throw new NoCosignature('its answer is no cosignature of its log key');
  if (Math.abs(clock() - own.timestamp * 1000) > CLOCK_TOLERANCE_MS)
    throw new NoCosignature('its clock differs too much');
  const line = parseNote(`${note}${lines}`).signatures.find(
    ({ name, keyId }) => name === own.verifier.name && equalBytes(keyId, own.verifier.keyId),
  );
  if (line === undefined) throw new NoCosignature('its answer is no cosignature of its log key');
  return line;
};

const faultOf = (error: unknown): NoCosignature => {
  if (error instanceof NoCosignature) return error;
  if (error instanceof VerificationError) return new NoCosignature('its cosignature does not hold', { cause: error });
  return new NoCosignature('it does not answer', { cause: error });
};

/**
 * Asks a witness to cosign this node's head, from the size that it says it has (c2sp.org/tlog-witness).
 * @param known the size that it was last known to have; 0 at first
 * @throws {NoCosignature}
 */
export const askWitness = async (
  deps: AskDeps,
  witness: Witness,
  head: OwnHead,
  known: number,
): Promise<NoteSignature> => {
  let old = Math.min(known, head.size);
  try {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const response = await submit(deps, witness.url, head, old);
      const answer = await readAnswer(response);
      if (response.ok) return await openAnswer(deps, witness, head, answer);
      if (!isSize(response)) throw new NoCosignature(`it answers ${response.status}`);
      old = Number(SIZE.exec(answer)?.[1] ?? Number.NaN);
      if (!Number.isSafeInteger(old)) throw new NoCosignature('its answer makes no sense');
      if (old > head.size) throw new NoCosignature(`it has seen ${old} leaves of this log, which has ${head.size}`);
    }
    throw new NoCosignature('its size changes with every question');
  } catch (error) {
    throw faultOf(error);
  }
};
