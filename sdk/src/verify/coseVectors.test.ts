import { X509Certificate } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { importEd25519PublicKey, importP256Jwk } from '@anlian/chaincode/crypto';
import { describe, expect, it } from 'vitest';
import { type CheckName, type CoseKey, verifyCoseSign1, verifyCwtTime } from './index.ts';

const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** The COSE working group's examples (github.com/cose-wg/Examples): keys, and messages that must or must not verify. */
const WG_P256: CoseKey = {
  kid: utf8('11'),
  key: await importP256Jwk({
    kty: 'EC',
    crv: 'P-256',
    x: 'usWxHK2PmfnHKwXPS54m0kTcGJ90UiglWiGahtagnv8',
    y: 'IBOL-C3BttVivg-lSreASjpkttcsz-1rb7btKLv8EX4',
  }),
};
const WG_ED25519: CoseKey = {
  kid: utf8('11'),
  key: await importEd25519PublicKey(hex('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a')),
};
const WG_TAIL = 'A10442313154546869732069732074686520636F6E74656E742E5840';
const WG_SIGNATURE =
  '8EB33E4CA31D1C465AB05AAC34CC6B23D58FEF5C083106C4D25A91AEF0B0117E2AF9A291AA32E14AB834DC56ED2A223444547E01F11D3B0916E5A4C345CACB36';
const WG_ATTRIBUTE_SIGNATURE =
  '6520BBAF2081D7E0ED0F95F76EB0733D667005F7467CEC4B87B9381A6BA1EDE8E00DF29F32A37230F39A842A54821FDD223092819D7728EFB9D3A0080B75380B';

describe('COSE working group examples', () => {
  it.each([
    ['ecdsa-sig-01', `D28445A201260300${WG_TAIL}${WG_ATTRIBUTE_SIGNATURE}`],
    [
      'eddsa-sig-01',
      `D28445A201270300${WG_TAIL}7142FD2FF96D56DB85BEE905A76BA1D0B7321A95C8C4D3607C5781932B7AFB8711497DFA751BF40B58B3BCC32300B1487F3DB34085EEF013BF08F4A44D6FEF0D`,
    ],
    [
      'sign-pass-01, protected headers as an empty map',
      'D28441A0A201260442313154546869732069732074686520636F6E74656E742E584087DB0D2E5571843B78AC33ECB2830DF7B6E0A4D5B7376DE336B23C591C90C425317E56127FBE04370097CE347087B233BF722B64072BEB4486BDA4031D27244F',
    ],
    ['sign-pass-03, untagged', `8443A10126${WG_TAIL}${WG_SIGNATURE}`],
  ])('%s verifies, with both keys of its id at hand', async (_name, message) => {
    const { payload, kid } = await verifyCoseSign1(hex(message), [WG_ED25519, WG_P256]);
    expect(payload).toEqual(utf8('This is the content.'));
    expect(kid).toEqual(utf8('11'));
  });

  it.each([
    ['sign-fail-01, another tag', `D903E68443A10126${WG_TAIL}${WG_SIGNATURE}`, 'cose_form'],
    [
      'sign-fail-02, changed content',
      `D28443A10126A10442313154546869732069732074686520636F6E74656E742F5840${WG_SIGNATURE}`,
      'cose_signature',
    ],
    ['sign-fail-03, another algorithm', `D28445A1013903E6${WG_TAIL}${WG_SIGNATURE}`, 'cose_algorithm'],
    ['sign-fail-04, an algorithm by name', `D2844AA10167756E6B6E6F776E${WG_TAIL}${WG_SIGNATURE}`, 'cose_algorithm'],
    ['sign-fail-06, an attribute added', `D28445A201260300${WG_TAIL}${WG_SIGNATURE}`, 'cose_signature'],
    ['sign-fail-07, an attribute removed', `D28443A10126${WG_TAIL}${WG_ATTRIBUTE_SIGNATURE}`, 'cose_signature'],
  ])('%s is refused', async (_name, message, check) => {
    await expect(verifyCoseSign1(hex(message), [WG_P256, WG_ED25519])).rejects.toMatchObject({ check });
  });
});

/**
 * EU Digital COVID Certificate test data. Each file states what must come out of each stage of reading a certificate.
 * Our formats share three of the stages: the COSE signature with its key selection (EXPECTEDVERIFY), the CBOR form of the
 * message (EXPECTEDDECODE) and the CWT times (EXPECTEDEXPIRATIONCHECK). The others belong to health certificates only.
 */
const VECTORS = join(import.meta.dirname, '../../../../shared/vectors/hcert');
const hasVectors = existsSync(VECTORS);

interface Vector {
  readonly PREFIX: string;
  readonly TESTCTX: { readonly CERTIFICATE: string; readonly VALIDATIONCLOCK: string; readonly DESCRIPTION: string };
  readonly EXPECTEDRESULTS: Readonly<Record<string, boolean>>;
}

const APPLICABLE = ['EXPECTEDVERIFY', 'EXPECTEDDECODE', 'EXPECTEDEXPIRATIONCHECK'] as const;

/** Which check refuses each hostile case. CBO1 is refused where its health certificate is opened, so it has its own test. */
const REFUSED_BY: Readonly<Record<string, CheckName>> = {
  CBO2: 'cose_form',
  CO5: 'cose_signature',
  CO16: 'cwt_time',
  CO17: 'cwt_time',
  CO22: 'cose_key',
  CO23: 'cose_key',
};

const NO_REASON = 'states no result that concerns signature, COSE or CBOR form, key selection or CWT times';
const BASE45 = 'concerns base45 text, which our codes do not use';
const ZLIB = 'concerns zlib compression, which our codes do not use';
const PREFIX = 'concerns the HC1: prefix of health certificates';
const SCHEMA = 'concerns the JSON schema of health certificates';
const KEY_USAGE = 'concerns the extended key usages that health certificates define';

