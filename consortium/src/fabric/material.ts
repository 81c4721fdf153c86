import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createAuthority, type IssuingSources, issueCertificate, type KeyPairPem } from '@anlian/sdk/ledger';
import { ADDRESS, HOST, type OrganisationPlan } from './plan.ts';

/** Files of one organisation, as Fabric's programs read them. */
export interface Material {
  /** What the others need of the organisation: roots and node OUs. */
  readonly orgMsp: string;
  readonly peerMsp: string;
  readonly ordererMsp: string;
  readonly adminMsp: string;
  /** The member's own client, which its node signs with. */
  readonly clientMsp: string;
  readonly tlsRoots: string;
  readonly peerTls: TlsFiles;
  readonly ordererTls: TlsFiles;
  readonly chaincodeTls: TlsFiles;
  /** Also the client end of connections to chaincode and to the orderer's admin port. */
  readonly clientTls: TlsFiles;
}

export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
}

const tlsFiles = (dir: string, end: string): TlsFiles => ({
  cert: join(dir, 'tls', `${end}.crt`),
  key: join(dir, 'tls', `${end}.key`),
});

export const materialOf = ({ dir }: Pick<OrganisationPlan, 'dir'>): Material => {
  const crypto = join(dir, 'crypto');
  return {
    orgMsp: join(crypto, 'msp'),
    peerMsp: join(crypto, 'peer'),
    ordererMsp: join(crypto, 'orderer'),
    adminMsp: join(crypto, 'admin'),
    clientMsp: join(crypto, 'client'),
    tlsRoots: join(crypto, 'tls', 'ca.crt'),
    peerTls: tlsFiles(crypto, 'peer'),
    ordererTls: tlsFiles(crypto, 'orderer'),
    chaincodeTls: tlsFiles(crypto, 'chaincode'),
    clientTls: tlsFiles(crypto, 'client'),
  };
};

/** The certificate and key inside an MSP folder. */
export const identityFiles = (msp: string): TlsFiles => ({
  cert: join(msp, 'signcerts', 'cert.pem'),
  key: join(msp, 'keystore', 'key.pem'),
});

const NODE_OUS = ['client', 'peer', 'admin', 'orderer'].map(
  (role) => `  ${role[0]?.toUpperCase()}${role.slice(1)}OUIdentifier:
    Certificate: cacerts/ca.crt
    OrganizationalUnitIdentifier: ${role}
`,
);
const CONFIG = `NodeOUs:\n  Enable: true\n${NODE_OUS.join('')}`;

const put = async (file: string, text: string, mode = 0o644): Promise<void> => {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(file, text, { mode });
};

const putPair = async ({ cert, key }: TlsFiles, { certPem, keyPem }: KeyPairPem): Promise<void> => {
  await put(cert, certPem);
  await put(key, keyPem, 0o600);
};

const putMsp = async (dir: string, ca: KeyPairPem, tlsCa: KeyPairPem, identity?: KeyPairPem): Promise<void> => {
  await put(join(dir, 'cacerts', 'ca.crt'), ca.certPem);
  await put(join(dir, 'tlscacerts', 'ca.crt'), tlsCa.certPem);
  await put(join(dir, 'config.yaml'), CONFIG);
  if (identity) await putPair(identityFiles(dir), identity);
};

/**
 * Makes an organisation's two certificate authorities and what they issue, once: it appears whole or not at all. In production each
 * member's own authorities issue these.
 */
export const ensureMaterial = async (organisation: OrganisationPlan, sources: IssuingSources): Promise<void> => {
  const { mspId, name } = organisation;
  const home = join(organisation.dir, 'crypto');
  if (existsSync(home)) return;
  const partial = { dir: join(organisation.dir, 'partial') };
  await rm(partial.dir, { recursive: true, force: true });
  const files = materialOf(partial);

  const ca = await createAuthority({ commonName: `ca.${mspId}`, organisation: name }, sources);
  const tlsCa = await createAuthority({ commonName: `tlsca.${mspId}`, organisation: name }, sources);
  const identity = (role: 'peer' | 'orderer' | 'admin' | 'client') =>
    issueCertificate(ca, { commonName: `${role}.${mspId}`, organisation: name }, { roles: [role] }, sources);
  const tls = (end: string) =>
    issueCertificate(
      tlsCa,
      { commonName: `${end}.${mspId}`, organisation: name },
      { tlsHosts: [HOST, ADDRESS] },
      sources,
    );

  await putMsp(files.orgMsp, ca, tlsCa);
  await putMsp(files.peerMsp, ca, tlsCa, await identity('peer'));
  await putMsp(files.ordererMsp, ca, tlsCa, await identity('orderer'));
  await putMsp(files.adminMsp, ca, tlsCa, await identity('admin'));
  await putMsp(files.clientMsp, ca, tlsCa, await identity('client'));
  await put(files.tlsRoots, tlsCa.certPem);
  await putPair(files.peerTls, await tls('peer'));
  await putPair(files.ordererTls, await tls('orderer'));
  await putPair(files.chaincodeTls, await tls('chaincode'));
  await putPair(files.clientTls, await tls('client'));
  await putPair(
    { cert: join(partial.dir, 'crypto', 'ca', 'ca.crt'), key: join(partial.dir, 'crypto', 'ca', 'ca.key') },
    ca,
  );
  await putPair(
    { cert: join(partial.dir, 'crypto', 'ca', 'tlsca.crt'), key: join(partial.dir, 'crypto', 'ca', 'tlsca.key') },
    tlsCa,
  );
  await mkdir(organisation.dir, { recursive: true, mode: 0o700 });
  await rename(join(partial.dir, 'crypto'), home);
  await rm(partial.dir, { recursive: true, force: true });
};
