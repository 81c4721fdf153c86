import { join } from 'node:path';
import { materialOf } from '../material.ts';
import { ADDRESS, HOST, type OrganisationPlan, peerData } from '../plan.ts';
import { SOFTWARE_KEYS } from './softwareKeys.ts';

/** `core.yaml` of a peer. JSON is YAML. */
export const peerSettings = (organisation: OrganisationPlan, buildersDir: string): object => {
  const { member, mspId, peerPort, peerOperationsPort } = organisation;
  const { peerMsp, peerTls, tlsRoots } = materialOf(organisation);
  const address = `${HOST}:${peerPort}`;
  return {
    peer: {
      id: `peer.${member}`,
      networkId: 'anlian',
      listenAddress: `${ADDRESS}:${peerPort}`,
      address,
      // Chaincode does not connect to the peer here: the peer connects to it. Any free port will do.
      chaincodeListenAddress: `${ADDRESS}:0`,
      gateway: { enabled: true, endorsementTimeout: '30s', broadcastTimeout: '30s', dialTimeout: '10s' },
      keepalive: { interval: '7200s', timeout: '20s', minInterval: '10s' },
      // Peers learn of one another, for the gateway; blocks each takes from the orderers itself.
      gossip: {
        bootstrap: address,
        endpoint: address,
        externalEndpoint: address,
        useLeaderElection: false,
        orgLeader: true,
        membershipTrackerInterval: '5s',
        maxBlockCountToStore: 10,
        maxPropagationBurstLatency: '10ms',
        maxPropagationBurstSize: 10,
        propagateIterations: 1,
        propagatePeerNum: 3,
        pullInterval: '4s',
        pullPeerNum: 3,
        requestStateInfoInterval: '1s',
        publishStateInfoInterval: '1s',
        publishCertPeriod: '10s',
        dialTimeout: '3s',
        connTimeout: '2s',
        recvBuffSize: 20,
        sendBuffSize: 200,
        digestWaitTime: '1s',
        requestWaitTime: '1500ms',
        responseWaitTime: '2s',
        aliveTimeInterval: '2s',
        aliveExpirationTimeout: '10s',
        reconnectInterval: '2s',
        maxConnectionAttempts: 120,
        msgExpirationFactor: 20,
        state: {
          enabled: false,
          checkInterval: '10s',
          responseTimeout: '3s',
          batchSize: 10,
          blockBufferSize: 20,
          maxRetries: 3,
        },
        pvtData: {
          pullRetryThreshold: '60s',
          transientstoreMaxBlockRetention: 1000,
          pushAckTimeout: '3s',
          btlPullMargin: 10,
          reconcileBatchSize: 10,
          reconcileSleepInterval: '1m',
          reconciliationEnabled: true,
          implicitCollectionDisseminationPolicy: { requiredPeerCount: 0, maxPeerCount: 1 },
        },
      },
      tls: {
        enabled: true,
        clientAuthRequired: false,
        cert: { file: peerTls.cert },
        key: { file: peerTls.key },
        rootcert: { file: tlsRoots },
      },
      fileSystemPath: peerData(organisation),
      BCCSP: SOFTWARE_KEYS,
      mspConfigPath: peerMsp,
      localMspId: mspId,
      localMspType: 'bccsp',
      client: { connTimeout: '5s' },
      deliveryclient: {
        reconnectTotalTimeThreshold: '87600h',
        connTimeout: '3s',
        reConnectBackoffThreshold: '2s',
        blockCensorshipTimeoutKey: '30s',
        minimalReconnectInterval: '100ms',
        policy: 'cluster',
      },
      handlers: {
        authFilters: [{ name: 'DefaultAuth' }, { name: 'ExpirationCheck' }],
        decorators: [{ name: 'DefaultDecorator' }],
        endorsers: { escc: { name: 'DefaultEndorsement' } },
        validators: { vscc: { name: 'DefaultValidation' } },
      },
      discovery: {
        enabled: true,
        authCacheEnabled: true,
        authCacheMaxSize: 1000,
        authCachePurgeRetentionRatio: 0.75,
        orgMembersAllowedAccess: false,
      },
      limits: { concurrency: { endorserService: 2500, deliverService: 2500, gatewayService: 1000 } },
      maxRecvMsgSize: 104_857_600,
      maxSendMsgSize: 104_857_600,
    },
    // Chaincode runs as a service of the member's own: no container engine is asked for.
    vm: { endpoint: '' },
    chaincode: {
      externalBuilders: [{ name: 'ccaas', path: buildersDir, propagateEnvironment: [] }],
      installTimeout: '60s',
      startuptimeout: '60s',
      executetimeout: '30s',
      mode: 'net',
      keepalive: 0,
      system: { _lifecycle: 'enable', cscc: 'enable', lscc: 'enable', qscc: 'enable' },
      logging: { level: 'info', shim: 'warning' },
    },
    ledger: {
      state: { stateDatabase: 'goleveldb', totalQueryLimit: 100_000 },
      history: { enableHistoryDatabase: false },
      pvtdataStore: {
        collElgProcMaxDbBatchSize: 5000,
        collElgProcDbBatchesInterval: 1000,
        deprioritizedDataReconcilerInterval: '60m',
        purgeInterval: 100,
      },
      snapshots: { rootDir: join(peerData(organisation), 'snapshots') },
    },
    operations: { listenAddress: `${ADDRESS}:${peerOperationsPort}`, tls: { enabled: false } },
    metrics: { provider: 'prometheus' },
  };
};
