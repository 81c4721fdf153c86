import { createPrivateKey, sign } from 'node:crypto';
import { VerificationError } from '@anlian/contracts';
import { describe, expect, it } from 'vitest';
import {
  cosignNote,
  formatCheckpoint,
  formatNote,
  formatVerifierKey,
  type NoteSigner,
  noteVerifier,
  openCheckpoint,
  openNote,
  parseCheckpoint,
  parseNote,
  parseVerifierKey,
  signNote,
} from './index.ts';

/** The example of the Go package golang.org/x/mod/sumdb/note, with the second signer of its tests. */
const TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const PETER = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
const PETER_LINE =
  '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n';
const ENOCH = 'EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop';
const ENOCH_LINE =
  '— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n';

/** The example of c2sp.org/signed-note. */
const C2SP_KEY = 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k';
const C2SP_NOTE =
  'This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n';

/** Made with golang.org/x/mod v0.42.0 (log) and github.com/transparency-dev/formats v0.1.1 (witness). */
const LOG_KEY = 'example.com/log+b72a41ef+AW8VgXCbt7HvAw0hDbGOOwuhx3b7pl2M2q0FQVFC0Yn4';
const WITNESS_KEY = 'witness.example.com/w1+d81c6ec3+BI7ZBCCALIO0Hkp/qUzl8FeS6ov/PXpjVy5cc0VOrvUd';
const CHECKPOINT = 'example.com/log\n3\nrra8/idLcKFPsGel5VeCZNsPqbUa9eC6FZFY8yngbnc=\n';
const LOG_LINE =
  '— example.com/log typB77WtMNfyPKZRsQF6mlvjh7xByH0py4Bw91pB5nPtDI1hRVc10QQx8XJRhV08xZEYHnrd1RUS1Hz/nDy++oraCAc=\n';
const WITNESS_LINE =
  '— witness.example.com/w1 2BxuwwAAAABrAuGqabGSrqVtTOsTm602QFzUHli1+slyyTbOrZ8fISsdPFFuOnX0YzJ1Iyn6oUB/pvnYj2tCGRgR7vODv46zlvrwBw==\n';
const COSIGNED = `${CHECKPOINT}\n${LOG_LINE}${WITNESS_LINE}`;

/** PKCS #8 around a 32-byte Ed25519 seed, RFC 8410. */
const signerOf = async (
  name: string,
  seed: number,
  type: 'ed25519' | 'cosignature/v1' = 'ed25519',
): Promise<NoteSigner> => {
  const prefix = Buffer.from('302e020100300506032b657004220420', 'hex');
  const key = createPrivateKey({ key: Buffer.concat([prefix, Buffer.alloc(32, seed)]), format: 'der', type: 'pkcs8' });
  const publicKey = Buffer.from(`${key.export({ format: 'jwk' }).x}`, 'base64url');
  return { verifier: await noteVerifier(name, publicKey, type), sign: (message) => sign(null, message, key) };
};

const replaceAt = (text: string, at: number): string =>
  `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`;

