import { type TrustBundle, toBase64Url } from '@anlian/contracts';
import { describe, expect, it } from 'vitest';
import { groupOf } from '../../fabric/organisation.ts';
import {
  createAuthority,
  dataHash,
  encodeBlock,
  encodeChannelHeader,
  encodeEnvelope,
  encodeOrdererMetadata,
  encodeSignatureHeader,
  messages,
} from '../../ledger/index.ts';
import { judgeMembership } from './membership.ts';
import type { Probed } from './probe.ts';

const { common, configtx } = messages;
const sources = { crypto: globalThis.crypto, now: new Date('2026-11-22T00:00:00Z') };
const { certPem } = await createAuthority({ commonName: 'ca', organisation: 'Hengyuan' }, sources);
const AT = '2026-11-22T00:00:00.000Z';

/** A configuration block as an orderer makes it, but for its signature, which doctor leaves to `anlian verify`. */
const blockNaming = async (number: number, mspIds: readonly string[]): Promise<string> => {
  const application = new configtx.ConfigGroup();
  for (const mspId of mspIds) {
    const own = { name: mspId, mspId, rootCertPems: [certPem], intermediateCertPems: [], tlsRootCertPems: [certPem] };
    application.getGroupsMap().set(mspId, groupOf({ ...own, anchorPeers: [] }));
  }
  const channelGroup = new configtx.ConfigGroup();
  channelGroup.getGroupsMap().set('Application', application);
  const config = new configtx.Config();
  config.setChannelGroup(channelGroup);
  const update = new configtx.ConfigEnvelope();
  update.setConfig(config);
  const header = new common.Header();
  header.setChannelHeader(encodeChannelHeader({ type: common.HeaderType.CONFIG, channel: 'c', txId: '', timeMs: 0 }));
  header.setSignatureHeader(encodeSignatureHeader(new Uint8Array(), new Uint8Array()));
  const payload = new common.Payload();
  payload.setHeader(header);
  payload.setData(update.serializeBinary());
  const envelopes = [encodeEnvelope(payload.serializeBinary(), new Uint8Array())];
  return toBase64Url(
    encodeBlock({
      header: { number, previousHash: new Uint8Array(), dataHash: await dataHash(envelopes) },
      envelopes,
      ordererMetadata: encodeOrdererMetadata(number),
      signatures: [],
      filter: new Uint8Array(1),
      commitHash: undefined,
      lastConfig: number,
    }),
  );
};

const governor = (mspId: string, to: string | null = null, kind: 'governor' | 'participant' = 'governor') =>
  ({
    member: mspId.slice(0, -3).toLowerCase(),
    kind,
    mspId,
    to,
    from: AT,
    keys: [],
  }) as unknown as TrustBundle['members'][number];

const published = async (
  height: number,
  members: TrustBundle['members'],
  ...configurations: readonly (readonly string[])[]
): Promise<Probed> => {
  const [genesis = '', ...updates] = await Promise.all(configurations.map((mspIds, at) => blockNaming(at, mspIds)));
  const bundle = { ledger: 'fabric', genesis, updates, members, asOf: { height, at: AT } } as unknown as TrustBundle;
  return { url: `${height}`, reached: true, readiness: null, node: null, published: bundle, clockMs: null };
};

const [A, B, C, D] = ['HengyuanMSP', 'QichuanMSP', 'ZhenghengMSP', 'TongzhouMSP'] as const;
const founders = [A, B, C].map((mspId) => governor(mspId));

describe('the channel’s configuration against the governors on the ledger', () => {
  it('is silent where they are the same, and where nobody publishes them', async () => {
    expect(judgeMembership([await published(9, founders, [A, B, C])])).toEqual([]);
    expect(judgeMembership([])).toEqual([]);
    const embedded = await published(9, founders, [A]);
    const bundle = { ...(embedded.published as TrustBundle), ledger: 'embedded' as const };
    expect(judgeMembership([{ ...embedded, published: bundle }])).toEqual([]);
  });

  it('tells an expulsion that the configuration has not followed, until it has', async () => {
    const members = [governor(A), governor(B), governor(C, AT)];
    expect(judgeMembership([await published(9, members, [A, B, C])])).toEqual([
      { code: 'expelled_configured', subject: 'zhengheng', detail: C },
    ]);
    expect(judgeMembership([await published(9, members, [A, B, C], [A, B])])).toEqual([]);
  });

  it('tells an organisation that nobody voted in', async () => {
    expect(judgeMembership([await published(9, founders, [A, B, C, D])])).toEqual([
      { code: 'configured_unadmitted', subject: D, detail: '' },
    ]);
  });

  it('tells a governor that cannot endorse yet; a participant never could', async () => {
    const members = [...founders, governor(D), governor('ContractorMSP', null, 'participant')];
    expect(judgeMembership([await published(9, members, [A, B, C])])).toEqual([
      { code: 'admitted_unconfigured', subject: 'tongzhou', detail: D },
    ]);
  });

  it('goes by the node that has come furthest: that of an expelled governor hears no more', async () => {
    const members = [governor(A), governor(B), governor(C, AT)];
    const behind = await published(5, members, [A, B, C]);
    expect(judgeMembership([behind, await published(9, members, [A, B, C], [A, B])])).toEqual([]);
  });
});
