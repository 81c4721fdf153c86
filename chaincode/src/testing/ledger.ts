import {
  type AnyLedgerEvent,
  type Assertion,
  AUTHORITY,
  type CommandArgs,
  type CommandName,
  CREDIT_POLICY_1,
  canonicalBytes,
  DAY_MS,
  formatId,
  type GenesisPolicy,
  type IdPrefix,
  instantMs,
  LedgerEventSchema,
  type MemberDescriptor,
  type ProposedAction,
  ROLES,
  type Score,
  stateKey,
  toInstant,
} from '@anlian/contracts';
import { type CommandCall, policyHashOf, type RuleOutcome, runCommand, runQuery } from '../rules/index.ts';
import { digestOf, signToken, type TestKey, testKey } from './keys.ts';
import { MapState } from './mapState.ts';

export const CHANNEL = 'anlian-test';
export const CHAINCODE = 'anlian';
export const START = '2026-11-22T02:00:00.000Z';

/** The companies of the starting set; both check digits are right. */
export const USCC = {
  hengyuan: '91990101MAAA00012T',
  qichuan: '91990202MAAA000209',
  zhengheng: '91990101MAAA0008XM',
  dinggu: '91990101MAAA00039J',
  anlan: '91990101MAAA00047D',
  yunfan: '91990303MAAA00055F',
  ruihan: '91990202MAAA00063N',
  lanjie: '91990202MAAA00071H',
  tongzhou: '91990404MAAA00098G',
  xingu: '91990101MAAA001009',
} as const;
export type Name = keyof typeof USCC;

/** What a test may say about one command instead of the usual. */
export interface Sending {
  readonly roles?: readonly string[];
  readonly acr?: string;
  readonly commandId?: string;
  readonly carriedBy?: string;
  readonly key?: TestKey;
  readonly signedAt?: string;
  readonly expiresAt?: string;
  readonly header?: Record<string, unknown>;
  readonly claims?: Record<string, unknown>;
}

export const mspOf = (member: string): string => `${member}MSP`;

/** A test ledger: world state, the members' keys, and a clock that only moves when it is told to. */
export class TestLedger {
  readonly state = new MapState();
  readonly events: AnyLedgerEvent[] = [];
  readonly #keys = new Map<string, TestKey>();
  #nowMs = instantMs(START);
  #ids = 0;
  readonly founders: readonly string[];

  constructor(founders: readonly string[]) {
    this.founders = founders;
  }

