import { AnlianError, fromBase64Url, MspId, toBase64Url } from '@anlian/contracts';
import * as z from 'zod';
import {
  type ChannelConfiguration,
  type ConfigGroup,
  type MspOrganisation,
  messages,
  readCertificate,
  readRevocationList,
  sameBytes,
} from '../ledger/index.ts';
import type { Changed } from './change.ts';
import { groupIn, withTree } from './configuration.ts';

const CORRUPT = 'ledger_corrupt';
const { decodeSigned, mspConfig, required } = messages;

/** A revocation list, handed over as PEM or DER, as DER alone: of PEM, Fabric takes one label only. Undefined when it is none. */
export const listDer = (bytes: Uint8Array): Uint8Array | undefined => readRevocationList(bytes)?.der;

/** What else stood there would go into the configuration unseen. */
const isListDer = (list: string): boolean => {
  try {
    const bytes = fromBase64Url(list);
    return sameBytes(listDer(bytes) ?? new Uint8Array(), bytes) && bytes.length > 0;
  } catch {
    return false;
  }
};

/** In base64url 64 KiB. */
const MAX_LIST_TEXT = 87_382;

/** A member takes certificates of its own back: its authority's newest list stands in the place of the older one. */
export const Revocation = z.strictObject({
  kind: z.literal('revoke'),
  mspId: MspId,
  /** Base64url. */
  list: z.string().max(MAX_LIST_TEXT).refine(isListDer, 'one certificate revocation list, as DER'),
});
export type Revocation = z.infer<typeof Revocation>;

const issuerOf = (list: Uint8Array): string | undefined => readRevocationList(list)?.issuer;

/** Lists of other authorities stay. */
const withList = (lists: readonly Uint8Array[], list: Uint8Array): Uint8Array[] => [
  ...lists.filter((other) => issuerOf(other) !== issuerOf(list)),
  list,
];

/** Changes an organisation's MSP in place. */
const putList = (group: ConfigGroup, list: Uint8Array): void => {
  const value = required(group.getValuesMap().get('MSP'), 'MSP', CORRUPT);
  const config = decodeSigned(mspConfig.MSPConfig, value.getValue_asU8(), 'MSPConfig', CORRUPT);
  const msp = decodeSigned(mspConfig.FabricMSPConfig, config.getConfig_asU8(), 'FabricMSPConfig', CORRUPT);
  msp.setRevocationListList(withList(msp.getRevocationListList_asU8(), list));
  config.setConfig(msp.serializeBinary());
  value.setValue(config.serializeBinary());
};

/**
 * The configuration with a member's newest revocation list. One that also orders is named twice in it, and Fabric takes no two
 * definitions of one MSP: both change.
 * @throws {AnlianError} `not_found`
 */
export const revokeCertificates = (before: ChannelConfiguration, { mspId, list }: Revocation): Changed => {
  const isOwn = (one: MspOrganisation): boolean => one.mspId === mspId;
  const own = { Application: before.application.find(isOwn), Orderer: before.orderers.find(isOwn) };
  if (!own.Application && !own.Orderer) throw new AnlianError('not_found', { field: 'mspId', detail: mspId });
  const configuration = withTree(before, (tree) => {
    for (const [section, organisation] of Object.entries(own))
      if (organisation) putList(groupIn(groupIn(tree, section), organisation.name), fromBase64Url(list));
  });
  return { configuration, ordering: 'none' };
};

/** Whether a member's MSP has the list already. */
export const hasList = ({ application, orderers }: ChannelConfiguration, { mspId, list }: Revocation): boolean => {
  const own = [...application, ...orderers].filter((one) => one.mspId === mspId);
  const isThere = ({ revocationLists }: MspOrganisation): boolean =>
    revocationLists.some((one) => toBase64Url(listDer(one) ?? new Uint8Array()) === list);
  return own.length > 0 && own.every(isThere);
};

/** Peers pass over a list that none of the member's authorities signed. @throws {AnlianError} `invalid_input` */
export const requireOwnList = async (present: ChannelConfiguration, { mspId, list }: Revocation): Promise<void> => {
  const own = [...present.application, ...present.orderers].find((one) => one.mspId === mspId);
  if (!own) throw new AnlianError('not_found', { field: 'mspId', detail: mspId });
  const read = readRevocationList(fromBase64Url(list));
  for (const pem of [...own.rootCertPems, ...own.intermediateCertPems]) {
    const authority = readCertificate(pem);
    if (read && authority?.subject === read.issuer && (await read.isSignedBy(authority))) return;
  }
  throw new AnlianError('invalid_input', { field: 'FILE', detail: `no authority of ${mspId} signed this list` });
};

/** Serial numbers on a list, in hexadecimal, and whose list it is. */
export const revokedBy = ({ list }: Revocation): { readonly issuer: string; readonly serials: readonly string[] } => {
  const read = readRevocationList(fromBase64Url(list));
  const serials = [...(read?.serials ?? [])].map((serial) => serial.toString(16).padStart(2, '0'));
  return { issuer: read?.issuer ?? '', serials };
};
