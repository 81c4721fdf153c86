import { describe, expect, it } from 'vitest';
import { nodeUnits } from '../../verify/config/fixtures/groups.ts';
import { makeMember } from '../../verify/config/fixtures/member.ts';
import { lengthDelimited, SPELLINGS } from '../../verify/config/fixtures/spelling.ts';
import { concatBytes, utf8 } from './bytes.ts';
import { mspConfig } from './messages.ts';
import { decodeOrganisation } from './mspOrganisation.ts';

const { ca } = await makeMember('hengyuan');
const fabric = new mspConfig.FabricMSPConfig();
fabric.setName('hengyuanMSP');
fabric.setRootCertsList([utf8(ca.certPem)]);
fabric.setRevocationListList([Uint8Array.of(0x30, 0)]);
fabric.setFabricNodeOus(nodeUnits(ca.certPem));
const definition = fabric.serializeBinary();

/** `MSPConfig` with a definition in it. */
const wrapped = (bytes: Uint8Array, type = 0): Uint8Array =>
  concatBytes(Uint8Array.of(8, type), lengthDelimited(2, bytes));
const read = (bytes: Uint8Array) => decodeOrganisation('hengyuan', bytes, 'ledger_corrupt');
const plain = read(wrapped(definition));

describe('an organisation as its own administrators wrote it', () => {
  it('is read as the peers read it', () => {
    expect(plain).toMatchObject({ name: 'hengyuan', mspId: 'hengyuanMSP', rootCertPems: [ca.certPem] });
    expect(plain.roles?.admin).toEqual({ unit: 'admin', certifierPem: ca.certPem });
    expect(Object.keys(plain.roles ?? {})).toEqual(['client', 'peer', 'admin', 'orderer']);
  });

  it.each(SPELLINGS)('is the same %s', (_, spell) => {
    const { definition: spelled, ...other } = read(spell(wrapped(spell(definition))));
    const { definition: bytes, ...same } = plain;
    expect(other).toEqual(same);
    expect(spelled).toEqual(spell(bytes));
  });

  it('may have its units come in several parts, which count together', () => {
    const parts = new mspConfig.FabricNodeOUs();
    parts.setAdminOuIdentifier(nodeUnits().getAdminOuIdentifier());
    const apart = concatBytes(
      lengthDelimited(1, utf8('hengyuanMSP')),
      lengthDelimited(11, Uint8Array.of(8, 1)),
      lengthDelimited(11, parts.serializeBinary()),
    );
    expect(read(wrapped(apart)).roles).toEqual({ admin: { unit: 'admin', certifierPem: undefined } });
  });

  it('tells roles apart also where the bytes say so with a large number', () => {
    const large = concatBytes(
      lengthDelimited(1, utf8('hengyuanMSP')),
      lengthDelimited(11, Uint8Array.of(8, 0x80, 0x80, 0x80, 0x80, 0x10)),
    );
    expect(read(wrapped(large)).roles).toEqual({});
  });

  it('may have something round its certificates, which nobody reads', () => {
    const noisy = concatBytes(
      lengthDelimited(1, utf8('hengyuanMSP')),
      lengthDelimited(2, concatBytes(Uint8Array.of(0xff, 0x0a), utf8(ca.certPem))),
    );
    expect(read(wrapped(noisy)).rootCertPems[0]).toContain(ca.certPem);
  });

  it('has no certificates that count where it is an MSP of anonymous credentials', () => {
    expect(read(wrapped(definition, 1))).toMatchObject({ mspId: 'hengyuanMSP', rootCertPems: [], roles: undefined });
  });

  it.each([
    ['no message', Uint8Array.of(0xff)],
    ['a definition that is none', wrapped(Uint8Array.of(0xff))],
    ['a name that is no text', wrapped(lengthDelimited(1, Uint8Array.of(0xff)))],
  ])('is refused as %s', (_, bytes) => {
    expect(() => read(bytes)).toThrow(expect.objectContaining({ code: 'ledger_corrupt' }));
  });
});
