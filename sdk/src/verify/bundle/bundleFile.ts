import { MAX_BUNDLE_BYTES, ProofBundle } from '@anlian/contracts';
import { ensure, isCanonical, requireForm } from '../form.ts';
import { parseJson } from '../json.ts';

/** A proof has a few hundred parts; the record inside it is one string. */
const LIMITS = { maxBytes: MAX_BUNDLE_BYTES, maxDepth: 8, maxParts: 4_000 };

/**
 * Reads a proof file in its one spelling.
 * @throws VerificationError `bundle_form`
 */
export const readBundle = (bytes: Uint8Array): ProofBundle => {
  const value = parseJson(bytes, LIMITS, 'bundle_form');
  const bundle = requireForm(ProofBundle, value, 'bundle_form');
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  ensure(isCanonical(value, text), 'bundle_form', 'the file is not in RFC 8785 canonical form');
  return bundle;
};
