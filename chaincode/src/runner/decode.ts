import { equalBytes, sha256 } from '@anlian/chaincode/crypto';
import {
  AnlianError,
  type AnyCommand,
  COMMAND_NAMES,
  CommandSchema,
  canonicalBytes,
  toBase64Url,
} from '@anlian/contracts';
import { faultsOf } from './faults.ts';

/** Bytes of one command at the most. */
export const MAX_COMMAND_BYTES = 256 * 1024;

const invalid = (detail: string, field?: string): AnlianError =>
  new AnlianError('invalid_input', field === undefined ? { detail } : { detail, field });

const parseJson = (bytes: Uint8Array): unknown => {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    throw invalid('not JSON in UTF-8');
  }
};

/** @throws AnlianError `invalid_input`, `invalid_uscc` */
export const requireCommand = (value: unknown): AnyCommand => {
  const parsed = CommandSchema.safeParse(value);
  if (!parsed.success) throw faultsOf(parsed.error);
  return parsed.data;
};

const nameOf = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'name' in value ? value.name : undefined;

/** JSON text can escape half a surrogate pair, which no canonical text holds. */
const canonicalForm = (value: unknown): Uint8Array | undefined => {
  try {
    return canonicalBytes(value);
  } catch {
    return undefined;
  }
};

/**
 * Reads JSON in its one canonical spelling; `read` says what form it must have.
 * @throws AnlianError `invalid_input`, and what `read` throws
 */
export const decodeCanonical = <T>(bytes: Uint8Array, read: (value: unknown) => T): T => {
  const value = parseJson(bytes);
  const known = read(value);
  const canonical = canonicalForm(value);
  if (canonical === undefined || !equalBytes(canonical, bytes)) throw invalid('not in RFC 8785 canonical form');
  return known;
};

/**
 * Reads a command from its bytes in their one canonical spelling, so that what was signed, what is stored and what an auditor hashes
 * are the same bytes. `name` is the envelope's function.
 * @throws AnlianError `payload_too_large`, `unknown_command`, `invalid_input`, `invalid_uscc`
 */
export const decodeCommand = (bytes: Uint8Array, name: string): AnyCommand => {
  if (bytes.length > MAX_COMMAND_BYTES) throw new AnlianError('payload_too_large', { field: 'command' });
  if (!(COMMAND_NAMES as readonly string[]).includes(name)) throw new AnlianError('unknown_command', { field: 'name' });
  return decodeCanonical(bytes, (value) => {
    if (nameOf(value) !== name) throw invalid('the command’s name is not the envelope’s function', '/name');
    return requireCommand(value);
  });
};

/** SHA-256 of a command's canonical bytes as base64url: what the actor signs and `cmd/` remembers. */
export const commandDigest = async (bytes: Uint8Array): Promise<string> => toBase64Url(await sha256(bytes));
