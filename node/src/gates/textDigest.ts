import { createHash } from 'node:crypto';
import { toBase64Url } from '@anlian/contracts';

/** SHA-256 of a text: of a compact JWS that the next one names, of a pack's rows, of an invitation's token. */
export const textDigest = (text: string): string => toBase64Url(createHash('sha256').update(text, 'utf8').digest());
