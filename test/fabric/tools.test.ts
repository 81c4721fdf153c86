import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FabricBinaries, HOST, materialOf } from '@anlian/consortium/fabric';
import type { EmbeddedLedger } from '@anlian/consortium/ledger';
import { canonicalText } from '@anlian/contracts';
import {
  type ConnectedLedger,
  decodeBlock,
  decodePayload,
  decodeReadWriteSets,
  decodeResponsePayload,
  decodeTransaction,
  splitEnvelope,
} from '@anlian/sdk/ledger';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { connectAs, genesisWith, inProcess, openIn, temporaryDirectory } from '../support/embeddedLedger.ts';
import { connectFabric, type FabricNetwork, openFabricNetwork } from '../support/fabricNetwork.ts';
import { fabricBinaries, noFabric, unless } from '../support/fabricParts.ts';
import { CHAINCODE, CHANNEL, foundChannel, foundingGovernors, type Governor, signedBy } from '../support/governors.ts';

const FAULT = 'ledger_corrupt';
const SITES = ['terminal', 'yard-1', 'yard-2'];
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/** Runs a program of Fabric's and gives its standard output. */
const run = (
  binaries: FabricBinaries,
  program: 'peer' | 'configtxlator',
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): string => {
  const env = { PATH: process.env.PATH ?? '', ...environment };
  const { status, stdout, stderr } = spawnSync(join(binaries.dir, program), args, {
    env,
    encoding: 'utf8',
    maxBuffer: 64 << 20,
  });
  if (status !== 0) throw new Error(`${program} ended with ${status}: ${stderr}`);
  return stdout;
};

const Header = z.object({ number: z.string(), previous_hash: z.string().nullable(), data_hash: z.string() });
const Decoded = z.object({
  header: Header,
  data: z.object({ data: z.array(z.looseObject({ payload: z.looseObject({}), signature: z.string().nullable() })) }),
  metadata: z.object({ metadata: z.array(z.string()) }),
});
const ChannelHeader = z.looseObject({ channel_id: z.string(), tx_id: z.string(), timestamp: z.string() });
const Group = z.looseObject({ groups: z.record(z.string(), z.looseObject({})) });
/** A block with one transaction. */
const onlyIn = ({ data }: z.infer<typeof Decoded>) => {
  const [only] = data.data;
  if (only === undefined) throw new Error('an empty block');
  return only;
};

const Configuration = z.object({
  data: z.object({
    config: z.object({ channel_group: z.object({ groups: z.object({ Application: Group, Orderer: Group }) }) }),
  }),
});
const Command = z.object({
  header: z.object({ channel_header: ChannelHeader }),
  data: z.object({
    actions: z.tuple([
      z.object({
        payload: z.object({
          chaincode_proposal_payload: z.object({
            input: z.object({ chaincode_spec: z.object({ input: z.object({ args: z.array(z.string()) }) }) }),
          }),
          action: z.object({
            endorsements: z.array(z.looseObject({ signature: z.string() })),
            proposal_response_payload: z.object({
              extension: z.object({
                events: z.object({ event_name: z.string(), payload: z.string() }),
                response: z.object({ status: z.int(), payload: z.string() }),
                results: z.object({
                  ns_rwset: z.array(
                    z.object({
                      namespace: z.string(),
                      rwset: z.object({ writes: z.array(z.looseObject({ key: z.string(), value: z.string() })) }),
                    }),
                  ),
                }),
              }),
            }),
          }),
        }),
      }),
    ]),
  }),
});

