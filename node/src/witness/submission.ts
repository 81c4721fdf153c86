import { fromBase64, parseCheckpoint, parseNote } from '@anlian/chaincode/proof';
import { AnlianError, VerificationError } from '@anlian/contracts';

/** A checkpoint that a log, or anybody, submits to be cosigned: the body of `add-checkpoint` (c2sp.org/tlog-witness). */
export interface Submission {
  /** Size of the head from which the path leads. */
  readonly oldSize: bigint;
  readonly path: readonly Uint8Array[];
  readonly note: string;
  readonly origin: string;
}

/** Bytes of the largest submission: 63 hashes and a note with a few dozen signatures. */
export const MAX_SUBMISSION_BYTES = 16 << 10;

const MAX_PATH_LENGTH = 63;
const OLD_SIZE = /^old (0|[1-9][0-9]{0,18})$/;

const malformed = (field: string, detail: string, cause?: unknown): AnlianError =>
  new AnlianError('invalid_input', { field, detail, cause });

const decode = (body: Uint8Array): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch (cause) {
    throw malformed('/', 'not UTF-8', cause);
  }
};

const readHash = (line: string): Uint8Array => {
  const hash = fromBase64(line);
  if (hash?.length !== 32) throw malformed('/proof', 'a line is no base64 of a hash');
  return hash;
};

const originOf = (note: string): string => {
  try {
    return parseCheckpoint(parseNote(note).text).origin;
  } catch (cause) {
    if (cause instanceof VerificationError) throw malformed('/checkpoint', cause.detail, cause);
    throw cause;
  }
};

/** @throws {AnlianError} `invalid_input` */
export const readSubmission = (body: Uint8Array): Submission => {
  const text = decode(body);
  const end = text.indexOf('\n\n');
  const [first = '', ...proof] = text.slice(0, Math.max(end, 0)).split('\n');
  const [, oldSize] = OLD_SIZE.exec(first) ?? [];
  if (oldSize === undefined) throw malformed('/old', 'the first line is not “old” and a size');
  if (proof.length > MAX_PATH_LENGTH) throw malformed('/proof', `more than ${MAX_PATH_LENGTH} lines`);
  const note = text.slice(end + 2);
  return { oldSize: BigInt(oldSize), path: proof.map(readHash), note, origin: originOf(note) };
};
