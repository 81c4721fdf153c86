import type { KeyDescriptor, MemberDescriptor } from '@anlian/contracts';
import { eq, sql } from 'drizzle-orm';
import type { Tx } from '../db/database.ts';
import type { EventPlace, Projector } from '../ledger/project.ts';
import { admissions, channel, memberKeys, members, proposals, sites, votes } from './tables.ts';

const addMember = async (tx: Tx, descriptor: MemberDescriptor, place: EventPlace): Promise<void> => {
  await tx
    .insert(members)
    .values({
      member: descriptor.member,
      company: descriptor.company,
      kind: descriptor.kind,
      mspId: descriptor.mspId ?? null,
      sponsor: descriptor.sponsor ?? null,
      state: 'active',
      admittedAt: place.txTime,
      admittedBlock: place.blockNumber,
    })
    .onConflictDoNothing();
  for (const key of descriptor.keys) await addKey(tx, descriptor.member, key, place);
};

const addKey = async (tx: Tx, member: string, key: KeyDescriptor, place: EventPlace): Promise<void> => {
  await tx.insert(memberKeys).values({ kid: key.kid, member, key, validFrom: place.txTime }).onConflictDoNothing();
};

/** Members, keys, votes, sites and admissions as the ledger tells them. */
export const networkProjector: Projector = {
  'channel.founded': async (tx, { policy, genesis }, place) => {
    await tx.insert(channel).values({
      id: 1,
      genesis,
      policy,
      confirmed: [place.org],
      state: policy.governors.length === 1 ? 'founding' : 'proposed',
    });
    for (const governor of policy.governors) await addMember(tx, governor, place);
  },
  'channel.confirmed': async (tx, { member, complete }) => {
    const [row] = await tx.select().from(channel);
    await tx.update(channel).set({
      confirmed: [...new Set([...(row?.confirmed ?? []), member])],
      ...(complete ? { state: 'founding' as const } : {}),
    });
  },
  'channel.opened': async (tx) => {
    await tx.update(channel).set({ state: 'open' });
  },
  'proposal.opened': async (tx, { proposal, proposed, by, quorum, electorate, lapsesAt }, place) => {
    await tx
      .insert(proposals)
      .values({ proposal, proposed, by, openedAt: place.txTime, lapsesAt, quorum, electorate, outcome: 'open' });
  },
  'proposal.voted': async (tx, { proposal, by, vote }) => {
    await tx.insert(votes).values({ proposal, member: by, vote }).onConflictDoNothing();
  },
  'proposal.decided': async (tx, { proposal, outcome }) => {
    await tx.update(proposals).set({ outcome }).where(eq(proposals.proposal, proposal));
  },
  'member.admitted': (tx, { member }, place) => addMember(tx, member, place),
  'member.expelled': async (tx, { member, windDownUntil }, place) => {
    await tx
      .update(members)
      .set({ state: 'expelled', expelledAt: place.txTime, windDownUntil })
      .where(eq(members.member, member));
  },
  'member.key_registered': (tx, { member, key }, place) => addKey(tx, member, key, place),
  'member.key_retired': async (tx, { kid, compromisedSince }, place) => {
    // A key that was retired long ago may turn out to be compromised: it stays retired from the first time on.
    await tx
      .update(memberKeys)
      .set({
        retiredAt: sql`coalesce(${memberKeys.retiredAt}, ${place.txTime})`,
        ...(compromisedSince === null ? {} : { compromisedSince }),
      })
      .where(eq(memberKeys.kid, kid));
  },
  'site.registered': async (tx, { site, owner }) => {
    await tx.insert(sites).values({ site, owner });
  },
  'site.admitted': async (tx, { site, company, admission, from }) => {
    await tx.insert(admissions).values({ admission, site, company, validFrom: from });
  },
  'site.released': async (tx, { admission, at }) => {
    await tx.update(admissions).set({ releasedAt: at }).where(eq(admissions.admission, admission));
  },
};
