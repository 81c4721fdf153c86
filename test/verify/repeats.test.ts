import { AnlianError } from '@anlian/contracts';
import { afterAll, expect, it } from 'vitest';
import { transactionBundle } from '../support/evidenceNetwork.ts';
import { signedBy } from '../support/governors.ts';
import { openProofCase } from '../support/proofCase.ts';

const { network, port, refusalOf } = await openProofCase();
afterAll(() => network.close());

const site = (name: string) => signedBy(port, 'site:register', { site: name });
const proofOf = async (txId: string) => transactionBundle(await network.ledger.attest(txId));

it('a valid repeat proves no command: whoever signed it did not give the command that was carried out', async () => {
  const signed = site('berth');
  const [first, again] = [await network.ledger.submit(signed), await network.ledger.submit(signed)];
  expect(again.txId).not.toBe(first.txId);
  expect(again.result).toEqual(first.result);
  expect(await refusalOf(await proofOf(first.txId))).toBe('proven');
  expect(await refusalOf(await proofOf(again.txId))).toBe('command_effect');
});

it('a repeat that shares a transaction with new commands proves no command; they do', async () => {
  const [repeated, fresh] = [site('quay'), site('mole')];
  await network.ledger.submit(repeated);
  const [, commit] = await network.ledger.submitAll([repeated, fresh]);
  if (commit === undefined || commit instanceof AnlianError) throw commit;
  const shared = await proofOf(commit.txId);
  const naming = ({ command: { commandId } }: typeof fresh) => ({ ...shared, commandId });
  expect(await refusalOf(naming(fresh))).toBe('proven');
  expect(await refusalOf(naming(repeated))).toBe('command_effect');
});
