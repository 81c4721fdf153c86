import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AnlianError } from '@anlian/contracts';
import {
  type ChannelChange,
  canonicalPem,
  checkUpdate,
  type FabricAdministration,
  isInEffect,
  isSignedEnough,
  makeUpdate,
  Organisation,
  readChannelConfig,
  signUpdate,
  submitUpdate,
} from '@anlian/sdk/fabric';
import type { IssuingSources } from '@anlian/sdk/ledger';
import { administrationOf } from './administration.ts';
import { stopDaemon } from './daemons.ts';
import { ensureMaterial, materialOf } from './material.ts';
import { type FabricMember, type FabricPlan, HOST, type OrganisationPlan, planFabric } from './plan.ts';
import { everyDaemon } from './programs.ts';

const organisationIn = ({ organisations }: FabricPlan, member: string): OrganisationPlan => {
  const found = organisations.find((one) => one.member === member);
  if (!found) throw new AnlianError('not_found', { field: 'member', detail: member });
  return found;
};

/** The plan that follows, and whether the channel had to change for it. */
export interface Changed {
  readonly plan: FabricPlan;
  readonly hasChanged: boolean;
}

/** The plan with one more member; one that left gets its place and its keys back. */
export const planWith = (plan: FabricPlan, newcomer: FabricMember): FabricPlan => {
  const { network } = plan;
  const { joined = [], left = [], members } = network;
  const isKnown = [...members, ...joined].some(({ member }) => member === newcomer.member);
  return planFabric({
    ...network,
    joined: isKnown ? joined : [...joined, newcomer],
    left: left.filter((member) => member !== newcomer.member),
  });
};

/** The plan without a member. */
export const planWithout = ({ network }: FabricPlan, member: string): FabricPlan =>
  planFabric({ ...network, left: [...new Set([...(network.left ?? []), member])] });

const describe = async (organisation: OrganisationPlan): Promise<Organisation> => {
  const { orgMsp, tlsRoots } = materialOf(organisation);
  const [root, tlsRoot] = await Promise.all(
    [join(orgMsp, 'cacerts', 'ca.crt'), tlsRoots].map(async (file) => canonicalPem(await readFile(file, 'utf8'))),
  );
  return Organisation.parse({
    name: organisation.member,
    mspId: organisation.mspId,
    rootCertPems: [root],
    intermediateCertPems: [],
    tlsRootCertPems: [tlsRoot],
    anchorPeers: [{ host: HOST, port: organisation.peerPort }],
  });
};

/**
 * Signs a change by one administrator after the other until the channel's policies are satisfied, submits it, and waits until each peer goes by it.
 * Returns whether there was anything to change.
 */
const carryThrough = async (
  administrations: readonly FabricAdministration[],
  change: ChannelChange,
): Promise<boolean> => {
  const [first] = administrations;
  if (!first) throw new RangeError('a network has governors');
  const present = await readChannelConfig(first);
  if (isInEffect(present, change)) return false;
  let update = await checkUpdate(makeUpdate(present, change), present);
  if (change.kind === 'remove' && update.ordering === 'untouched')
    throw new AnlianError('fabric_member_orders', { field: 'member', detail: change.mspId });
  for (const { identity, random } of administrations) {
    if (isSignedEnough(update)) break;
    update = await signUpdate(update, identity, random);
  }
  await submitUpdate(first, update, present);
  return true;
};

/**
 * Adds an organisation to the running channel by the signatures of the local administrators. What it needs beside, `fabricUp` with
 * the plan that is returned brings: a peer that joins, the chaincode, its approval. A repeat goes on where it was.
 */
export const admitMember = async (
  plan: FabricPlan,
  newcomer: FabricMember,
  sources: IssuingSources,
): Promise<Changed> => {
  const grown = planWith(plan, newcomer);
  const organisation = organisationIn(grown, newcomer.member);
  await ensureMaterial(organisation, sources);
  const governors = grown.organisations.filter((one) => one !== organisation);
  const administrations = await Promise.all(governors.map((one) => administrationOf(grown, one, sources)));
  const hasChanged = await carryThrough(administrations, { kind: 'add', organisation: await describe(organisation) });
  return { plan: grown, hasChanged };
};

/** Removes an organisation from the running channel and stops its processes; its folder stays. */
export const dismissMember = async (plan: FabricPlan, member: string, sources: IssuingSources): Promise<Changed> => {
  const leaving = organisationIn(plan, member);
  const others = plan.organisations.filter((one) => one !== leaving);
  const administrations = await Promise.all(others.map((one) => administrationOf(plan, one, sources)));
  const hasChanged = await carryThrough(administrations, { kind: 'remove', mspId: leaving.mspId });
  const own = everyDaemon(plan).filter(({ name }) => name.startsWith(`${member}/`));
  await Promise.all(own.map(stopDaemon));
  return { plan: planWithout(plan, member), hasChanged };
};
