import { dataHash, decodeBlock, decodeConfiguration, sameBytes } from '../../ledger/codec/index.ts';
import { ensure } from '../form.ts';
import { requireAuthorised } from './authorise.ts';
import { requireBlockSignatures } from './blockSignatures.ts';
import { type Configuration, readConfiguration } from './configuration.ts';
import { CHECK } from './elements.ts';
import { readUpdate } from './update.ts';

const FAULT = 'invalid_input';

/** The configuration that a later block brings, once the one before it has been held against it. */
const follow = async (current: Configuration, bytes: Uint8Array, channel: string): Promise<Configuration> => {
  const block = decodeBlock(bytes, FAULT);
  const { header, envelopes } = block;
  ensure(header.number > current.block.number, CHECK, 'the updates are not in the order of their blocks');
  ensure(sameBytes(await dataHash(envelopes), header.dataHash), CHECK, 'a block’s data are not those of its header');
  await requireBlockSignatures(block, current, CHECK);

  const [envelope, ...surplus] = envelopes;
  ensure(envelope !== undefined && surplus.length === 0, CHECK, 'a block holds other than one configuration');
  const opened = decodeConfiguration(envelope, FAULT);
  ensure(opened.channel === channel, CHECK, 'a block is of another channel');
  const next = readConfiguration(header, opened, current.ms);
  // Every change counts up by one: so none is left out between two that are there.
  ensure(next.sequence === current.sequence + 1, CHECK, 'an update is missing before another');

  ensure(opened.lastUpdate !== undefined, CHECK, 'a block does not hold the update that made it');
  const update = readUpdate(opened.lastUpdate);
  ensure(update.channel === channel, CHECK, 'an update was given for another channel');
  await requireAuthorised(current, update, next);
  return next;
};

/**
 * The configurations that a channel has had, first to last: each block signed by orderers of the one before it, each change as the
 * one before it allows. The blocks between them are not here, so nothing shows that no later one exists.
 * @throws VerificationError `trust_configuration`
 */
export const followConfigurations = async (
  first: Configuration,
  updates: Iterable<Uint8Array>,
  channel: string,
): Promise<readonly Configuration[]> => {
  const configurations = [first];
  let current = first;
  for (const bytes of updates) {
    current = await follow(current, bytes, channel);
    configurations.push(current);
  }
  return configurations;
};

/** The configuration that a block was made under: the newest of the blocks before it; block 0 is under its own. */
export const configurationBefore = (configurations: readonly Configuration[], number: number): Configuration => {
  const [first, ...later] = configurations;
  if (first === undefined) throw new RangeError('a channel has a first configuration');
  return later.findLast(({ block }) => block.number < number) ?? first;
};

/** The configurations that may have been in force then, on a clock that is some minutes off, at most; the first was from ever on. */
export const configurationsAt = (
  configurations: readonly Configuration[],
  ms: number,
  clocksDifferMs: number,
): readonly Configuration[] =>
  configurations.filter((configuration, at) => {
    const next = configurations[at + 1];
    const hasBegun = at === 0 || ms >= configuration.ms - clocksDifferMs;
    return hasBegun && (next === undefined || ms < next.ms + clocksDifferMs);
  });
