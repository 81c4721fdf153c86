import { performance } from 'node:perf_hooks';
import { type Jwk, sha256, verifyEdDsa, verifyEs256, verifyEs256Der } from '@anlian/chaincode/crypto';
import { parseNote } from '@anlian/chaincode/proof';
import { canonicalBytes, type EvidenceBundle, fromBase64Url, type TrustBundle } from '@anlian/contracts';
import { codeKeysOfTrust, verifyPresentation } from '@anlian/sdk/code';
import {
  concatBytes,
  decodeAnswer,
  decodeAttested,
  decodeBlock,
  decodeConfiguration,
  decodeIdentity,
  type Endorsement,
  headerHash,
  readMspCertificate,
  utf8,
} from '@anlian/sdk/ledger';
import { verifyBundle } from '@anlian/sdk/verify';
import { openEvidenceNetwork } from '../support/evidenceNetwork.ts';

const ROUNDS = 300;
const WARM_UP = 50;

type Work = () => Promise<unknown>;

interface Signed {
  readonly identity: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

const endorsed = (payload: Uint8Array, { endorser, signature }: Endorsement): Signed => ({
  identity: endorser,
  message: concatBytes(payload, endorser),
  signature,
});

const jwsCheck = (jws: string, jwk: Jwk): Work => {
  const [header = '', payload = '', signature = ''] = jws.split('.');
  const [message, bytes] = [utf8(`${header}.${payload}`), fromBase64Url(signature)];
  return () => verifyEs256(jwk, message, bytes);
};

/** Every signature, certificate chain and the chain's first hash of a bundle, taken apart beforehand: what cannot be left out. */
const bareChecks = async (bundle: EvidenceBundle, trust: TrustBundle): Promise<Work> => {
  const block = decodeBlock(fromBase64Url(trust.genesis), 'invalid_input');
  const { application, orderers } = decodeConfiguration(block.envelopes[0] as Uint8Array, 'invalid_input');
  const roots = new Map([...application, ...orderers].map(({ mspId, rootCertPems }) => [mspId, rootCertPems]));
  const payload = fromBase64Url(bundle.ledger.payload);
  const proposal = fromBase64Url(bundle.ledger.proposal);
  const { transaction } = decodeAttested(decodeAnswer({ proposal, payload }, 'invalid_input'));
  const endorsements = bundle.ledger.endorsements.map(({ endorser, signature }) => ({
    endorser: fromBase64Url(endorser),
    signature: fromBase64Url(signature),
  }));
  const { creator } = transaction.header;
  const signed: readonly Signed[] = [
    ...endorsements.map((endorsement) => endorsed(payload, endorsement)),
    { identity: creator, message: transaction.payload, signature: transaction.signature },
    ...transaction.endorsements.map((endorsement) => endorsed(transaction.responsePayload, endorsement)),
  ];
  const chains = signed.map(({ identity, message, signature }): Work => {
    const { mspId, certPem } = decodeIdentity(identity, 'invalid_input');
    return async () => {
      const certificate = await readMspCertificate(certPem, roots.get(mspId) ?? []);
      if (typeof certificate === 'string') throw new Error(certificate);
      return verifyEs256Der(certificate.publicKey, message, signature, { lowS: true });
    };
  });

  const keys = trust.members.find(({ member }) => member === bundle.member)?.keys ?? [];
  const jwkOf = (use: string): Jwk => keys.find(({ key }) => key.use === use)?.key.jwk ?? {};
  const note = parseNote(bundle.checkpoint);
  const [line] = note.signatures;
  const actor = new TextDecoder().decode(transaction.args[2]);
  const presented = JSON.parse(new TextDecoder().decode(fromBase64Url(bundle.record.split('.')[1] ?? ''))).presented;
  const codeKeys = await codeKeysOfTrust(trust);
  const checks: readonly Work[] = [
    () => headerHash(block.header),
    () => sha256(block.envelopes[0] as Uint8Array),
    ...chains,
    jwsCheck(actor, jwkOf('actor')),
    jwsCheck(bundle.record, jwkOf('gate')),
    () => verifyEdDsa(jwkOf('log'), utf8(note.text), line?.signature ?? new Uint8Array()),
    () => verifyPresentation(fromBase64Url(presented), codeKeys),
  ];
  return async () => {
    for (const check of checks) if ((await check()) === false) throw new Error('a signature does not hold');
  };
};

const timeOf = async (work: Work): Promise<number> => {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
};

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

/**
 * Verification of a bundle against its own signature and chain checks run bare, turn by turn in one run (goal: at most 2).
 * @returns `ratio` of the medians
 */
export const benchVerify = async (): Promise<{ name: string; ratio: number; detail: string }> => {
  const network = await openEvidenceNetwork();
  try {
    const place = { kind: 'gate-decision', gate: network.gate.key.gate ?? '', seq: 1 } as const;
    const bundle = await network.proves(await network.decides(), place);
    const trust = await network.trust();
    const [bytes, trustBytes] = [canonicalBytes(bundle), canonicalBytes(trust)];
    const whole: Work = async () => {
      const { verdict } = await verifyBundle(bytes, trustBytes, { now: new Date() });
      if (verdict !== 'proven') throw new Error('the bundle is refused');
    };
    const bare = await bareChecks(bundle, trust);
    const [wholeMs, bareMs]: [number[], number[]] = [[], []];
    for (let round = 0; round < WARM_UP + ROUNDS; round++) {
      const times = [await timeOf(whole), await timeOf(bare)] as const;
      if (round < WARM_UP) continue;
      wholeMs.push(times[0]);
      bareMs.push(times[1]);
    }
    const [ofWhole, ofBare] = [median(wholeMs), median(bareMs)];
    return {
      name: 'bundle verification / its signature and chain checks run bare',
      ratio: ofWhole / ofBare,
      detail: `${ofWhole.toFixed(2)} ms / ${ofBare.toFixed(2)} ms, ${bytes.length} bytes of proof, ${trustBytes.length} of trust`,
    };
  } finally {
    await network.close();
  }
};
