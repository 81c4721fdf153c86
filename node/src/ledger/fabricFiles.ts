import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { FieldFault } from '@anlian/contracts';
import { LedgerConnection, type LedgerIdentity, signerOf } from '@anlian/sdk/ledger';
import { type FabricConfig, refuseConfiguration } from '../config.ts';

/** Who this member is on Fabric, and how it reaches the channel. */
export interface FabricFiles {
  readonly identity: LedgerIdentity;
  readonly connection: LedgerConnection;
}

type Fault = (field: string, detail: string) => undefined;

const textOf = (field: string, file: string, fault: Fault): Promise<string | undefined> =>
  readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) =>
    fault(field, `cannot be read (${error.code ?? error.name})`),
  );

const certificateOf = (field: string, pem: string | undefined, fault: Fault): X509Certificate | undefined => {
  if (pem === undefined) return undefined;
  try {
    return new X509Certificate(pem);
  } catch {
    return fault(field, 'is no certificate in PEM');
  }
};

const keyOf = (field: string, pem: string | undefined, fault: Fault): KeyObject | undefined => {
  if (pem === undefined) return undefined;
  try {
    const key = createPrivateKey(pem);
    return key.asymmetricKeyDetails?.namedCurve === 'prime256v1' ? key : fault(field, 'is no key of P-256');
  } catch {
    return fault(field, 'is no private key in PEM without a passphrase');
  }
};

const requireTime = (
  field: string,
  { validFromDate, validToDate }: X509Certificate,
  nowMs: number,
  fault: Fault,
): void => {
  if (nowMs < validFromDate.getTime()) fault(field, `counts from ${validFromDate.toISOString()} on`);
  if (nowMs > validToDate.getTime()) fault(field, `has expired on ${validToDate.toISOString()}: have it issued again`);
};

type Network = Extract<LedgerConnection, { kind: 'fabric-network' }>;

/** The other governors' peers, as JSON; this member's own is not among them. */
const peersOf = (field: string, text: string | undefined, fault: Fault): Network['peers'] => {
  if (text === undefined) return [];
  try {
    const read = LedgerConnection.safeParse({ kind: 'fabric-network', peers: JSON.parse(text) });
    for (const { path, message } of read.error?.issues ?? []) fault(field, `${path.join('.')}: ${message}`);
    return read.data?.kind === 'fabric-network' ? read.data.peers : [];
  } catch {
    fault(field, 'is no JSON');
    return [];
  }
};

/**
 * Reads the files that Fabric's settings name.
 * @throws {AnlianError} `configuration_invalid` with every fault at once: a file that is missing or something else, a certificate that
 * does not count now, a key of another certificate
 */
export const readFabricFiles = async (fabric: FabricConfig, nowMs: number): Promise<FabricFiles> => {
  const faults: FieldFault[] = [];
  const fault: Fault = (field, detail) => void faults.push({ field, code: 'invalid', detail });
  const { peer: endpoint, mspId, client, peersFile } = fabric;
  // One after the other: the faults come in the order of the settings.
  const tlsRootPem = await textOf('ANLIAN_FABRIC_TLS_ROOT', fabric.tlsRootFile, fault);
  const certPem = await textOf('ANLIAN_FABRIC_CERT', fabric.certFile, fault);
  const keyPem = await textOf('ANLIAN_FABRIC_KEY', fabric.keyFile, fault);
  const peersText =
    client === 'network' && peersFile !== undefined ? await textOf('ANLIAN_FABRIC_PEERS', peersFile, fault) : undefined;
  certificateOf('ANLIAN_FABRIC_TLS_ROOT', tlsRootPem, fault);
  const certificate = certificateOf('ANLIAN_FABRIC_CERT', certPem, fault);
  const key = keyOf('ANLIAN_FABRIC_KEY', keyPem, fault);
  if (certificate) requireTime('ANLIAN_FABRIC_CERT', certificate, nowMs, fault);
  if (certificate && key && !certificate.checkPrivateKey(key))
    fault('ANLIAN_FABRIC_KEY', 'is not the key of the certificate in ANLIAN_FABRIC_CERT');
  const others = peersOf('ANLIAN_FABRIC_PEERS', peersText, fault);
  if (faults.length > 0 || tlsRootPem === undefined || certPem === undefined || keyPem === undefined)
    throw refuseConfiguration(faults);
  return {
    identity: { mspId, certPem, sign: signerOf(keyPem) },
    connection:
      client === 'network'
        ? { kind: 'fabric-network', peers: [{ mspId, endpoint, tlsRootPem }, ...others] }
        : { kind: 'fabric-gateway', endpoint, tlsRootPem },
  };
};
