import { AnlianError } from '@anlian/contracts';
import { describe, expect, it } from 'vitest';
import { readConfig } from './config.ts';

const GOVERNOR = {
  ANLIAN_PROFILE: 'development',
  ANLIAN_MEMBER: 'hengyuan',
  ANLIAN_COMPANY: '91990101MAAA00012T',
  ANLIAN_KIND: 'governor',
  ANLIAN_NAME_ZH: '恒远港务集团',
  ANLIAN_NAME_EN: 'Hengyuan Port Group',
  ANLIAN_PORT: '7101',
  ANLIAN_PUBLIC_URL: 'http://hengyuan.localhost:7101',
  ANLIAN_DATA_DIR: 'data',
  ANLIAN_CHANNEL: 'anlian-local',
};
const FABRIC = {
  ANLIAN_FABRIC_PEER: 'peer.example:7051',
  ANLIAN_FABRIC_TLS_ROOT: 'tls.pem',
  ANLIAN_FABRIC_MSP_ID: 'HengyuanMSP',
  ANLIAN_FABRIC_CERT: 'cert.pem',
  ANLIAN_FABRIC_KEY: 'key.pem',
};
const EMBEDDED = { ANLIAN_LEDGER_URL: 'http://127.0.0.1:7100' };
const PRODUCTION = { ANLIAN_PROFILE: 'production', ANLIAN_PUBLIC_URL: 'https://anlian.example' };

const faultyFields = (env: Record<string, string | undefined>): string[] => {
  try {
    readConfig(env);
    return [];
  } catch (error) {
    if (!(error instanceof AnlianError) || error.code !== 'configuration_invalid') throw error;
    return (error.errors ?? []).map(({ field }) => field).sort();
  }
};

describe('the configuration of a governor on Hyperledger Fabric', () => {
  it('is taken in production, and names its peer and who it is there', () => {
    expect(readConfig({ ...GOVERNOR, ...PRODUCTION, ...FABRIC }).fabric).toEqual({
      peer: 'peer.example:7051',
      mspId: 'HengyuanMSP',
      client: 'gateway',
      tlsRootFile: 'tls.pem',
      certFile: 'cert.pem',
      keyFile: 'key.pem',
      peersFile: undefined,
    });
  });

  it.each(Object.keys(FABRIC))('names each other setting that is missing when there is only %s', (name) => {
    const others = Object.keys(FABRIC).filter((other) => other !== name);
    const only = Object.fromEntries(Object.entries(FABRIC).filter(([key]) => key === name));
    expect(faultyFields({ ...GOVERNOR, ...only })).toEqual(others.sort());
    expect(faultyFields({ ...GOVERNOR, ...FABRIC, [name]: undefined })).toEqual([name]);
  });

  it.each([
    ['no ledger', {}, ['ANLIAN_LEDGER_URL']],
    ['two ledgers', { ...EMBEDDED, ...FABRIC }, ['ANLIAN_LEDGER_URL']],
    ['the embedded ledger in production', { ...PRODUCTION, ...EMBEDDED }, ['ANLIAN_LEDGER_URL']],
    [
      'half of Fabric and an address without TLS in production',
      { ANLIAN_PROFILE: 'production', ...FABRIC, ANLIAN_FABRIC_KEY: undefined },
      ['ANLIAN_FABRIC_KEY', 'ANLIAN_PUBLIC_URL'],
    ],
    [
      'the client for 2.2 without the others’ peers',
      { ...FABRIC, ANLIAN_FABRIC_CLIENT: 'network' },
      ['ANLIAN_FABRIC_PEERS'],
    ],
    ['a client that there is not', { ...FABRIC, ANLIAN_FABRIC_CLIENT: 'rest' }, ['ANLIAN_FABRIC_CLIENT']],
    [
      'an address with a scheme',
      { ...FABRIC, ANLIAN_FABRIC_PEER: 'grpcs://peer.example:7051' },
      ['ANLIAN_FABRIC_PEER'],
    ],
    ['an address without a port', { ...FABRIC, ANLIAN_FABRIC_PEER: 'peer.example' }, ['ANLIAN_FABRIC_PEER']],
    ['an MSP id that is none', { ...FABRIC, ANLIAN_FABRIC_MSP_ID: '../MSP' }, ['ANLIAN_FABRIC_MSP_ID']],
    [
      'a peer of a participant',
      { ANLIAN_KIND: 'participant', ANLIAN_CARRIER_URL: 'http://hengyuan.localhost:7101', ...FABRIC },
      ['ANLIAN_FABRIC_PEER'],
    ],
  ])('is refused with %s', (_, change, fields) => {
    expect(faultyFields({ ...GOVERNOR, ...change })).toEqual(fields);
  });
});
