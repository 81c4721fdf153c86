import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AnlianError, GateId, KeyDescriptor, MemberId, type PublicJwk, SiteId } from '@anlian/contracts';
import { decodeJwt } from 'jose';
import * as z from 'zod';
import { type Gate, type GateOptions, openGate } from './gate.ts';
import { GATE_KEY, localKey, SIGN_IN_KEY, writePrivateFile } from './keys.ts';
import { DATABASE_FILE, openDatabase } from './store/database.ts';
import { firstRecord } from './store/journal.ts';

/** What a gate is told once, when it is set up: who it is, where its node is, and whose packs it trusts. */
export const GateConfig = z.strictObject({
  v: z.literal(1),
  gate: GateId,
  member: MemberId,
  site: SiteId,
  /** The node's public address, without a path. */
  node: z.url({ protocol: /^https?$/ }),
  packKeys: z.array(KeyDescriptor).min(1),
});
export type GateConfig = z.infer<typeof GateConfig>;

const FILE = 'gate.json';

/**
 * The public keys with which a gate is registered at its node, made at first use: one signs decisions, the other signs in. The
 * private ones never leave the directory.
 */
export const prepareGateKeys = async (dir: string): Promise<{ gateKey: PublicJwk; clientKey: PublicJwk }> => {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const [gateKey, clientKey] = [await localKey(dir, GATE_KEY), await localKey(dir, SIGN_IN_KEY)];
  return { gateKey: gateKey.jwk, clientKey: clientKey.jwk };
};

/** Whose decisions a directory holds: the id in the record that its chain begins with, or null while there is none. */
const decidedAs = (dir: string): string | null => {
  if (!existsSync(join(dir, DATABASE_FILE))) return null;
  const db = openDatabase(dir);
  try {
    const jws = firstRecord(db);
    return jws && String(decodeJwt(jws).gate);
  } finally {
    db.close();
  }
};

/**
 * Stores what registration gave. The chain of decisions in a directory is one gate's: its node takes them under no other id, so that
 * another one is refused as soon as there is a decision.
 * @throws {AnlianError} `invalid_input` when it does not fit; `already_exists` naming the gate whose decisions are there;
 *   `data_dir_locked` while that gate runs
 */
export const writeGateConfig = (dir: string, config: GateConfig): void => {
  const parsed = GateConfig.safeParse(config);
  if (!parsed.success) {
    const errors = parsed.error.issues.map(({ path, code, message }) => ({
      field: path.join('/'),
      code,
      detail: message,
    }));
    throw new AnlianError('invalid_input', {
      errors,
      detail: errors.map(({ field, detail }) => `${field}: ${detail}`).join('; '),
    });
  }
  const present = decidedAs(dir);
  if (present !== null && present !== parsed.data.gate)
    throw new AnlianError('already_exists', { field: 'gate', detail: present });
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  writePrivateFile(join(dir, FILE), `${JSON.stringify(parsed.data, null, 2)}\n`);
};

/** @throws {AnlianError} `configuration_invalid` when the directory was not set up, or its file is damaged */
export const readGateConfig = (dir: string): GateConfig => {
  const file = join(dir, FILE);
  try {
    return GateConfig.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    throw new AnlianError('configuration_invalid', { field: file, detail: 'not a gate that was set up', cause });
  }
};

/** Opens a gate that was set up. Errors: those of `readGateConfig` and `openGate`. */
export const openGateAt = (
  dir: string,
  sources: Pick<GateOptions, 'clock' | 'monotonic' | 'bootId' | 'random'>,
): Promise<Gate> => {
  const { gate, member, site, packKeys } = readGateConfig(dir);
  return openGate({ dir, gate, member, site, packKeys, ...sources });
};
