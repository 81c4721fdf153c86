import { AnlianError, type TrustBundle, toBase64Url, toInstant } from '@anlian/contracts';
import { configurationBlocksOf, type ReadBlock } from '@anlian/sdk/ledger';
import type { NodeDeps } from '../deps.ts';
import { ledgerCheckpoint } from '../ledger/tables.ts';
import { keyHistory } from './store.ts';
import { channel, members } from './tables.ts';

/** What the trust list is made of. */
export type TrustListDeps = Pick<NodeDeps, 'db' | 'config' | 'clock' | 'height'> & {
  readonly ledger: Pick<NodeDeps['ledger'], 'describe'>;
  readonly readBlock: ReadBlock;
};

/** One state of the database: a block that is projected meanwhile is in all of it or in none. */
const SNAPSHOT = { isolationLevel: 'repeatable read', accessMode: 'read only' } as const;

const readState = ({ db }: Pick<TrustListDeps, 'db'>) =>
  db.transaction(
    async (tx) => ({
      checkpoint: (await tx.select().from(ledgerCheckpoint))[0],
      founded: (await tx.select().from(channel))[0],
      rows: await tx.select().from(members).orderBy(members.member),
      keys: await keyHistory(tx),
    }),
    SNAPSHOT,
  );

type State = Awaited<ReturnType<typeof readState>>;

const membersIn = ({ rows, keys }: Pick<State, 'rows' | 'keys'>): TrustBundle['members'] =>
  rows.map(({ member, company, kind, mspId, admittedAt, expelledAt }) => ({
    member,
    company,
    kind,
    mspId,
    from: admittedAt,
    to: expelledAt,
    keys: keys
      .filter((key) => key.member === member)
      .map(({ key, validFrom, retiredAt, compromisedSince }) => ({
        key,
        from: validFrom,
        to: retiredAt,
        compromisedSince,
      })),
  }));

/** Answers with what is kept for a name, else asks for it once, however many wait; keeps the newest name alone, and no failure. */
const keptBy = <N, T>(ask: () => Promise<T>): ((name: N) => Promise<T>) => {
  let kept: { readonly name: N; readonly value: Promise<T> } | undefined;
  return (name) => {
    if (kept?.name === name) return kept.value;
    const asked = { name, value: ask() };
    kept = asked;
    asked.value.catch(() => {
      if (kept === asked) kept = undefined;
    });
    return asked.value;
  };
};

/**
 * The trust list as this governor knows it. Anybody may ask for it, so it costs the governor's peer nothing: the ledger is asked for
 * its beginning once, and for its configurations once for every block that this node has followed.
 * @throws {AnlianError} `channel_not_founded`
 */
export const trustListOf = (deps: TrustListDeps): (() => Promise<TrustBundle>) => {
  const { config, clock, readBlock } = deps;
  const configurationBlocks = configurationBlocksOf(readBlock);
  const beginning = keptBy<'genesis', Pick<TrustBundle, 'ledger' | 'genesisHash' | 'genesis'>>(async () => {
    const { kind, genesisHash } = await deps.ledger.describe();
    return { ledger: kind, genesisHash, genesis: toBase64Url(await readBlock(0)) };
  });
  const list = keptBy<number, Omit<TrustBundle, 'asOf'> & { readonly height: number }>(async () => {
    const { checkpoint, founded, ...state } = await readState(deps);
    if (!checkpoint || !founded || founded.state === 'proposed') throw new AnlianError('channel_not_founded');
    const { height } = checkpoint;
    const { k, witnesses, voteAssertions, personAssertions } = founded.policy;
    return {
      v: 1,
      channel: config.channel,
      chaincode: config.chaincode,
      ...(await beginning('genesis')),
      updates: (await configurationBlocks(height)).map(toBase64Url),
      k,
      witnesses,
      voteAssertions,
      personAssertions,
      members: membersIn(state),
      publishedBy: [config.member],
      height,
    };
  });
  return async () => {
    const { height, ...published } = await list(deps.height());
    return { ...published, asOf: { height, at: toInstant(clock()) } };
  };
};
