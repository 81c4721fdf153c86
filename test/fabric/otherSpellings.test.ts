import { readFileSync } from 'node:fs';
import { HOST, materialOf } from '@anlian/consortium/fabric';
import { canonicalBytes } from '@anlian/contracts';
import {
  assembleTransaction,
  type ConnectedLedger,
  concatBytes,
  decodeTransaction,
  encodeEnvelope,
  encodeIdentity,
  executedBlock,
  messages,
  utf8,
} from '@anlian/sdk/ledger';
import { verifyBundle } from '@anlian/sdk/verify';
import { Client, credentials } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { transactionBundle } from '../support/evidenceNetwork.ts';
import { connectFabric, type FabricNetwork, identityOf, openFabricNetwork } from '../support/fabricNetwork.ts';
import { noFabric, unless } from '../support/fabricParts.ts';
import { CHAINCODE, foundChannel, type Governor, signedBy } from '../support/governors.ts';
import { blocksOf } from '../support/governorsLedger.ts';
import { blockBundleOf } from '../support/ledgerBundles.ts';
import { endorsedBy } from '../support/rawFabric.ts';
import { trustFileOf } from '../support/trustFile.ts';
import { until } from '../support/until.ts';

const SECOND_NAME = 'anlian-two';
/** A field 15, which no message of Fabric has. */
const UNKNOWN = Uint8Array.of(0x7a, 0x01, 0x78);

/** Hands an envelope to an orderer, past every client of ours (`orderer.AtomicBroadcast`). */
const broadcast = (network: FabricNetwork, envelope: Uint8Array): Promise<string> => {
  const [first] = network.plan.organisations;
  if (!first?.orderer) throw new Error('the first organisation orders');
  const tls = credentials.createSsl(readFileSync(materialOf(first).tlsRoots));
  const client = new Client(`${HOST}:${first.orderer.port}`, tls);
  const asIs = (bytes: Uint8Array): Buffer => Buffer.from(bytes);
  const stream = client.makeBidiStreamRequest('/orderer.AtomicBroadcast/Broadcast', asIs, asIs);
  return new Promise<string>((resolve, reject) => {
    stream.on('error', reject);
    stream.on('data', (answer: Uint8Array) => {
      const said = messages.delivery.BroadcastResponse.deserializeBinary(answer);
      resolve(`${said.getStatus()} ${said.getInfo()}`);
      stream.end();
    });
    stream.write(envelope);
  }).finally(() => client.close());
};

describe.skipIf(noFabric)(unless(noFabric, 'a governor who spells what he submits in his own way'), () => {
  let network: FabricNetwork;
  let governors: readonly [Governor, Governor, Governor];
  let ledger: ConnectedLedger;

  beforeAll(async () => {
    network = await openFabricNetwork();
    governors = network.governors as readonly Governor[] as typeof governors;
    ledger = connectFabric(network, governors[1], 'fabric-gateway');
    await foundChannel(governors, ledger);
  }, 240_000);
  afterAll(async () => {
    ledger?.close();
    await network?.down();
    network?.remove();
  });

  const commandOf = (site: string) => signedBy(governors[0], 'site:register', { site });
  const argsOf = ({ command, actor }: ReturnType<typeof commandOf>) => [
    utf8(command.name),
    canonicalBytes(command),
    utf8(actor),
  ];
  const refusalOf = (args: readonly Uint8Array[], chaincode = CHAINCODE): Promise<string> =>
    endorsedBy(network, governors[0], [governors[1]], { chaincode, args }).then(
      () => 'endorsed',
      (error: Error) => error.message,
    );

  it('stops nobody: what the peers hold valid is followed, run again, and proven', { timeout: 60_000 }, async () => {
    const signed = commandOf('yard');
    const creator = concatBytes(encodeIdentity(identityOf(governors[0])), UNKNOWN);
    const endorsers = governors.slice(0, 2);
    const answer = await endorsedBy(network, governors[0], endorsers, { args: argsOf(signed), creator });
    const payload = concatBytes(assembleTransaction(answer.proposal, answer.payload, answer.endorsements), UNKNOWN);
    const envelope = concatBytes(encodeEnvelope(payload, await identityOf(governors[0]).sign(payload)), UNKNOWN);
    expect(() => decodeTransaction(envelope, 'invalid_input')).toThrow();
    expect(await broadcast(network, envelope)).toBe('200 ');
    const block = await until('the command is followed', async () =>
      (await blocksOf(ledger)).find(({ txs }) =>
        txs.some(({ command }) => command.command.commandId === signed.command.commandId),
      ),
    );
    expect(block.txs).toMatchObject([{ code: 'VALID', mspId: governors[0].mspId, command: signed }]);
    expect(executedBlock(block.bytes, CHAINCODE).transactions).toMatchObject([{ mspId: governors[0].mspId }]);

    const trust = await trustFileOf(ledger);
    const verdictOn = (file: unknown) => verifyBundle(canonicalBytes(file), trust, { now: new Date() });
    const listed = { txId: block.txs[0]?.txId, call: 'site:register', endorsed: true, marked: 'VALID' };
    expect(await verdictOn(blockBundleOf(block.bytes))).toMatchObject({
      verdict: 'proven',
      subject: { transactions: [listed] },
    });
    expect(await verdictOn(transactionBundle(await ledger.attest(block.txs[0]?.txId ?? '')))).toMatchObject({
      verdict: 'proven',
      subject: { command: 'site:register', commandId: signed.command.commandId },
    });

    const { txId } = await ledger.submit(signedBy(governors[1], 'site:register', { site: 'berth' }));
    expect((await blocksOf(ledger)).at(-1)?.txs).toMatchObject([{ txId, code: 'VALID' }]);
  });

  it('has no arguments run that are no text, or one too many', async () => {
    const args = argsOf(commandOf('quay'));
    expect(await refusalOf(args)).toBe('endorsed');
    expect(await refusalOf([...args, utf8('x')])).toContain('invalid_input');
    for (const at of [1, 2]) {
      const broken = (args[at] ?? new Uint8Array()).slice();
      broken[broken.length >> 1] = 0xff;
      expect(await refusalOf(args.with(at, broken))).toMatch(/invalid_input.*UTF-8/);
    }
  });

  it('runs nothing of ours under a second name', { timeout: 120_000 }, async () => {
    await network.commitAlso(SECOND_NAME);
    expect(await refusalOf(argsOf(commandOf('quay')), SECOND_NAME)).toContain('wrong_channel');
    expect(await refusalOf(argsOf(commandOf('quay')))).toBe('endorsed');
  });
});