const NOT_APPLICABLE: Readonly<Record<string, string>> = {
  B1: BASE45,
  CO6: KEY_USAGE,
  CO7: KEY_USAGE,
  CO8: KEY_USAGE,
  CO9: KEY_USAGE,
  CO10: KEY_USAGE,
  CO11: KEY_USAGE,
  CO12: KEY_USAGE,
  CO13: KEY_USAGE,
  CO14: KEY_USAGE,
  CO15: KEY_USAGE,
  DGC1: SCHEMA,
  DGC2: SCHEMA,
  DGC3: SCHEMA,
  DGC4: SCHEMA,
  DGC5: SCHEMA,
  DGC6: SCHEMA,
  H1: PREFIX,
  H2: PREFIX,
  H3: PREFIX,
  Q1: 'concerns a picture that cannot be read',
  Z1: ZLIB,
  Z2: ZLIB,
};

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';

const fromBase45 = (text: string): Uint8Array => {
  const bytes = (text.match(/.{2,3}/gs) ?? []).flatMap((group) => {
    const value = [...group].reduce((sum, character, at) => sum + ALPHABET.indexOf(character) * 45 ** at, 0);
    return group.length === 3 ? [value >> 8, value & 255] : [value];
  });
  return Uint8Array.from(bytes);
};

/** The COSE message inside the text, and the certificate's key under the first eight bytes of its SHA-256. */
const open = (vector: Vector): { readonly message: Uint8Array; readonly keys: readonly CoseKey[] } => {
  const certificate = new X509Certificate(Buffer.from(vector.TESTCTX.CERTIFICATE, 'base64'));
  const kid = new Uint8Array(Buffer.from(certificate.fingerprint256.replaceAll(':', ''), 'hex')).subarray(0, 8);
  const message = new Uint8Array(inflateSync(fromBase45(vector.PREFIX.replace(/^HC1:/, ''))));
  return { message, keys: [{ kid, key: certificate.publicKey }] };
};

const verify = async (vector: Vector) => {
  const { message, keys } = open(vector);
  const { payload } = await verifyCoseSign1(message, keys);
  return verifyCwtTime(payload, { now: new Date(vector.TESTCTX.VALIDATIONCLOCK) });
};

const reason = hasVectors ? '' : ' (skipped: ../shared/vectors is not here)';

describe.skipIf(!hasVectors)(`HCERT vectors${reason}`, () => {
  const vectors = (hasVectors ? readdirSync(VECTORS) : []).map((file) => {
    const vector = JSON.parse(readFileSync(join(VECTORS, file), 'utf8')) as Vector;
    const stages = APPLICABLE.filter((stage) => stage in vector.EXPECTEDRESULTS);
    return { name: file.replace('.json', ''), vector, stages };
  });
  const applying = vectors.filter(({ name }) => !(name in NOT_APPLICABLE));
  const cases = applying.map(({ name, vector }) => [name, vector.TESTCTX.DESCRIPTION, vector] as const);

  it('are each either verified here or listed with the reason why not', () => {
    expect(vectors).toHaveLength(38);
    for (const { name, vector, stages } of vectors.filter((candidate) => candidate.name in NOT_APPLICABLE)) {
      expect(stages, `${name} ${NO_REASON}`).toEqual([]);
      console.info(`HCERT ${name} does not apply: ${NOT_APPLICABLE[name]} (${vector.TESTCTX.DESCRIPTION})`);
    }
    for (const { name, stages } of applying) expect(stages, name).not.toEqual([]);
    expect(applying).toHaveLength(15);
  });

  it.each(cases.filter(([name]) => name !== 'CBO1'))('%s behaves as stated: %s', async (name, _description, vector) => {
    const stated = APPLICABLE.every((stage) => vector.EXPECTEDRESULTS[stage] ?? true);
    expect(name in REFUSED_BY).toBe(!stated);
    if (stated)
      await expect(verify(vector)).resolves.toMatchObject({ iat: expect.any(Number), exp: expect.any(Number) });
    else await expect(verify(vector)).rejects.toMatchObject({ name: 'VerificationError', check: REFUSED_BY[name] });
  });

  it('CBO1 behaves as stated: its signature holds, and what it carries where a map belongs is not one', async () => {
    const vector = vectors.find(({ name }) => name === 'CBO1')?.vector;
    const HEALTH_CERTIFICATE = -260;
    const { claims } = await verify(vector!);
    const certificate = (claims.get(HEALTH_CERTIFICATE) as ReadonlyMap<unknown, unknown>).get(1);
    expect(vector?.EXPECTEDRESULTS.EXPECTEDDECODE).toBe(false);
    expect(certificate).not.toBeInstanceOf(Map);
    await expect(verifyCwtTime(certificate as Uint8Array, { now: new Date(0) })).rejects.toMatchObject({
      check: 'cwt_form',
    });
  });

  it('fail under the keys of each other, and with any byte of the message changed', async () => {
    const good = vectors.find(({ name }) => name === 'CO3')!.vector;
    const { message, keys } = open(good);
    const strangers = applying.filter(({ name }) => name !== 'CO3').flatMap(({ vector }) => open(vector).keys);
    await expect(verifyCoseSign1(message, strangers)).rejects.toMatchObject({ check: 'cose_key' });
    for (let at = 0; at < message.length; at++) {
      const changed = new Uint8Array(message);
      changed[at] = (changed[at] ?? 0) ^ 0x01;
      await expect(verifyCoseSign1(changed, keys)).rejects.toMatchObject({ name: 'VerificationError' });
    }
  });
});
