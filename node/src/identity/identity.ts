import type { EventEmitter } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { join } from 'node:path';
import { AnlianError, ClientJwk, issuerOf, type KeyDescriptor } from '@anlian/contracts';
import { calculateJwkThumbprint } from 'jose';
import type { Provider } from 'oidc-provider';
import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import type { Db } from '../db/database.ts';
import { databaseError, loggableDatabaseError } from '../db/errors.ts';
import { framesOf } from '../http/frames.ts';
import { sweepModels } from './adapter.ts';
import { type ClientKey, createDirectory, OPERATOR_CLIENT } from './directory.ts';
import { mount } from './mount.ts';
import { createProvider } from './provider.ts';
import { openSigningKeys } from './signingKeys.ts';
import { createVerify, type Verify } from './verify.ts';

export interface IdentityDeps {
  readonly config: Pick<Config, 'profile' | 'member' | 'publicUrl' | 'dataDir'>;
  readonly db: Db;
  readonly clock: Clock;
  /** Folder of the issuer's signing keys. */
  readonly keysDir: string;
  readonly log: Logger;
  /** Live ledger keys of another member, as the projection knows them; of one that was expelled until its wind-down ends. */
  readonly memberKeys: (member: string) => Promise<readonly KeyDescriptor[]>;
  /** Is this organisation a tenant of the node? */
  readonly isTenant: (org: string) => Promise<boolean>;
}

export interface Identity {
  readonly issuer: string;
  /** Listener for everything under `/oidc`. */
  readonly callback: RequestListener;
  readonly verify: Verify;
  close(): Promise<void>;
}

const SWEEP_INTERVAL_MS = 600_000;

/**
 * This node's issuer, and the check of its tokens.
 * @throws {AnlianError} `configuration_invalid` for a damaged key file
 */
export const createIdentity = async (deps: IdentityDeps): Promise<Identity> => {
  const { config, db, clock, log } = deps;
  const jwks = await openSigningKeys(deps.keysDir);
  const operatorKey = config.profile === 'development' ? await readOperatorKey(config.dataDir) : undefined;
  const directory = createDirectory({ ...deps, operatorKey });
  const provider = createProvider({ config, db, clock, directory, jwks });
  reportErrors(provider, log);
  const sweeper = startSweeper(db, clock, log);
  return {
    issuer: issuerOf(config.publicUrl),
    callback: mount(provider),
    verify: createVerify({ config, clock, directory, jwks }),
    close: sweeper.stop,
  };
};

/** The launcher's public key, where it has left one. */
const readOperatorKey = async (dataDir: string): Promise<ClientKey | undefined> => {
  const file = `${OPERATOR_CLIENT}.jwk`;
  try {
    const jwk = ClientJwk.parse(JSON.parse(await readFile(join(dataDir, file), 'utf8')));
    return { kid: await calculateJwkThumbprint(jwk), jwk };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    // No cause: it would quote the file, which may hold a private key by mistake.
    throw new AnlianError('configuration_invalid', { field: file, detail: 'not a public P-256 JWK of kty, crv, x, y' });
  }
};

/** Who failed and how, never what was sent: a request holds assertions, and an unknown client id may be anything. */
const reportErrors = (provider: Provider, log: Logger): void => {
  provider.on('grant.error', (ctx, error) => {
    log.info({ client: ctx.oidc.client?.clientId, error: error.error, detail: reasonOf(error) }, 'sign-in refused');
  });
  const unexpected = (error: unknown) => {
    log.error(
      {
        code: databaseError(error),
        database: loggableDatabaseError(error),
        name: error instanceof Error ? error.name : undefined,
        frames: framesOf(error),
      },
      'issuer failed',
    );
  };
  provider.on('server_error', (_ctx, error) => unexpected(error));
  // Koa's event, which the provider's types leave out; without a listener Koa prints to standard error.
  const koa: EventEmitter = provider;
  koa.on('error', unexpected);
};

/** Fixed sentences only; a detail taken over from a cause may quote what was sent. */
const reasonOf = (error: { cause?: unknown; error_detail?: unknown }): unknown =>
  error.cause === undefined ? error.error_detail : 'the assertion does not verify';

const startSweeper = (db: Db, clock: Clock, log: Logger): { stop: () => Promise<void> } => {
  let running: Promise<unknown> = Promise.resolve();
  const sweep = () => {
    running = sweepModels(db, clock).catch((error: unknown) =>
      log.warn({ database: loggableDatabaseError(error) }, 'expired rows of the issuer were not removed'),
    );
  };
  const timer = setInterval(sweep, SWEEP_INTERVAL_MS).unref();
  return {
    stop: async () => {
      clearInterval(timer);
      await running;
    },
  };
};