describe('signed notes', () => {
  it.each([
    ['the Go example', `${TEXT}\n${PETER_LINE}`, PETER],
    ['the second Go signer', `${TEXT}\n${PETER_LINE}${ENOCH_LINE}`, ENOCH],
    ['the C2SP example', C2SP_NOTE, C2SP_KEY],
  ])('open as published: %s', async (_name, note, key) => {
    const verifier = await parseVerifierKey(key);
    const opened = await openNote(note, [verifier]);
    expect(opened.verified).toEqual([{ verifier }]);
    expect(opened.text).toBe(note.slice(0, note.lastIndexOf('\n\n') + 1));
    expect((await openNote(new TextEncoder().encode(note), [verifier])).verified).toHaveLength(1);
  });

  it('tell the lines of given keys from those of others', async () => {
    const note = `${TEXT}\n${PETER_LINE}${ENOCH_LINE}`;
    const [peter, enoch] = [await parseVerifierKey(PETER), await parseVerifierKey(ENOCH)];
    expect((await openNote(note, [peter, enoch])).unknown).toEqual([]);
    const opened = await openNote(note, [enoch]);
    expect(opened.verified.map(({ verifier }) => verifier.name)).toEqual(['EnochRoot']);
    expect(opened.unknown.map(({ name }) => name)).toEqual(['PeterNeumann']);
    expect((await openNote(note, [])).verified).toEqual([]);
  });

  it('fail when any character of text or signature changes', async () => {
    const verifier = await parseVerifierKey(PETER);
    const note = `${TEXT}\n${PETER_LINE}`;
    for (let at = 0; at < note.length - 1; at++) {
      const changed = replaceAt(note, at);
      const opening = openNote(changed, [verifier]).then(({ verified }) => verified.length);
      expect(await opening.catch((error) => (error instanceof VerificationError ? 0 : error))).toBe(0);
    }
  });

  it('fail when a known key signed twice, so that no signer counts for two', async () => {
    const verifier = await parseVerifierKey(PETER);
    await expect(openNote(`${TEXT}\n${PETER_LINE}${PETER_LINE}`, [verifier])).rejects.toMatchObject({
      check: 'checkpoint_signature',
    });
  });

  it.each([
    ['no signature', TEXT],
    ['no signature after the blank line', `${TEXT}\n`],
    ['no final newline', `${TEXT}\n${PETER_LINE.slice(0, -1)}`],
    ['a blank line at the end', `${TEXT}\n${PETER_LINE}\n`],
    ['a control character', `\u0001${TEXT}\n${PETER_LINE}`],
    ['a carriage return', `${TEXT}\n${PETER_LINE.replace('\n', '\r\n')}`],
    ['a lone surrogate', `\ud800${TEXT}\n${PETER_LINE}`],
    [
      'bytes that are not UTF-8',
      new Uint8Array(Buffer.concat([Buffer.from([0xff]), Buffer.from(`${TEXT}\n${PETER_LINE}`)])),
    ],
    ['a space in the key name', `${TEXT}\n${PETER_LINE.replace('Neumann', ' Neumann')}`],
    ['a no-break space in the key name', `${TEXT}\n${PETER_LINE.replace('Neumann', '\u00a0Neumann')}`],
    ['a plus in the key name', `${TEXT}\n${PETER_LINE.replace('Neumann', '+Neumann')}`],
    ['another line among the signatures', `${TEXT}\n${PETER_LINE}Unexpected line.\n`],
    ['a hyphen for the dash', `${TEXT}\n${PETER_LINE.replace('—', '-')}`],
    ['spare bits set in base64', `${TEXT}\n${PETER_LINE.replace('nAM=', 'nAN=')}`],
    ['a signature of four bytes', `${TEXT}\n— PeterNeumann x08gow==\n`],
    ['65 signatures', `${TEXT}\n${PETER_LINE.repeat(65)}`],
    ['a megabyte', `${'a'.repeat(1 << 20)}\n\n${PETER_LINE}`],
    ['no text but a number', 5 as unknown as string],
  ])('are malformed with %s', (_name, note) => {
    expect(() => parseNote(note)).toThrow(expect.objectContaining({ check: 'checkpoint_form' }));
  });

  it('go to text and back unchanged', () => {
    for (const note of [C2SP_NOTE, COSIGNED, `${TEXT}\n${PETER_LINE}${ENOCH_LINE}`]) {
      expect(formatNote(parseNote(note))).toBe(note);
    }
    expect(() => formatNote({ text: 'no newline', signatures: parseNote(COSIGNED).signatures })).toThrow(
      VerificationError,
    );
    expect(() => formatNote({ text: TEXT, signatures: [] })).toThrow(VerificationError);
  });
});

