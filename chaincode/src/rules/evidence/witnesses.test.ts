import { sign } from 'node:crypto';
import { cosignNote, formatNote, noteVerifier, parseNote } from '@anlian/chaincode/proof';
import {
  AnlianError,
  type CommandArgs,
  checkpointOrigin,
  cosignaturesDue,
  fromBase64Url,
  instantMs,
  stateKey,
} from '@anlian/contracts';
import { beforeEach, describe, expect, it } from 'vitest';
import { evidenceLog } from '../../testing/evidenceLog.ts';
import { type TestKey, testKey } from '../../testing/keys.ts';
import { CHANNEL, openLedgerWith, type TestLedger } from '../../testing/ledger.ts';

type Anchor = CommandArgs<'evidence:anchor'>;
const GOVERNORS = ['hengyuan', 'qichuan', 'zhengheng', 'lanjie'] as const;
/** A majority of the three others. */
const DUE = 2;

let ledger: TestLedger;
let log: ReturnType<typeof evidenceLog>;
beforeEach(async () => {
  ledger = await openLedgerWith(GOVERNORS, ['dinggu'], { witnesses: DUE });
  log = evidenceLog('hengyuan', ledger.keyOf('hengyuan', 'log'));
});

const nowSeconds = (): number => Math.floor(instantMs(ledger.now) / 1000);

const cosign = async (checkpoint: string, member: string, key: TestKey, at = nowSeconds(), name = member) => {
  const publicKey = fromBase64Url(key.descriptor.jwk.x);
  const verifier = await noteVerifier(checkpointOrigin(CHANNEL, name), publicKey, 'cosignature/v1');
  return cosignNote(checkpoint, { verifier, sign: (text) => new Uint8Array(sign(null, text, key.privateKey)) }, at);
};

/** The head of three leaves under the cosignatures of these members, in this order. */
const cosigned = async (members: readonly string[], at = nowSeconds()): Promise<Anchor> => {
  const args = await log.anchor(3);
  let { checkpoint } = args;
  for (const member of members) checkpoint = await cosign(checkpoint, member, ledger.keyOf(member, 'log'), at);
  return { ...args, checkpoint };
};

const anchor = (args: Anchor, member = 'hengyuan') => ledger.send(member, 'evidence:anchor', args);
const codeOf = (args: Promise<Anchor>): Promise<string> =>
  args.then(anchor).then(
    () => 'anchored',
    (error: unknown) => (error instanceof AnlianError ? error.code : String(error)),
  );

it('takes a head that a majority of the other governors cosigned, whichever they are', async () => {
  expect(await codeOf(cosigned(['lanjie', 'qichuan']))).toBe('anchored');
  expect(await ledger.record(stateKey.anchor('hengyuan'))).toMatchObject({
    checkpoint: expect.stringMatching(/\n\n— \S+\/hengyuan .*\n— \S+\/lanjie .*\n— \S+\/qichuan .*\n$/),
  });
});

it('asks a participant’s log for as many', async () => {
  const own = evidenceLog('dinggu', ledger.keyOf('dinggu', 'log'));
  const args = await own.anchor(2);
  await expect(anchor(args, 'dinggu')).rejects.toMatchObject({ code: 'cosignatures_missing', detail: '0 of 3' });
});

