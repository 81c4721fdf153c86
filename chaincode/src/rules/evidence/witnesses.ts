import {
  formatNote,
  type NoteVerifier,
  noteVerifier,
  type OpenedCheckpoint,
  openNote,
  parseNote,
  type VerifiedSignature,
} from '@anlian/chaincode/proof';
import {
  AnlianError,
  type ChannelRecord,
  checkpointOrigin,
  cosignaturesDue,
  DAY_MS,
  fromBase64Url,
  instantMs,
  stateKey,
  VerificationError,
} from '@anlian/contracts';
import { CLOCK_TOLERANCE_MS } from '../../runner/clock.ts';
import type { StateReader } from '../../runner/rule.ts';
import { activeGovernors } from '../member/governors.ts';
import { keyInSlot } from '../member/keys.ts';

/**
 * A cosignature says what its witness had seen of the log by then. A day leaves time for a ledger that was away over night; with no
 * bound, a log's owner could show the witnesses later heads for weeks and still anchor the early one as its newest.
 */
const COSIGNATURE_LIFE_MS = DAY_MS;

const FIELD = '/args/checkpoint';

const invalid = (detail: string): AnlianError => new AnlianError('cosignature_invalid', { field: FIELD, detail });

/** The live log keys of these governors, as they cosign (c2sp.org/tlog-cosignature). */
const witnessVerifiers = async (
  read: StateReader,
  channel: string,
  governors: readonly string[],
): Promise<readonly NoteVerifier[]> => {
  const verifiers: NoteVerifier[] = [];
  for (const governor of governors) {
    const key = await keyInSlot(read, governor, 'log');
    if (key === undefined || key.retiredAt !== null) continue;
    const publicKey = fromBase64Url(key.key.jwk.x);
    verifiers.push(await noteVerifier(checkpointOrigin(channel, governor), publicKey, 'cosignature/v1'));
  }
  return verifiers;
};

/** One set of cosignatures has one spelling: the log's own line, then the witnesses in order of their names. */
const requireOrder = (checkpoint: string, origin: string): void => {
  const { text, signatures } = parseNote(checkpoint);
  const [own, ...witnesses] = signatures;
  const sorted = witnesses.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const inOrder = own?.name === origin && formatNote({ text, signatures: [own, ...sorted] }) === checkpoint;
  if (!inOrder) throw invalid('the lines are not the log’s own, then the witnesses’ by name');
};

const requireTime = ({ timestamp = 0 }: VerifiedSignature, txTime: string): void => {
  const aheadMs = timestamp * 1000 - instantMs(txTime);
  if (aheadMs > CLOCK_TOLERANCE_MS) throw invalid('a cosignature is from the future');
  if (aheadMs < -COSIGNATURE_LIFE_MS) throw invalid('a cosignature is too old');
};

const openCosignatures = async (
  checkpoint: string,
  verifiers: readonly NoteVerifier[],
): Promise<readonly VerifiedSignature[]> => {
  try {
    return (await openNote(checkpoint, verifiers, 'checkpoint_cosignatures')).verified;
  } catch (cause) {
    if (cause instanceof VerificationError) throw invalid(cause.message);
    throw cause;
  }
};

/**
 * As many other governors as are due cosigned this head, each once and by its live log key, and nobody else did.
 * @throws AnlianError `cosignatures_missing`, `cosignature_invalid`
 */
export const requireWitnesses = async (
  read: StateReader,
  { channel, checkpoint }: { readonly channel: string; readonly checkpoint: string },
  { origin, otherSignatures }: OpenedCheckpoint,
  { member, txTime }: { readonly member: string; readonly txTime: string },
): Promise<void> => {
  const founded = await read.get<ChannelRecord>(stateKey.channel());
  const asked = founded?.policy.witnesses ?? 0;
  const others = asked === 0 ? [] : (await activeGovernors(read)).filter((governor) => governor !== member);
  const due = cosignaturesDue(asked, others.length);
  const lines = otherSignatures.length;
  if (lines < due) throw new AnlianError('cosignatures_missing', { field: FIELD, detail: `${lines} of ${due}` });
  if (lines > due) throw invalid(`${lines} cosignatures where ${due} are due`);
  if (due === 0) return;
  requireOrder(checkpoint, origin);
  const cosigned = await openCosignatures(checkpoint, await witnessVerifiers(read, channel, others));
  if (cosigned.length < due) throw invalid('a line is of nobody who may witness this log');
  for (const cosignature of cosigned) requireTime(cosignature, txTime);
};
