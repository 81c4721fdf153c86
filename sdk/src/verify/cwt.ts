import { VerificationError } from '@anlian/contracts';
import { decodeCbor } from './coseCbor.ts';

/** Labels of the time claims, RFC 8392 section 3.1. */
const LABELS = { exp: 4, nbf: 5, iat: 6 } as const;

export type CwtTimeClaim = keyof typeof LABELS;

export interface CwtTimeOptions {
  /** The verifier's clock. */
  readonly now: Date;
  /** How far the issuer's clock may be off, in seconds; 0 when absent. */
  readonly leewaySeconds?: number;
  /** Claims that must be there. None when absent: RFC 8392 makes all three optional. */
  readonly required?: readonly CwtTimeClaim[];
}

/** The claims, and their times in seconds since 1970 (NumericDate), with fractions where the issuer wrote them. */
export interface CwtTimes {
  readonly claims: ReadonlyMap<unknown, unknown>;
  readonly exp?: number;
  readonly nbf?: number;
  readonly iat?: number;
}

const LIMITS = { maxBytes: 65_536, maxDepth: 16 } as const;

/** The end of the year 9999. Above it lie milliseconds taken for seconds, and numbers that are no times. */
const LAST_SECOND = 253_402_300_799;

const readTime = (claims: ReadonlyMap<unknown, unknown>, claim: CwtTimeClaim): number | undefined => {
  const time = claims.get(LABELS[claim]);
  if (time === undefined && !claims.has(LABELS[claim])) return undefined;
  if (typeof time !== 'number' || !(time >= 0 && time <= LAST_SECOND)) {
    throw new VerificationError('cwt_form', `${claim} is not a NumericDate`);
  }
  return time;
};

const readClaims = (input: unknown): ReadonlyMap<unknown, unknown> => {
  const claims = input instanceof Uint8Array ? decodeCbor(input, LIMITS, 'cwt_form') : input;
  if (!(claims instanceof Map)) throw new VerificationError('cwt_form', 'the claims are not a map');
  return claims;
};

/** A comparison with a clock that is not a number is false, which would let every token through: so it is refused first. */
const requireSeconds = (value: number, what: string): number => {
  if (!Number.isFinite(value) || value < 0) throw new TypeError(`${what} is not a time`);
  return value;
};

/**
 * Verifies that the claims of a CWT (RFC 8392) are in force at `now`: not before `nbf` or `iat`, and before `exp`.
 * Takes the payload of a verified COSE_Sign1, or its claims already decoded.
 * @throws VerificationError `cwt_form` when the claims are no map or a time is no NumericDate, `cwt_time` when they are
 * not in force; TypeError for a clock or leeway that is not a time
 */
export const verifyCwtTime = async (
  input: Uint8Array | ReadonlyMap<unknown, unknown>,
  { now, leewaySeconds = 0, required = [] }: CwtTimeOptions,
): Promise<CwtTimes> => {
  const nowSeconds = requireSeconds(now.getTime() / 1000, 'now');
  const leeway = requireSeconds(leewaySeconds, 'leewaySeconds');
  const claims = readClaims(input);
  const [exp, nbf, iat] = [readTime(claims, 'exp'), readTime(claims, 'nbf'), readTime(claims, 'iat')];
  const present = {
    ...(exp !== undefined && { exp }),
    ...(nbf !== undefined && { nbf }),
    ...(iat !== undefined && { iat }),
  };
  for (const claim of required) {
    if (!(claim in present)) throw new VerificationError('cwt_form', `${claim} is missing`);
  }
  if (iat !== undefined && iat > nowSeconds + leeway) throw new VerificationError('cwt_time', 'issued in the future');
  if (nbf !== undefined && nbf > nowSeconds + leeway) throw new VerificationError('cwt_time', 'not in force yet');
  if (exp !== undefined && exp <= nowSeconds - leeway) throw new VerificationError('cwt_time', 'expired');
  return { claims, ...present };
};
