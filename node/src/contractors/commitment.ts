import { createHmac, timingSafeEqual } from 'node:crypto';
import { canonicalBytes, fromBase64Url, toBase64Url } from '@anlian/contracts';
import type { Random } from '../clock.ts';

const SALT_BYTES = 32;

/** A record with the salt under which the ledger holds a commitment to it. */
export interface Committed<T> {
  readonly record: T;
  /** 32 bytes as base64url. */
  readonly salt: string;
  /** HMAC-SHA-256(salt, canonical record) as base64url. */
  readonly commitment: string;
}

const hmac = (record: unknown, salt: string): Buffer =>
  createHmac('sha256', fromBase64Url(salt)).update(canonicalBytes(record)).digest();

/** Commits to a record under a fresh salt: equal records give unlinkable commitments. */
export const commitTo = <T>(record: T, random: Random): Committed<T> => {
  const salt = toBase64Url(random(SALT_BYTES));
  return { record, salt, commitment: toBase64Url(hmac(record, salt)) };
};

/** Whether record and salt are what the commitment was made from. */
export const opens = (commitment: string, record: unknown, salt: string): boolean =>
  timingSafeEqual(hmac(record, salt), fromBase64Url(commitment));
