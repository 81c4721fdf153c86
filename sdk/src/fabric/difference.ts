import { messages, sameBytes } from '../ledger/index.ts';
import type { Group, Policy, Value } from './messages.ts';

const { ConfigGroup, ConfigPolicy, ConfigValue } = messages.configtx;

/** What an update rests on, which must not have changed since, and what it writes. */
export interface Difference {
  readonly read: Group;
  readonly write: Group;
}

type Leaf = Value | Policy;

/** A protobuf map as `google-protobuf` gives it. */
interface Elements<E> {
  getEntryList(): [string, E][];
  get(key: string): E | undefined;
  has(key: string): boolean;
  set(key: string, element: E): unknown;
}

interface Compared<E> {
  /** As before: of these an update names the versions. */
  readonly same: readonly (readonly [string, E])[];
  /** With the versions that they get. */
  readonly written: readonly (readonly [string, E])[];
  readonly hasOtherMembers: boolean;
}

/** `google-protobuf` hands entries out undecoded: `get` decodes them. */
const entriesOf = <E>(elements: Elements<E>): [string, E][] =>
  elements.getEntryList().flatMap(([key]) => {
    const element = elements.get(key);
    return element === undefined ? [] : [[key, element]];
  });

/** A leaf holds no map, which `google-protobuf` would not copy. */
const atVersion = <L extends Leaf>(leaf: L, version: number): L => {
  const copy = leaf.cloneMessage() as L;
  copy.setVersion(version);
  return copy;
};

const compareLeaves = <L extends Leaf>(
  current: Elements<L>,
  updated: Elements<L>,
  named: (version: number) => L,
): Compared<L> => {
  const same: [string, L][] = [];
  const written: [string, L][] = [];
  for (const [key, after] of entriesOf(updated)) {
    const before = current.get(key);
    if (before === undefined) written.push([key, atVersion(after, 0)]);
    else if (sameBytes(atVersion(before, 0).serializeBinary(), atVersion(after, 0).serializeBinary()))
      same.push([key, named(before.getVersion())]);
    else written.push([key, atVersion(after, before.getVersion() + 1)]);
  }
  const isOther = ([key]: [string, unknown]) => !updated.has(key);
  const hasOtherMembers =
    current.getEntryList().some(isOther) || updated.getEntryList().some(([key]) => !current.has(key));
  return { same, written, hasOtherMembers };
};

const valueNamed = (version: number): Value => {
  const value = new ConfigValue();
  value.setVersion(version);
  return value;
};
const policyNamed = (version: number): Policy => {
  const policy = new ConfigPolicy();
  policy.setVersion(version);
  return policy;
};
const groupNamed = (version: number): Group => {
  const group = new ConfigGroup();
  group.setVersion(version);
  return group;
};

/** A group that was not there, with everything in it, at version 0. */
const groupFromNothing = (group: Group): Group => {
  const fresh = groupNamed(0);
  fresh.setModPolicy(group.getModPolicy());
  put(fresh.getValuesMap(), compareLeaves(groupNamed(0).getValuesMap(), group.getValuesMap(), valueNamed).written);
  put(
    fresh.getPoliciesMap(),
    compareLeaves(groupNamed(0).getPoliciesMap(), group.getPoliciesMap(), policyNamed).written,
  );
  put(
    fresh.getGroupsMap(),
    entriesOf(group.getGroupsMap()).map(([key, inner]) => [key, groupFromNothing(inner)]),
  );
  return fresh;
};

const put = <E>(elements: Elements<E>, entries: readonly (readonly [string, E])[]): void => {
  for (const [key, element] of entries) elements.set(key, element);
};

/**
 * What must be read and written so that one group becomes another; undefined when they are the same but for versions. Versions go
 * as Fabric's `configtx` validator wants them: what changes gets the next one, and a group changes when its members do.
 */
export const differenceOf = (current: Group, updated: Group): Difference | undefined => {
  const values = compareLeaves(current.getValuesMap(), updated.getValuesMap(), valueNamed);
  const policies = compareLeaves(current.getPoliciesMap(), updated.getPoliciesMap(), policyNamed);
  const groups = compareGroups(current.getGroupsMap(), updated.getGroupsMap());
  const isOther =
    [values, policies, groups].some(({ hasOtherMembers }) => hasOtherMembers) ||
    current.getModPolicy() !== updated.getModPolicy();
  const isWritten = values.written.length + policies.written.length + groups.written.length > 0;
  if (!isOther && !isWritten) return undefined;

  const read = groupNamed(current.getVersion());
  const write = groupNamed(current.getVersion() + (isOther ? 1 : 0));
  if (isOther) write.setModPolicy(updated.getModPolicy());
  for (const group of isOther ? [read, write] : []) {
    put(group.getValuesMap(), values.same);
    put(group.getPoliciesMap(), policies.same);
    put(group.getGroupsMap(), groups.same);
  }
  put(read.getGroupsMap(), groups.read);
  put(write.getValuesMap(), values.written);
  put(write.getPoliciesMap(), policies.written);
  put(write.getGroupsMap(), groups.written);
  return { read, write };
};

const compareGroups = (
  current: Elements<Group>,
  updated: Elements<Group>,
): Compared<Group> & { readonly read: readonly (readonly [string, Group])[] } => {
  const same: [string, Group][] = [];
  const read: [string, Group][] = [];
  const written: [string, Group][] = [];
  for (const [key, after] of entriesOf(updated)) {
    const before = current.get(key);
    const difference = before && differenceOf(before, after);
    if (before === undefined) written.push([key, groupFromNothing(after)]);
    else if (difference === undefined) same.push([key, groupNamed(before.getVersion())]);
    else {
      read.push([key, difference.read]);
      written.push([key, difference.write]);
    }
  }
  const keys = (elements: Elements<Group>) => entriesOf(elements).map(([key]) => key);
  const hasOtherMembers =
    keys(current).some((key) => !updated.has(key)) || keys(updated).some((key) => !current.has(key));
  return { same, read, written, hasOtherMembers };
};