describe('verifier keys', () => {
  it.each([PETER, ENOCH, C2SP_KEY, LOG_KEY, WITNESS_KEY])('go to text and back unchanged: %s', async (key) => {
    expect(formatVerifierKey(await parseVerifierKey(key))).toBe(key);
  });

  it('are refused with any character missing or changed', async () => {
    for (let at = 0; at < PETER.length; at++) {
      await expect(parseVerifierKey(PETER.slice(0, at) + PETER.slice(at + 1))).rejects.toThrow(VerificationError);
      await expect(parseVerifierKey(replaceAt(PETER, at))).rejects.toThrow(VerificationError);
    }
  });

  it.each([
    [
      'a key of the wrong length with its own id',
      'PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==',
    ],
    ['an unknown type with its own id', 'PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW'],
    ['nothing', ''],
    ['a megabyte', 'A'.repeat(1 << 20)],
  ])('are refused when they are %s', async (_name, key) => {
    await expect(parseVerifierKey(key)).rejects.toMatchObject({ check: 'checkpoint_form' });
  });

  it('give one key another id for each type, so that a cosignature never passes for a log signature', async () => {
    const publicKey = (await parseVerifierKey(LOG_KEY)).publicKey;
    const ids = [
      await noteVerifier('example.com/log', publicKey),
      await noteVerifier('example.com/log', publicKey, 'cosignature/v1'),
    ];
    expect(ids[0]?.keyId).not.toEqual(ids[1]?.keyId);
  });
});