describe.skipIf(noFabric)(unless(noFabric, 'configtxlator on the blocks of the embedded ledger'), () => {
  const dir = temporaryDirectory();
  let binaries: FabricBinaries;
  let embedded: EmbeddedLedger;
  let governors: readonly Governor[];
  let blocks: readonly Uint8Array[];

  beforeAll(async () => {
    binaries = await fabricBinaries();
    governors = await foundingGovernors();
    const [first] = governors as [Governor];
    embedded = await openIn(join(dir, 'ledger'), await genesisWith(governors));
    const ledger = connectAs(first, 'http://ledger', { fetch: inProcess(() => embedded) });
    await foundChannel(governors, ledger);
    for (const site of SITES) await ledger.submit(signedBy(first, 'site:register', { site }));
    const { height } = embedded.describe();
    blocks = await Promise.all(Array.from({ length: height }, (_, number) => embedded.block(number)));
  }, 900_000);
  afterAll(async () => {
    await embedded?.close();
    rmSync(dir, { recursive: true });
  });

  const translated = (bytes: Uint8Array) => {
    const [block, json] = [join(dir, 'block.pb'), join(dir, 'block.json')];
    writeFileSync(block, bytes);
    run(binaries, 'configtxlator', ['proto_decode', '--type', 'common.Block', '--input', block, '--output', json]);
    return { json, ...Decoded.parse(JSON.parse(readFileSync(json, 'utf8'))) };
  };

  it('reads every header and every count of transactions as we do', () => {
    expect(blocks).toHaveLength(SITES.length + 4);
    for (const bytes of blocks) {
      const ours = decodeBlock(bytes, FAULT);
      const { header, data, metadata } = translated(bytes);
      expect(header).toEqual({
        number: String(ours.header.number),
        previous_hash: ours.header.previousHash.length === 0 ? null : base64(ours.header.previousHash),
        data_hash: base64(ours.header.dataHash),
      });
      expect(data.data).toHaveLength(ours.envelopes.length);
      expect(metadata.metadata[2] ?? '').toBe(base64(ours.filter));
    }
  });

  it('finds the governors and the operator in block 0', () => {
    const [genesis] = blocks as [Uint8Array];
    const { payload } = onlyIn(translated(genesis));
    const { Application, Orderer } = Configuration.parse(payload).data.config.channel_group.groups;
    expect(Object.keys(Application.groups).sort()).toEqual(governors.map(({ mspId }) => mspId).sort());
    expect(Object.keys(Orderer.groups)).toEqual(['operatorMSP']);
  });

  it('reads the arguments, the writes, the events and the answer of every command as we do', () => {
    for (const bytes of blocks.slice(1)) {
      const [envelope = new Uint8Array()] = decodeBlock(bytes, FAULT).envelopes;
      const ours = decodeTransaction(envelope, FAULT);
      const { action } = decodeResponsePayload(ours.responsePayload, FAULT);
      const { payload } = onlyIn(translated(bytes));
      const { header, data } = Command.parse(payload);
      const [{ payload: told }] = data.actions;
      expect(header.channel_header).toMatchObject({ channel_id: CHANNEL, tx_id: ours.header.txId });
      expect(Date.parse(header.channel_header.timestamp)).toBe(Date.parse(ours.header.txTime));
      expect(told.chaincode_proposal_payload.input.chaincode_spec.input.args).toEqual(ours.args.map(base64));
      const { events, response, results } = told.action.proposal_response_payload.extension;
      expect(events).toMatchObject({
        event_name: action.event?.name,
        payload: base64(action.event?.payload ?? new Uint8Array()),
      });
      expect(response).toEqual({ status: action.status, payload: base64(action.payload) });
      expect(
        results.ns_rwset.map(({ namespace, rwset }) => [namespace, rwset.writes.map(({ key, value }) => [key, value])]),
      ).toEqual(
        decodeReadWriteSets(action.readWriteSet, FAULT).map(({ namespace, writes }) => [
          namespace,
          writes.map(({ key, value }) => [key, base64(value ?? new Uint8Array())]),
        ]),
      );
      expect(told.action.endorsements.map(({ signature }) => signature)).toEqual(
        ours.endorsements.map(({ signature }) => base64(signature)),
      );
    }
  });

  it('writes the very bytes again from what it has read of a block of commands', () => {
    for (const bytes of blocks.slice(1)) {
      const { json } = translated(bytes);
      const again = join(dir, 'again.pb');
      run(binaries, 'configtxlator', ['proto_encode', '--type', 'common.Block', '--input', json, '--output', again]);
      expect(base64(readFileSync(again))).toBe(base64(bytes));
    }
  });

  it('is not asked in vain: it refuses a block that was cut', () => {
    const block = join(dir, 'cut.pb');
    writeFileSync(block, (blocks[4] as Uint8Array).subarray(0, -3));
    expect(() => run(binaries, 'configtxlator', ['proto_decode', '--type', 'common.Block', '--input', block])).toThrow(
      'ended with 1',
    );
  });
});