  get now(): string {
    return toInstant(this.#nowMs);
  }

  set now(instant: string) {
    this.#nowMs = instantMs(instant);
  }

  pass(time: {
    readonly days?: number;
    readonly hours?: number;
    readonly seconds?: number;
    readonly ms?: number;
  }): void {
    const { days = 0, hours = 0, seconds = 0, ms = 0 } = time;
    this.#nowMs += ((days * 24 + hours) * 3600 + seconds) * 1000 + ms;
  }

  /** An instant so many days from now. */
  inDays(days: number): string {
    return toInstant(this.#nowMs + days * DAY_MS);
  }

  id<P extends IdPrefix>(prefix: P): string {
    const random = new Uint8Array(16);
    this.#ids += 1;
    new DataView(random.buffer).setUint32(12, this.#ids);
    return formatId(prefix, random);
  }

  keyOf(member: string, slot = 'actor'): TestKey {
    const key = this.#keys.get(`${member}/${slot}`);
    if (key === undefined) throw new Error(`${member} holds no ${slot} key`);
    return key;
  }

  hold(member: string, key: TestKey): TestKey {
    this.#keys.set(`${member}/${key.descriptor.gate ?? key.descriptor.use}`, key);
    return key;
  }

  governor(member: Name): MemberDescriptor {
    const keys = (['actor', 'log', 'code'] as const).map((use) => this.hold(member, testKey(use)).descriptor);
    return { member, company: USCC[member], kind: 'governor', mspId: mspOf(member), keys };
  }

  participant(member: Name, sponsor?: string): MemberDescriptor {
    const keys = (['actor', 'log'] as const).map((use) => this.hold(member, testKey(use)).descriptor);
    return { member, company: USCC[member], kind: 'participant', keys, ...(sponsor === undefined ? {} : { sponsor }) };
  }

  /** A signed call of one command by a member, with the first role and the sign-in that the authority table asks for. */
  call<N extends CommandName>(member: string, name: N, args: CommandArgs<N>, how: Sending = {}): CommandCall {
    const authority = AUTHORITY[name];
    const roles = how.roles ?? authority.roles.slice(0, 1);
    const isMachine = roles.some((role) => Object.hasOwn(ROLES, role) && ROLES[role as keyof typeof ROLES].machine);
    const acr: string = how.acr ?? ((isMachine ? 'machine' : 'passkey') satisfies Assertion);
    const commandId = how.commandId ?? this.id('cmd');
    const command = canonicalBytes({ v: 1, channel: CHANNEL, chaincode: CHAINCODE, commandId, name, args });
    const iat = Math.floor(instantMs(how.signedAt ?? this.now) / 1000);
    const exp = how.expiresAt === undefined ? iat + 300 : Math.floor(instantMs(how.expiresAt) / 1000);
    const claims = {
      iss: 'https://node.example/oidc',
      sub: this.id('cas'),
      org: member,
      roles,
      acr,
      iat,
      exp,
      cmd: digestOf(command),
      ...how.claims,
    };
    return {
      name,
      command,
      actor: signToken(how.key ?? this.keyOf(member), claims, how.header),
      mspId: mspOf(how.carriedBy ?? this.founders[0] ?? ''),
      txId: digestOf(command),
      txTime: this.now,
      channel: CHANNEL,
      chaincode: CHAINCODE,
    };
  }

  /** Runs a call and keeps its effects, as a ledger would. Every event must fit its schema. */
  async submit(call: CommandCall): Promise<RuleOutcome> {
    const outcome = await runCommand(this.state, call);
    for (const event of outcome.events) this.events.push(LedgerEventSchema.parse(event));
    this.state.apply(outcome.writes);
    return outcome;
  }

  send<N extends CommandName>(member: string, name: N, args: CommandArgs<N>, how: Sending = {}): Promise<RuleOutcome> {
    return this.submit(this.call(member, name, args, how));
  }

  /** The first founder opens a vote and others vote for it, until it is adopted. Gives the proposal's id. */
  async adopt(proposed: ProposedAction): Promise<string> {
    const proposal = this.id('prp');
    const [first = '', ...others] = this.founders;
    let { result } = await this.send(first, 'proposal:open', { proposal, proposed });
    for (const governor of others) {
      if ((result as { readonly outcome: string }).outcome !== 'open') break;
      ({ result } = await this.send(governor, 'proposal:vote', { proposal, vote: 'for' }));
    }
    return proposal;
  }

  async score(company: string, effectiveAt = this.now): Promise<Score> {
    return (await runQuery(this.state, 'query:score', { company, effectiveAt }, { txTime: this.now })) as Score;
  }

  async record<T>(key: string): Promise<T> {
    const record = await this.state.get<T>(key);
    if (record === undefined) throw new Error(`nothing at ${key}`);
    return record;
  }
}

/** The genesis policy that founders of a test propose. */
export const genesisOf = (
  governors: readonly MemberDescriptor[],
  change: Partial<GenesisPolicy> = {},
): GenesisPolicy => ({
  v: 1,
  channel: CHANNEL,
  chaincode: CHAINCODE,
  k: 1,
  witnesses: 0,
  voteAssertions: ['passkey'],
  personAssertions: ['passkey', 'development'],
  governors: [...governors],
  ...change,
});

/** A ledger whose founders have all confirmed; facts can still be imported. */
export const foundedLedger = async (
  founders: readonly Name[],
  change: Partial<GenesisPolicy> = {},
): Promise<TestLedger> => {
  const ledger = new TestLedger(founders);
  const policy = genesisOf(
    founders.map((founder) => ledger.governor(founder)),
    change,
  );
  const [first = '', ...others] = founders;
  await ledger.send(first, 'channel:found', { policy });
  const { genesis } = await ledger.record<{ readonly genesis: string }>(stateKey.channel());
  for (const member of others) await ledger.send(member, 'channel:confirm', { member, genesis });
  return ledger;
};

export const POLICY_1_HASH = await policyHashOf(CREDIT_POLICY_1);

/** A ledger with the first credit policy in force, its participants admitted; still taking imports. */
export const ledgerWith = async (
  founders: readonly Name[],
  participants: readonly Name[],
  change: Partial<GenesisPolicy> = {},
): Promise<TestLedger> => {
  const ledger = await foundedLedger(founders, change);
  await ledger.adopt({ action: 'credit.adopt_policy', policy: CREDIT_POLICY_1, effectiveAt: ledger.now });
  for (const one of participants) await ledger.adopt({ action: 'member.admit', member: ledger.participant(one) });
  return ledger;
};

/** A ledger in daily use. */
export const openLedgerWith = async (
  founders: readonly Name[],
  participants: readonly Name[],
  change: Partial<GenesisPolicy> = {},
): Promise<TestLedger> => {
  const ledger = await ledgerWith(founders, participants, change);
  await ledger.adopt({ action: 'channel.open' });
  return ledger;
};