describe('checkpoints', () => {
  const root = new Uint8Array(Buffer.from('rra8/idLcKFPsGel5VeCZNsPqbUa9eC6FZFY8yngbnc=', 'base64'));

  it('open under the log key, with the witness lines left for the witness rule', async () => {
    const opened = await openCheckpoint(COSIGNED, LOG_KEY);
    expect(opened).toMatchObject({ origin: 'example.com/log', size: 3n, root, extensions: [], text: CHECKPOINT });
    expect(opened.otherSignatures.map(({ name }) => name)).toEqual(['witness.example.com/w1']);
  });

  it('carry the cosignature and the time of another implementation’s witness', async () => {
    const verifier = await parseVerifierKey(WITNESS_KEY);
    const opened = await openNote(COSIGNED, [verifier], 'checkpoint_cosignatures');
    expect(opened.verified).toEqual([{ verifier, timestamp: 1795350954 }]);
  });

  it('refuse a cosignature whose time was moved', async () => {
    const verifier = await parseVerifierKey(WITNESS_KEY);
    const note = parseNote(COSIGNED);
    for (const at of [0, 7]) {
      const signatures = note.signatures.map((line) => {
        const signature = new Uint8Array(line.signature);
        if (line.name === verifier.name) signature[at] = (signature[at] ?? 0) ^ 1;
        return { ...line, signature };
      });
      await expect(openNote({ ...note, signatures }, [verifier], 'checkpoint_cosignatures')).rejects.toMatchObject({
        check: 'checkpoint_cosignatures',
      });
    }
  });

  it('that we sign and cosign open again, and the log key cannot stand in for a witness', async () => {
    const log = await signerOf('anlian/main/hengyuan', 1);
    const witness = await signerOf('anlian/main/qichuan', 2, 'cosignature/v1');
    const signed = await signNote(formatCheckpoint({ origin: 'anlian/main/hengyuan', size: 2n ** 60n, root }), log);
    const cosigned = await cosignNote(signed, witness, 1_795_000_000);
    expect(await openCheckpoint(cosigned, log.verifier)).toMatchObject({ size: 2n ** 60n, root });
    expect((await openNote(cosigned, [witness.verifier])).verified).toEqual([
      { verifier: witness.verifier, timestamp: 1_795_000_000 },
    ]);
    await expect(openCheckpoint(cosigned, witness.verifier)).rejects.toMatchObject({ check: 'checkpoint_signature' });
    await expect(signNote(CHECKPOINT, witness)).rejects.toThrow(TypeError);
    await expect(cosignNote(signed, log, 1)).rejects.toThrow(TypeError);
    await expect(cosignNote(signed, witness, -1)).rejects.toThrow(TypeError);
  });

  it('are refused without the log’s signature, with a false one, or under the key of another log', async () => {
    await expect(openCheckpoint(`${CHECKPOINT}\n${WITNESS_LINE}`, LOG_KEY)).rejects.toMatchObject({
      check: 'checkpoint_signature',
    });
    await expect(openCheckpoint(COSIGNED.replace('\n3\n', '\n4\n'), LOG_KEY)).rejects.toMatchObject({
      check: 'checkpoint_signature',
    });
    const other = await signerOf('anlian/main/qichuan', 3);
    const foreign = await signNote(formatCheckpoint({ origin: 'anlian/main/hengyuan', size: 1, root }), other);
    await expect(openCheckpoint(foreign, other.verifier)).rejects.toMatchObject({ check: 'checkpoint_form' });
    expect(await openCheckpoint(foreign, other.verifier, { origin: 'anlian/main/hengyuan' })).toMatchObject({
      size: 1n,
    });
  });

  it('have extension lines only where these are allowed', () => {
    const extended = `${CHECKPOINT}extra\n`;
    expect(() => parseCheckpoint(extended)).toThrow(VerificationError);
    expect(parseCheckpoint(extended, { allowExtensions: true }).extensions).toEqual(['extra']);
    expect(() => parseCheckpoint(`${CHECKPOINT}\n`, { allowExtensions: true })).toThrow(VerificationError);
  });

  const encoded = 'rra8/idLcKFPsGel5VeCZNsPqbUa9eC6FZFY8yngbnc=';
  it.each([
    ['an empty text', ''],
    ['two lines', 'o\n3\n'],
    ['no final newline', CHECKPOINT.slice(0, -1)],
    ['an empty origin', `\n3\n${encoded}\n`],
    ['a control character', `o\t\n3\n${encoded}\n`],
    ['a leading zero', `o\n03\n${encoded}\n`],
    ['a sign', `o\n+3\n${encoded}\n`],
    ['a negative size', `o\n-3\n${encoded}\n`],
    ['a hexadecimal size', `o\n0x3\n${encoded}\n`],
    ['an empty size', `o\n\n${encoded}\n`],
    ['a size of 2^63', `o\n9223372036854775808\n${encoded}\n`],
    ['a size of a thousand digits', `o\n${'9'.repeat(1000)}\n${encoded}\n`],
    ['a space after the size', `o\n3 \n${encoded}\n`],
    ['an unpadded root', `o\n3\n${encoded.slice(0, -1)}\n`],
    ['a base64url root', `o\n3\n${encoded.replace('/', '_')}\n`],
    ['spare bits set in the root', `o\n3\n${encoded.replace('nc=', 'nd=')}\n`],
    ['a root of 31 bytes', `o\n3\n${encoded.slice(0, 40)}bg==\n`],
    ['a megabyte', `${'o'.repeat(1 << 20)}\n3\n${encoded}\n`],
  ])('are malformed with %s', (_name, text) => {
    expect(() => parseCheckpoint(text)).toThrow(expect.objectContaining({ check: 'checkpoint_form' }));
  });

  it('are not made from what would not read back', () => {
    expect(parseCheckpoint(formatCheckpoint({ origin: 'o', size: 0, root }))).toMatchObject({ size: 0n });
    expect(parseCheckpoint(formatCheckpoint({ origin: 'o', size: 2n ** 63n - 1n, root }))).toMatchObject({
      size: 2n ** 63n - 1n,
    });
    for (const origin of ['', 'a\nb', 'a\u0000'])
      expect(() => formatCheckpoint({ origin, size: 1, root })).toThrow(VerificationError);
    for (const size of [-1, 1.5, 2n ** 63n, 2 ** 53])
      expect(() => formatCheckpoint({ origin: 'o', size, root })).toThrow(VerificationError);
    expect(() => formatCheckpoint({ origin: 'o', size: 1, root: root.subarray(1) })).toThrow(VerificationError);
  });
});
