import { noteVerifier, type OpenedCheckpoint, openCheckpoint, verifyConsistency } from '@anlian/chaincode/proof';
import {
  type AnchorRecord,
  AnlianError,
  type CommandArgs,
  checkpointOrigin,
  fromBase64Url,
  stateKey,
  toBase64Url,
  VerificationError,
} from '@anlian/contracts';
import type { Rule, StateReader, Write } from '../../runner/rule.ts';
import { keyInSlot } from '../member/keys.ts';
import { requireWitnesses } from './witnesses.ts';

type Anchor = CommandArgs<'evidence:anchor'>;

const inconsistent = (field: string, detail: string): AnlianError =>
  new AnlianError('anchor_inconsistent', { field, detail });

/** Carries a failed verification over into the code that the ledger answers with. */
const orRefuse = async <T>(
  code: 'anchor_invalid' | 'anchor_inconsistent',
  field: string,
  verify: () => Promise<T>,
): Promise<T> => {
  try {
    return await verify();
  } catch (cause) {
    if (cause instanceof VerificationError) throw new AnlianError(code, { field, detail: cause.message });
    throw cause;
  }
};

/** Opens the checkpoint with the member's live log key; its origin is that key's name, so no other log's head fits. */
const openHead = async (
  read: StateReader,
  member: string,
  origin: string,
  checkpoint: string,
): Promise<OpenedCheckpoint> => {
  const key = await keyInSlot(read, member, 'log');
  if (key === undefined || key.retiredAt !== null)
    throw new AnlianError('anchor_invalid', { field: '/args/checkpoint', detail: 'the member has no live log key' });
  const publicKey = fromBase64Url(key.key.jwk.x);
  return orRefuse('anchor_invalid', '/args/checkpoint', async () =>
    openCheckpoint(checkpoint, await noteVerifier(origin, publicKey)),
  );
};

/** The first head has nothing to be consistent with; every later one must contain the one before it. */
const requireGrowth = async (
  earlier: AnchorRecord | undefined,
  { size, root }: OpenedCheckpoint,
  path: readonly string[],
): Promise<void> => {
  const field = '/args/consistency';
  if (size < 1n || size > BigInt(Number.MAX_SAFE_INTEGER))
    throw new AnlianError('anchor_invalid', { field: '/args/checkpoint', detail: 'the tree size is out of range' });
  if (earlier === undefined) {
    if (path.length > 0) throw inconsistent(field, 'there is no earlier head');
    return;
  }
  await orRefuse('anchor_inconsistent', field, () =>
    verifyConsistency({
      size1: earlier.size,
      size2: size,
      root1: fromBase64Url(earlier.root),
      root2: root,
      path: path.map(fromBase64Url),
    }),
  );
};

/**
 * Each gate's last sequence number; a gate that goes back has lost decisions or had them replaced, and one that goes on has leaves
 * below a new head.
 */
const gateWrites = async (
  read: StateReader,
  member: string,
  gates: Anchor['gates'],
  isNewHead: boolean,
): Promise<readonly Write[]> => {
  const writes = new Map<string, number>();
  for (const [at, { gate, seq }] of gates.entries()) {
    const field = `/args/gates/${at}`;
    const key = stateKey.gateSequence(member, gate);
    if (writes.has(key)) throw new AnlianError('invalid_input', { field, detail: 'the gate is listed twice' });
    if ((await keyInSlot(read, member, gate)) === undefined)
      throw new AnlianError('invalid_input', { field, detail: 'the member has registered no key for this gate' });
    const known = (await read.get<number>(key)) ?? 0;
    if (seq < known) throw inconsistent(field, 'the gate’s sequence goes back');
    if (seq > known && !isNewHead) throw inconsistent(field, 'the gate’s sequence goes on under the same head');
    writes.set(key, seq);
  }
  return [...writes];
};

/** A member's node puts the head of its evidence log on the ledger, witnessed, and proven to extend the head that is there. */
export const anchor: Rule<'evidence:anchor'> = async (read, { channel, args }, { actor, txTime }) => {
  const member = actor.org;
  const origin = checkpointOrigin(channel, member);
  const head = await openHead(read, member, origin, args.checkpoint);
  await requireWitnesses(read, { channel, checkpoint: args.checkpoint }, head, { member, txTime });
  const earlier = await read.get<AnchorRecord>(stateKey.anchor(member));
  await requireGrowth(earlier, head, args.consistency);
  const size = Number(head.size);
  const isNewHead = earlier?.size !== size;
  const gates = await gateWrites(read, member, args.gates, isNewHead);

  const root = toBase64Url(head.root);
  const result = { member, size, root };
  if (!isNewHead) return { writes: [], events: [], result };
  const record: AnchorRecord = {
    version: (earlier?.version ?? 0) + 1,
    member,
    origin,
    size,
    root,
    checkpoint: args.checkpoint,
  };
  return {
    writes: [[stateKey.anchor(member), record], ...gates],
    events: [
      { name: 'evidence.anchored', data: { ...result, origin, checkpoint: args.checkpoint, gates: args.gates } },
    ],
    result,
  };
};
