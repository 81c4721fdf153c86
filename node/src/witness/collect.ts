import { consistencyPath, formatNote, type NoteSignature, noteVerifier, parseNote } from '@anlian/chaincode/proof';
import { type AwaitedCosignatures, checkpointOrigin, cosignaturesDue, fromBase64Url } from '@anlian/contracts';
import type { NodeDeps } from '../deps.ts';
import { nodeReader } from '../evidence/store.ts';
import { liveKeys, peerUrl } from '../network/store.ts';
import { askWitness, NoCosignature, type OwnHead, type Witness } from './ask.ts';
import { askedWitnesses, otherGovernors, signedBy } from './store.ts';

type CollectDeps = Pick<NodeDeps, 'db' | 'clock' | 'fetch' | 'log'> & {
  readonly config: Pick<NodeDeps['config'], 'channel' | 'member'>;
};

/** Gets the cosignatures that this node's log needs before its heads go to the ledger. */
export interface Cosigning {
  /** The head's checkpoint with exactly the cosignatures that are due; undefined while too few are to be had. */
  cosign(head: { readonly size: number; readonly checkpoint: string }): Promise<string | undefined>;
  /** What the last attempt lacked; undefined when it lacked nothing. */
  awaiting(): AwaitedCosignatures | undefined;
}

interface Asked {
  readonly lines: readonly NoteSignature[];
  readonly missing: AwaitedCosignatures['missing'];
}

/** Asks all at once and goes on as soon as enough have answered: one that is stopped holds nobody up. */
const firstOf = (
  due: number,
  governors: readonly string[],
  ask: (governor: string) => Promise<NoteSignature>,
): Promise<Asked> =>
  new Promise((resolve) => {
    const lines: NoteSignature[] = [];
    const missing: AwaitedCosignatures['missing'] = [];
    const check = (): void => {
      if (lines.length >= due || lines.length + missing.length === governors.length)
        resolve({ lines: lines.slice(0, due), missing: [...missing] });
    };
    for (const member of governors)
      ask(member)
        .then(
          (line) => lines.push(line),
          (error: unknown) => missing.push({ member, why: error instanceof NoCosignature ? error.message : 'fault' }),
        )
        .then(check);
  });

const byName = (a: NoteSignature, b: NoteSignature): number => (a.name < b.name ? -1 : 1);

const withCosignatures = (note: string, lines: readonly NoteSignature[]): string => {
  const { text, signatures } = parseNote(note);
  return formatNote({ text, signatures: [...signatures, ...lines.toSorted(byName)] });
};

export const createCosigning = (deps: CollectDeps): Cosigning => {
  const { config, db, clock, log } = deps;
  const own = checkpointOrigin(config.channel, config.member);
  /** What each witness last cosigned; a wrong size costs one more question. */
  const known = new Map<string, number>();
  let awaiting: AwaitedCosignatures | undefined;

  const witnessOf = async (member: string): Promise<Witness> => {
    const url = await peerUrl(db, member);
    if (url === undefined) throw new NoCosignature('its address is not known');
    const name = checkpointOrigin(config.channel, member);
    const keys = await liveKeys(db, member, 'log', clock());
    const verifiers = keys.map(({ jwk }) => noteVerifier(name, fromBase64Url(jwk.x), 'cosignature/v1'));
    return { url, verifiers: await Promise.all(verifiers) };
  };

  const ask = async (member: string, head: OwnHead): Promise<NoteSignature> => {
    const pathFrom = (size: number) => consistencyPath(size, head.size, nodeReader(db));
    const asking = { fetch: deps.fetch, clock, pathFrom };
    const line = await askWitness(asking, await witnessOf(member), head, known.get(member) ?? 0);
    known.set(member, head.size);
    return line;
  };

  const note = (due: number, { lines, missing }: Asked): void => {
    const before = awaiting;
    awaiting = lines.length === due ? undefined : { due, have: lines.length, missing };
    if (awaiting && JSON.stringify(awaiting) !== JSON.stringify(before))
      log.warn({ ...awaiting }, 'the evidence log waits for cosignatures');
    else if (before && !awaiting) log.info('the evidence log has its cosignatures');
  };

  return {
    awaiting: () => awaiting,
    cosign: async ({ size, checkpoint }) => {
      const others = await otherGovernors(db, config.member);
      const due = cosignaturesDue(await askedWitnesses(db), others.length);
      const head: OwnHead = { size, note: signedBy(checkpoint, own) };
      const asked = due === 0 ? { lines: [], missing: [] } : await firstOf(due, others, (member) => ask(member, head));
      note(due, asked);
      return asked.lines.length === due ? withCosignatures(head.note, asked.lines) : undefined;
    },
  };
};
