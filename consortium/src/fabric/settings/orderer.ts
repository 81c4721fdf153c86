import { join } from 'node:path';
import { materialOf } from '../material.ts';
import { ADDRESS, type OrderingOrganisation, ordererData } from '../plan.ts';
import { SOFTWARE_KEYS } from './softwareKeys.ts';

/**
 * Settings that only some releases know, and others refuse. From version 3 on a channel is joined and nothing else, and an orderer can be
 * told to try one that was down more often than every two minutes.
 */
const settingsOfRelease = (fabricVersion: string): object =>
  fabricVersion.startsWith('2.')
    ? { BootstrapMethod: 'none' }
    : { Backoff: { BaseDelay: '1s', Multiplier: 1.6, MaxDelay: '10s' } };

/** `orderer.yaml`. */
export const ordererSettings = (organisation: OrderingOrganisation, fabricVersion: string): object => {
  const { mspId, orderer } = organisation;
  const { ordererMsp, ordererTls, tlsRoots } = materialOf(organisation);
  const data = ordererData(organisation);
  const tls = { Enabled: true, PrivateKey: ordererTls.key, Certificate: ordererTls.cert };
  return {
    General: {
      ListenAddress: ADDRESS,
      ListenPort: orderer.port,
      TLS: { ...tls, RootCAs: [tlsRoots], ClientAuthRequired: false },
      Keepalive: { ServerMinInterval: '10s', ServerInterval: '7200s', ServerTimeout: '20s' },
      Cluster: {
        SendBufferSize: 100,
        ClientCertificate: ordererTls.cert,
        ClientPrivateKey: ordererTls.key,
        RootCAs: [tlsRoots],
      },
      ...settingsOfRelease(fabricVersion),
      LocalMSPDir: ordererMsp,
      LocalMSPID: mspId,
      BCCSP: SOFTWARE_KEYS,
      Authentication: { TimeWindow: '15m' },
      MaxRecvMsgSize: 104_857_600,
      MaxSendMsgSize: 104_857_600,
    },
    FileLedger: { Location: data },
    Operations: { ListenAddress: `${ADDRESS}:${orderer.operationsPort}`, TLS: { Enabled: false } },
    Metrics: { Provider: 'prometheus' },
    Admin: {
      ListenAddress: `${ADDRESS}:${orderer.adminPort}`,
      TLS: { ...tls, ClientAuthRequired: true, ClientRootCAs: [tlsRoots] },
    },
    ChannelParticipation: { Enabled: true, MaxRequestBodySize: '4 MB' },
    Consensus: { WALDir: join(data, 'etcdraft', 'wal'), SnapDir: join(data, 'etcdraft', 'snapshot') },
  };
};
