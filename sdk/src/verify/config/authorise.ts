import { VerificationError } from '@anlian/contracts';
import { sameBytes } from '../../ledger/codec/index.ts';
import { ensure } from '../form.ts';
import type { Configuration } from './configuration.ts';
import { CHECK, type ConfigElement, type Elements, keyOf, ROOT } from './elements.ts';
import { guardOf, satisfiesPolicy } from './policy.ts';
import { type Signer, signersOf } from './signers.ts';
import type { ConfigurationUpdate } from './update.ts';

const requireRead = (current: Elements, { read }: ConfigurationUpdate): void => {
  for (const [key, { path, version }] of read)
    ensure(current.get(key)?.version === version, CHECK, `the update rests on another state of ${path}`);
};

/** What the update changes: all that it writes but elements which it merely names, at the version that it read. */
const changesOf = ({ read, write }: ConfigurationUpdate): Elements =>
  new Map([...write].filter(([key, { version }]) => read.get(key)?.version !== version));

const MOD_POLICY = /^\/?[a-zA-Z0-9.-]+(\/[a-zA-Z0-9.-]+)*$/;

/** What guards what is changed, by the path of the policy. An element is new at version 0, or follows the one there was. */
const guardsIn = (current: Elements, changes: Elements): ReadonlyMap<string, ConfigElement> => {
  const guards = new Map<string, ConfigElement>();
  for (const [key, change] of changes) {
    const { path, version, modPolicy } = change;
    ensure(MOD_POLICY.test(modPolicy), CHECK, `${path} names no policy that guards it`);
    const present = current.get(key);
    ensure(version === (present === undefined ? 0 : present.version + 1), CHECK, `${path} skips a version`);
    // The group that it is in changes too, and guards who is in it.
    if (present !== undefined && !guards.has(guardOf(present))) guards.set(guardOf(present), present);
  }
  return guards;
};

/**
 * The policies that an update of the current configuration must satisfy.
 * @throws VerificationError `trust_configuration` for one that does not follow from this configuration
 */
export const guardsOf = (current: Elements, update: ConfigurationUpdate): readonly string[] => {
  requireRead(current, update);
  return [...guardsIn(current, changesOf(update)).keys()];
};

const requireAllowed = (current: Elements, changes: Elements, signers: readonly Signer[]): void => {
  for (const [guard, { path }] of guardsIn(current, changes)) {
    const holds = satisfiesPolicy(current, guard, signers);
    ensure(holds, CHECK, `the signatures do not satisfy ${guard}, which guards ${path}`);
  }
};

const CAPABILITIES = keyOf('value', '/Channel/Orderer/Capabilities');

/** Channels of Fabric 1.0 were born with elements that nothing guards; the first update since gives these a guard. */
const withGuard = (element: ConfigElement, elements: Elements): ConfigElement =>
  element.modPolicy === '' && elements.has(CAPABILITIES) ? { ...element, modPolicy: 'Admins' } : element;

/** The tree that follows: from the root down, every element as changed, else as it was. What no group names any more is gone. */
const resultOf = (current: Elements, changes: Elements): Elements => {
  const all = new Map([...current, ...changes]);
  const result = new Map<string, ConfigElement>();
  const keep = (key: string): void => {
    const element = all.get(key);
    if (element === undefined) throw new VerificationError(CHECK, 'the update names an element that there is not');
    result.set(key, withGuard(element, all));
    for (const child of element.children) keep(child);
  };
  keep(keyOf('group', ROOT));
  return result;
};

const isSame = (a: ConfigElement, b: ConfigElement | undefined): boolean =>
  b !== undefined &&
  a.version === b.version &&
  a.modPolicy === b.modPolicy &&
  a.policyType === b.policyType &&
  sameBytes(a.content, b.content) &&
  a.children.join() === b.children.join();

/** The new configuration is what the update makes of the old one; an element more shows in the group that it is in. */
const requireResult = (expected: Elements, next: Elements): void => {
  for (const [key, element] of expected)
    ensure(isSame(element, next.get(key)), CHECK, `the block’s ${element.path} is not what the update makes of it`);
};

/** MSPs told administrators apart in another way before: what held under these capabilities is not known here. */
const CAPABILITIES_KNOWN = ['V1_4_3', 'V2_0', 'V3_0'];

export const areRulesKnown = ({ capabilities }: Pick<Configuration, 'capabilities'>): boolean =>
  capabilities.some((name) => CAPABILITIES_KNOWN.includes(name));

const requireKnownRules = (current: Configuration): void =>
  ensure(
    areRulesKnown(current),
    CHECK,
    'the channel’s capabilities are not known here, so neither are the rules of its updates',
  );

/**
 * The update changes the configuration as its own policies allow, and the next configuration is what comes of it. This is what
 * orderers and peers check (Hyperledger Fabric, “Channel configuration”), done again.
 * @throws VerificationError `trust_configuration`
 */
export const requireAuthorised = async (
  current: Configuration,
  update: ConfigurationUpdate,
  next: Configuration,
): Promise<void> => {
  requireKnownRules(current);
  requireRead(current.elements, update);
  const changes = changesOf(update);
  ensure(changes.size > 0, CHECK, 'the update changes nothing');
  requireAllowed(current.elements, changes, await signersOf(update.signatures, current.msps, CHECK));
  requireResult(resultOf(current.elements, changes), next.elements);
};
