import { verifyEs256 } from '@anlian/chaincode/crypto';
import {
  ActorClaims,
  ActorHeader,
  AnlianError,
  COMMAND_LIFE_SECONDS,
  type CommandName,
  fromBase64Url,
  instantMs,
  type KeyDescriptor,
} from '@anlian/contracts';
import { CLOCK_TOLERANCE_MS } from './clock.ts';

const MAX_TOKEN_LENGTH = 4096;
const MAX_WAIT_S = 30 * 86_400;

/** An actor JWS (RFC 7515 compact) taken apart; nothing about it is verified yet. */
export interface ActorToken {
  readonly kid: string;
  readonly claims: ActorClaims;
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
}

const invalid = (detail: string): AnlianError => new AnlianError('actor_invalid', { field: 'actor', detail });

const decodePart = (part: string): Uint8Array => {
  try {
    return fromBase64Url(part);
  } catch {
    throw invalid('a part of the token is not base64url');
  }
};

interface Schema<T> {
  parse(value: unknown): T;
}

const readPart = <T>(part: string, schema: Schema<T>, what: string): T => {
  const bytes = decodePart(part);
  try {
    return schema.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)));
  } catch {
    throw invalid(`the token’s ${what} is not in the expected form`);
  }
};

/**
 * Takes an actor JWS apart.
 * @throws AnlianError `actor_invalid`
 */
export const readActorToken = (token: string): ActorToken => {
  if (token.length > MAX_TOKEN_LENGTH) throw invalid('the token is too long');
  const [header = '', payload = '', signature = '', ...surplus] = token.split('.');
  if (surplus.length > 0) throw invalid('the token has surplus parts');
  return {
    kid: readPart(header, ActorHeader, 'header').kid,
    claims: readPart(payload, ActorClaims, 'payload'),
    signed: new TextEncoder().encode(`${header}.${payload}`),
    signature: decodePart(signature),
  };
};

/** What a token is held against: the command's name and the digest that its actor must have signed. */
export interface SignedDigest {
  readonly name: CommandName;
  /** SHA-256 of the canonical command as base64url. */
  readonly digest: string;
}

const verifySpans = ({ iat, exp, accepted = iat }: ActorClaims, name: CommandName): void => {
  const longest = COMMAND_LIFE_SECONDS[name];
  if (exp <= iat || exp - iat > longest) throw invalid(`a token for ${name} lives from 1 to ${longest} s`);
  if (accepted > iat || iat - accepted > MAX_WAIT_S)
    throw invalid('the command was first accepted after it was signed, or more than 30 days before');
};

const requireLive = ({ iat, exp }: ActorClaims, txTime: string): void => {
  const txMs = instantMs(txTime);
  if (iat * 1000 > txMs + CLOCK_TOLERANCE_MS)
    throw new AnlianError('clock_skew', { field: 'actor', detail: 'the actor signed after the time of submission' });
  if (txMs >= exp * 1000) throw new AnlianError('actor_expired', { field: 'actor' });
};

/** A key of the policy that is being founded was not checked yet: one off the curve verifies nothing. */
const holds = async ({ signed, signature }: ActorToken, key: KeyDescriptor): Promise<boolean> => {
  try {
    return await verifyEs256(key.jwk, signed, signature);
  } catch (cause) {
    if (cause instanceof TypeError) return false;
    throw cause;
  }
};

/**
 * Verifies that `key` signed this command, for no longer than such a command may wait; not whether the token is live.
 * @throws AnlianError `actor_invalid`
 */
export const verifyActorSignature = async (
  token: ActorToken,
  key: KeyDescriptor,
  { name, digest }: SignedDigest,
): Promise<void> => {
  if (token.claims.cmd !== digest) throw invalid('the token was signed for another command');
  if (!(await holds(token, key))) throw invalid('the signature does not hold');
  verifySpans(token.claims, name);
};

/**
 * Verifies that `key` signed this command in time.
 * @throws AnlianError `actor_invalid`, `actor_expired`, `clock_skew`
 */
export const verifyActorToken = async (
  token: ActorToken,
  key: KeyDescriptor,
  signed: SignedDigest,
  txTime: string,
): Promise<void> => {
  await verifyActorSignature(token, key, signed);
  requireLive(token.claims, txTime);
};
