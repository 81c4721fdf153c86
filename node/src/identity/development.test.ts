import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { fromThisMachine, personaAt, personOf } from './development.ts';

describe('a persona', () => {
  it('is found again by its subject', () => {
    expect(personOf('development:ningbo-port:clerk')).toEqual(personaAt('ningbo-port', 'clerk'));
  });

  it.each([
    '',
    'clerk',
    'ningbo-port:clerk',
    'development:ningbo-port:root',
    'development:ningbo-port:toString',
    'development:ningbo-port:clerk:administrator',
    'development::clerk',
    'development:Ningbo Port:clerk',
    'person:ningbo-port:clerk',
    'cli_00000000000000000000000000000000',
  ])('is not %j', (subject) => {
    expect(personOf(subject)).toBeUndefined();
  });
});

describe('a request from this machine', () => {
  const from = (remoteAddress: string | undefined, headers: Record<string, string> = {}): boolean =>
    fromThisMachine({
      socket: Object.defineProperty(new Socket(), 'remoteAddress', { value: remoteAddress }),
      headers,
    });

  it.each(['127.0.0.1', '127.8.9.10', '::1', '::ffff:127.0.0.1', '::FFFF:127.0.0.1'])('comes from %s', (address) => {
    expect(from(address)).toBe(true);
  });

  it.each([undefined, '', 'localhost', '10.0.0.1', '128.0.0.1', '::2', '::ffff:10.0.0.1', 'fe80::1', '0.0.0.0'])(
    'does not come from %s',
    (address) => {
      expect(from(address)).toBe(false);
    },
  );

  it('did not pass a proxy', () => {
    expect(from('127.0.0.1', { 'x-forwarded-for': '127.0.0.1' })).toBe(false);
  });
});