describe.skipIf(noFabric)(unless(noFabric, 'the peer command on a real network'), { timeout: 60_000 }, () => {
  let binaries: FabricBinaries;
  let network: FabricNetwork;
  let governor: Governor;
  let ledger: ConnectedLedger;
  const dir = mkdtempSync(join(tmpdir(), 'anlian-tools-'));

  beforeAll(async () => {
    binaries = await fabricBinaries();
    network = await openFabricNetwork();
    [governor] = network.governors as [Governor];
    ledger = connectFabric(network, governor, 'fabric-gateway');
    await foundChannel(network.governors, ledger);
    for (const site of SITES) await ledger.submit(signedBy(governor, 'site:register', { site }));
  }, 900_000);
  afterAll(async () => {
    ledger?.close();
    await network?.down();
    network?.remove();
    rmSync(dir, { recursive: true });
  });

  /** As a governor's own client on a governor's peer. */
  const asClient = (member: string): Record<string, string> => {
    const organisation = network.organisationOf(network.governors.find((one) => one.member === member) ?? governor);
    const { clientMsp, tlsRoots } = materialOf(organisation);
    return {
      FABRIC_CFG_PATH: join(organisation.dir, 'peer-config'),
      CORE_PEER_LOCALMSPID: organisation.mspId,
      CORE_PEER_MSPCONFIGPATH: clientMsp,
      CORE_PEER_ADDRESS: `${HOST}:${organisation.peerPort}`,
      CORE_PEER_TLS_ENABLED: 'true',
      CORE_PEER_TLS_ROOTCERT_FILE: tlsRoots,
      FABRIC_LOGGING_SPEC: 'error',
    };
  };

  it.each(['hengyuan', 'qichuan', 'zhengheng'])('queries %s’s peer and gets what our client gets', async (member) => {
    const questions: readonly (readonly [string, object])[] = [
      ['query:get', { key: 'channel' }],
      ...SITES.map((site) => ['query:get', { key: `site/${site}` }] as const),
      ['query:range', { prefix: 'site' }],
      ['query:get', { key: 'site/nowhere' }],
    ];
    for (const [name, args] of questions) {
      const call = JSON.stringify({ Args: [name, canonicalText(args)] });
      const words = ['chaincode', 'query', '-C', CHANNEL, '-n', CHAINCODE, '-c', call];
      const told = run(binaries, 'peer', words, asClient(member)).trim();
      const ours = await ledger.query(name, args);
      expect(told, name).toBe(canonicalText(ours));
    }
    expect(await ledger.query('query:get', { key: 'site/terminal' })).toMatchObject({ owner: governor.member });
  });

  it('fetches the very blocks that our client reads', async () => {
    const { height } = await ledger.describe();
    for (let number = 0; number < height; number += 1) {
      const file = join(dir, `${number}.block`);
      run(binaries, 'peer', ['channel', 'fetch', String(number), file, '-c', CHANNEL], asClient('hengyuan'));
      const [fetched, ours] = [readFileSync(file), await ledger.block(number)];
      const { header, envelopes, filter } = decodeBlock(ours, FAULT);
      const told = decodeBlock(new Uint8Array(fetched), FAULT);
      expect(told.header).toEqual(header);
      expect(told.envelopes.map(base64)).toEqual(envelopes.map(base64));
      expect(base64(told.filter)).toBe(base64(filter));
      for (const envelope of envelopes)
        expect(decodePayload(splitEnvelope(envelope, FAULT).payload, FAULT).header.channel).toBe(CHANNEL);
    }
  });
});
