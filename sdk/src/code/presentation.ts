import { equalBytes, verifyEs256 } from '@anlian/chaincode/crypto';
import {
  type CheckName,
  formatId,
  MAX_PRESENTATION_BYTES,
  type PresentationFacts,
  toInstant,
  VerificationError,
} from '@anlian/contracts';
import { toBeSigned } from '../verify/coseMessage.ts';
import { decodeCbor, encodeCbor } from './cbor.ts';
import type { CodeKey } from './keys.ts';
import { type OpenedPass, type PassOpener, passOpener } from './pass.ts';
import { encodeSign1, type SignBytes, splitSign1 } from './sign1.ts';

/**
 * The holder's proof around a pass: COSE_Sign1 by the key in the phone over `[pass, presentedAt]`.
 * `atSeconds` is the phone's clock, seconds since the epoch. `RangeError` when the result would exceed 355 bytes.
 */
export const present = async (pass: Uint8Array, atSeconds: number, sign: SignBytes): Promise<Uint8Array> => {
  if (!Number.isSafeInteger(atSeconds) || atSeconds < 0) throw new RangeError('presentedAt is in whole seconds');
  const bytes = await encodeSign1(encodeCbor([pass, atSeconds]), null, sign);
  if (bytes.length > MAX_PRESENTATION_BYTES) throw new RangeError(`more than ${MAX_PRESENTATION_BYTES} bytes`);
  return bytes;
};

/** A verified presentation; `presentedAtSeconds` is null for a bare pass, as printed on a badge. */
export interface VerifiedPresentation extends OpenedPass {
  readonly presentedAtSeconds: number | null;
}

interface HolderProof {
  readonly pass: Uint8Array;
  readonly presentedAtSeconds: number;
}

/** `{ alg: ES256 }`, encoded. */
const HOLDER_HEADER = Uint8Array.of(0xa1, 0x01, 0x26);
const MAX_SECONDS = 253_402_300_799;
const CBOR_ARRAY_OF_2 = 0x82;

const holderProof = (payload: Uint8Array): HolderProof => {
  let value: unknown;
  try {
    value = decodeCbor(payload);
  } catch {
    throw new VerificationError('code_form', 'the presentation is not deterministic CBOR');
  }
  const [pass, at]: unknown[] = Array.isArray(value) ? value : [];
  if (!(pass instanceof Uint8Array) || typeof at !== 'number' || !Number.isInteger(at) || at < 0 || at > MAX_SECONDS)
    throw new VerificationError('code_form', 'a presentation is a pass and a time');
  return { pass, presentedAtSeconds: at };
};

/**
 * Verifies a pass with or without the holder's proof around it: the governor's signature, then the phone's. Time and lists are
 * not judged here. `keys` may be an opener that remembers. Rejects with `VerificationError`: those of `openWorkerPass`,
 * `code_form` or `pass_holder`.
 */
export const verifyPresentation = async (
  bytes: Uint8Array,
  keys: readonly CodeKey[] | PassOpener,
): Promise<VerifiedPresentation> => {
  const openPass = typeof keys === 'function' ? keys : passOpener(keys);
  const message = splitSign1(bytes, MAX_PRESENTATION_BYTES);
  if (message.payload[0] !== CBOR_ARRAY_OF_2) return { ...(await openPass(bytes)), presentedAtSeconds: null };
  if (!equalBytes(message.protectedBytes, HOLDER_HEADER))
    throw new VerificationError('cose_form', 'a presentation states ES256 and no key');
  const { pass, presentedAtSeconds } = holderProof(message.payload);
  const opened = await openPass(pass);
  if (opened.holder === null || !(await verifyEs256(opened.holder, toBeSigned(message), message.signature)))
    throw new VerificationError('pass_holder', 'not signed by the key that the pass is bound to');
  return { ...opened, presentedAtSeconds };
};

type RefusedReason = Extract<PresentationFacts, { form: 'refused' }>['reason'];

/** What a failed check means to a guard; every other check concerns the form. */
const REFUSALS: Partial<Record<CheckName, RefusedReason>> = {
  cose_key: 'key_unknown',
  key_interval: 'key_unknown',
  cose_signature: 'presentation_forged',
  pass_holder: 'holder_mismatch',
};

/**
 * A presentation as facts for `decide`; never rejects because of what was presented. `seenBefore` is false: only a gate's own
 * store knows better.
 */
export const openPresentation = async (
  bytes: Uint8Array,
  keys: readonly CodeKey[] | PassOpener,
): Promise<PresentationFacts> => {
  let verified: VerifiedPresentation;
  try {
    verified = await verifyPresentation(bytes, keys);
  } catch (error) {
    if (!(error instanceof VerificationError)) throw error;
    return { form: 'refused', reason: REFUSALS[error.check] ?? 'presentation_unreadable' };
  }
  const { claims, holderKey, presentedAtSeconds } = verified;
  const facts = {
    pass: formatId('pas', claims.cti),
    issuer: claims.iss,
    employer: claims.sub,
    issuedAt: toInstant(claims.iat * 1000),
    expiresAt: toInstant(claims.exp * 1000),
  };
  if (presentedAtSeconds === null) return { form: 'badge', ...facts };
  return {
    form: 'pass',
    ...facts,
    holderKey,
    presentedAt: toInstant(presentedAtSeconds * 1000),
    seenBefore: false,
  };
};
