import { VerificationError } from '@anlian/contracts';
import type { ConfigGroup } from '../../ledger/codec/index.ts';
import { ensure } from '../form.ts';

/** The check that everything about the chain of configurations is reported under. */
export const CHECK = 'trust_configuration';

export const ROOT = '/Channel';

/** One element of a configuration's tree, taken out of it. */
export interface ConfigElement {
  readonly kind: 'group' | 'value' | 'policy';
  readonly path: string;
  readonly version: number;
  /** Name of the policy that a change of this element must satisfy: absolute, or from the group that it is in. */
  readonly modPolicy: string;
  /** Of a value or a policy. */
  readonly content: Uint8Array;
  /** `common.Policy.type`, of a policy. */
  readonly policyType: number | undefined;
  /** Keys of a group's elements, sorted. */
  readonly children: readonly string[];
}

/** A whole tree by {@link keyOf}. */
export type Elements = ReadonlyMap<string, ConfigElement>;

export const keyOf = (kind: ConfigElement['kind'], path: string): string => `${kind} ${path}`;

/** Fabric's configurations are four groups deep and hold some dozen elements for each organisation. */
const MAX_DEPTH = 8;
const MAX_ELEMENTS = 50_000;

const NOTHING = new Uint8Array();
const NAME = /^(?!\.{1,2}$)[a-zA-Z0-9.-]{1,249}$/;

interface Versioned {
  getVersion(): number;
  getModPolicy(): string;
}

const common = (kind: ConfigElement['kind'], path: string, element: Versioned) => {
  const version = element.getVersion();
  ensure(Number.isSafeInteger(version), CHECK, `the version of ${path} is too large`);
  return { kind, path, version, modPolicy: element.getModPolicy() };
};

interface Entries<E> {
  keys(): Iterable<string>;
  get(key: string): E | undefined;
}

const namesIn = (entries: Entries<unknown>): readonly string[] => {
  const names = [...entries.keys()];
  // A name with a slash could pass for an element of another group.
  ensure(
    names.every((name) => NAME.test(name)),
    CHECK,
    'an element’s name holds what no name may',
  );
  return names;
};

const present = <E>(entries: Entries<E>, name: string): E => {
  const entry = entries.get(name);
  if (entry === undefined) throw new VerificationError(CHECK, 'an element has a name and nothing else');
  return entry;
};

/** @throws VerificationError `trust_configuration` for a tree that no configuration has */
export const elementsOf = (root: ConfigGroup | undefined): Elements => {
  const elements = new Map<string, ConfigElement>();
  const add = (element: ConfigElement): string => {
    ensure(elements.size < MAX_ELEMENTS, CHECK, 'the configuration holds too many elements');
    const key = keyOf(element.kind, element.path);
    elements.set(key, element);
    return key;
  };
  const addGroup = (group: ConfigGroup, path: string, depth: number): string => {
    ensure(depth <= MAX_DEPTH, CHECK, 'the configuration is too deep');
    const [groups, values, policies] = [group.getGroupsMap(), group.getValuesMap(), group.getPoliciesMap()];
    const children = [
      ...namesIn(groups).map((name) => addGroup(present(groups, name), `${path}/${name}`, depth + 1)),
      ...namesIn(values).map((name) => {
        const value = present(values, name);
        const content = value.getValue_asU8();
        return add({
          ...common('value', `${path}/${name}`, value),
          content,
          policyType: undefined,
          children: [],
        });
      }),
      ...namesIn(policies).map((name) => {
        const policy = present(policies, name);
        const content = policy.getPolicy()?.getValue_asU8() ?? NOTHING;
        const policyType = policy.getPolicy()?.getType();
        return add({ ...common('policy', `${path}/${name}`, policy), content, policyType, children: [] });
      }),
    ];
    return add({ ...common('group', path, group), content: NOTHING, policyType: undefined, children: children.sort() });
  };
  if (root !== undefined) addGroup(root, ROOT, 1);
  return elements;
};