describe('a checkpoint', () => {
  const lines = async (change: (all: string[]) => string[]): Promise<Anchor> => {
    const args = await cosigned(['qichuan', 'zhengheng']);
    const [head = '', rest = ''] = args.checkpoint.split('\n\n');
    return { ...args, checkpoint: `${head}\n\n${change(rest.trimEnd().split('\n')).join('\n')}\n` };
  };
  const after = (seconds: number) => cosigned(['qichuan', 'zhengheng'], nowSeconds() + seconds);

  it.each<[string, () => Promise<Anchor>, string]>([
    ['without any', () => cosigned([]), 'cosignatures_missing'],
    ['with one too few', () => cosigned(['qichuan']), 'cosignatures_missing'],
    ['with one too many', () => cosigned(['lanjie', 'qichuan', 'zhengheng']), 'cosignature_invalid'],
    ['with one of them twice', () => cosigned(['qichuan', 'qichuan']), 'cosignature_invalid'],
    ['with the owner’s own', () => cosigned(['hengyuan', 'qichuan']), 'cosignature_invalid'],
    ['with a participant’s', () => cosigned(['dinggu', 'qichuan']), 'cosignature_invalid'],
    ['in another order', () => cosigned(['zhengheng', 'qichuan']), 'cosignature_invalid'],
    ['before the log’s own line', () => lines(([own = '', ...rest]) => [...rest, own]), 'cosignature_invalid'],
    ['of tomorrow', () => after(86_400), 'cosignature_invalid'],
    ['a moment past the clocks’ tolerance', () => after(121), 'cosignature_invalid'],
    ['within the clocks’ tolerance', () => after(120), 'anchored'],
    ['of yesterday, just', () => after(-86_400), 'anchored'],
    ['older than a day', () => after(-86_401), 'cosignature_invalid'],
    [
      'by a key that is no longer the governor’s',
      async () => {
        const args = await cosigned(['qichuan', 'zhengheng']);
        await ledger.send('zhengheng', 'member:register_key', { key: testKey('log').descriptor });
        return args;
      },
      'cosignature_invalid',
    ],
    [
      'by a key that the governor retired',
      async () => {
        const { kid } = ledger.keyOf('zhengheng', 'log').descriptor;
        await ledger.send('zhengheng', 'member:retire_key', { kid });
        return cosigned(['qichuan', 'zhengheng']);
      },
      'cosignature_invalid',
    ],
    [
      'by a stranger’s key in a governor’s name',
      async () => {
        const args = await cosigned(['qichuan']);
        return { ...args, checkpoint: await cosign(args.checkpoint, 'zhengheng', testKey('log')) };
      },
      'cosignature_invalid',
    ],
    [
      'by a governor’s key in the name of no member',
      async () => {
        const args = await cosigned(['qichuan']);
        const key = ledger.keyOf('zhengheng', 'log');
        return { ...args, checkpoint: await cosign(args.checkpoint, 'zhengheng', key, nowSeconds(), 'zz') };
      },
      'cosignature_invalid',
    ],
    [
      'of another head',
      async () => {
        const [mine, other] = [await log.anchor(3), parseNote(await cosignedHead(4))];
        const text = parseNote(mine.checkpoint);
        const signatures = [...text.signatures, ...other.signatures.slice(1)];
        return { ...mine, checkpoint: formatNote({ text: text.text, signatures }) };
      },
      'cosignature_invalid',
    ],
  ])('with cosignatures %s', async (_, args, code) => {
    expect(await codeOf(args())).toBe(code);
  });

  const cosignedHead = async (size: number): Promise<string> => {
    let { checkpoint } = await log.anchor(size);
    for (const member of ['qichuan', 'zhengheng'])
      checkpoint = await cosign(checkpoint, member, ledger.keyOf(member, 'log'));
    return checkpoint;
  };
});

it('asks for fewer when governors have left, so that no log is stopped for good', async () => {
  for (const member of ['lanjie', 'zhengheng'])
    await ledger.adopt({ action: 'member.expel', member, windDownUntil: ledger.inDays(7) });
  expect(await codeOf(cosigned(['lanjie', 'qichuan']))).toBe('cosignature_invalid');
  expect(await codeOf(cosigned(['qichuan']))).toBe('anchored');
});

describe('the number due', () => {
  it.each([
    [0, 9, 0],
    [1, 0, 0],
    [2, 1, 1],
    [2, 2, 2],
    [2, 3, 2],
    [2, 4, 3],
    [3, 3, 3],
    [2, 12, 7],
  ])('where %i are asked and there are %i others is %i', (asked, others, due) => {
    expect(cosignaturesDue(asked, others)).toBe(due);
  });
});
