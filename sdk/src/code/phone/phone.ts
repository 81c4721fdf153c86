import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '@anlian/chaincode/crypto';
import {
  AnlianError,
  type ClaimPass,
  fromBase64Url,
  HOLDER_PROOF_TYPE,
  isErrorCode,
  PassClaimed,
  toBase64Url,
} from '@anlian/contracts';
import * as z from 'zod';
import { attachSignature, signingInput } from '../../gate/jws.ts';
import { type LocalKey, localKey, writePrivateFile } from '../../gate/keys.ts';
import { codeText } from '../link.ts';
import { present } from '../presentation.ts';

const PHONE_KEY = 'phone-key';
const PASS_FILE = 'pass.json';
const TIMEOUT_MS = 30_000;
const encoder = new TextEncoder();

/** A phone's pass as it is kept beside the key: where it was issued, for the link in its QR code. */
const HeldPass = PassClaimed.extend({ host: z.string() });
export type HeldPass = z.infer<typeof HeldPass>;

/** What is read of a refusal. */
const Problem = z.object({ code: z.string(), detail: z.string().optional() });

/** An invitation's link: `https://<host>/pass#<token>`. */
const parseInvite = (invite: string): { origin: string; host: string; token: string } => {
  const url = URL.canParse(invite) ? new URL(invite) : null;
  const token = url?.hash.slice(1) ?? '';
  if (url === null || !/^https?:$/.test(url.protocol) || !/^[A-Za-z0-9_-]{43}$/.test(token))
    throw new AnlianError('invite_invalid', { field: 'invite' });
  return { origin: url.origin, host: url.host, token };
};

/** Proves possession of the phone's key for this invitation, now. The token itself is not in the proof. */
const holderProof = async ({ kid, sign }: LocalKey, token: string, nowMs: number): Promise<string> => {
  const claims = { invite: toBase64Url(await sha256(encoder.encode(token))), iat: Math.floor(nowMs / 1000) };
  const input = signingInput(HOLDER_PROOF_TYPE, kid, claims);
  return attachSignature(input, await sign(encoder.encode(input)));
};

export interface EnrolOptions {
  /** The phone: its key and its pass, and nothing else. */
  readonly dir: string;
  /** The link that the foreman's QR code holds. */
  readonly invite: string;
  readonly fetch: typeof globalThis.fetch;
  readonly clock: () => number;
}

const claim = async (options: EnrolOptions, origin: string, body: ClaimBody): Promise<PassClaimed> => {
  let response: Response;
  try {
    response = await options.fetch(`${origin}/api/v1/passes/claim`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify(body),
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch (cause) {
    throw new AnlianError('node_unreachable', { detail: origin, cause });
  }
  const answer: unknown = await response.json().catch(() => null);
  const claimed = PassClaimed.safeParse(answer);
  if (response.ok && claimed.success) return claimed.data;
  const problem = Problem.safeParse(answer).data;
  if (problem !== undefined && isErrorCode(problem.code)) {
    const { code, detail } = problem;
    throw new AnlianError(code, detail === undefined ? {} : { detail });
  }
  throw new AnlianError('internal_error', { detail: `the node answered ${response.status}` });
};
type ClaimBody = z.infer<typeof ClaimPass>;

/**
 * The worker's side of enrolment: makes the key in the phone, proves it, and keeps the pass that is bound to it. The key never
 * leaves the directory. May be repeated with the same invitation.
 * @throws {AnlianError} `invite_invalid`, `holder_proof_invalid`, `node_unreachable`; and the node's own
 */
export const enrolPhone = async (options: EnrolOptions): Promise<HeldPass> => {
  const { origin, host, token } = parseInvite(options.invite);
  mkdirSync(options.dir, { recursive: true, mode: 0o700 });
  const key = await localKey(options.dir, PHONE_KEY);
  const proof = await holderProof(key, token, options.clock());
  const claimed = await claim(options, origin, { token, publicKey: key.jwk, proof });
  const held: HeldPass = { ...claimed, host };
  writePrivateFile(join(options.dir, PASS_FILE), `${JSON.stringify(held, null, 2)}\n`);
  return held;
};

/** @throws {AnlianError} `not_found` when the phone was not enrolled */
export const heldPass = (dir: string): HeldPass => {
  try {
    return HeldPass.parse(JSON.parse(readFileSync(join(dir, PASS_FILE), 'utf8')));
  } catch (cause) {
    throw new AnlianError('not_found', { field: 'phone', detail: 'no pass in this phone: enrol it first', cause });
  }
};

/** QR text of the pass, signed by the phone for this moment. Errors: as `heldPass`. */
export const presentFromPhone = async (dir: string, clock: () => number): Promise<string> => {
  const { pass, host } = heldPass(dir);
  const key = await localKey(dir, PHONE_KEY);
  return codeText(host, await present(fromBase64Url(pass), Math.floor(clock() / 1000), key.sign));
};

/** QR text of the bare pass, as it is printed on a badge. Errors: as `heldPass`. */
export const badgeText = (dir: string): string => {
  const { pass, host } = heldPass(dir);
  return codeText(host, fromBase64Url(pass));
};
