import { type BlockBundle, toBase64Url, type ViewBundle, type ViewQuestion } from '@anlian/contracts';
import type { EndorsedAnswer, Ledger } from '@anlian/sdk/ledger';
import { toJson } from './evidenceNetwork.ts';
import { CHAINCODE, CHANNEL } from './governors.ts';

const head = { v: 1, channel: CHANNEL, chaincode: CHAINCODE } as const;

/** The proof file of an endorsed answer that is held out as a view. */
export const viewBundleOf = (answer: EndorsedAnswer): ViewBundle => ({ ...head, kind: 'view', ledger: toJson(answer) });

export const viewBundle = async (ledger: Ledger, question: ViewQuestion): Promise<ViewBundle> =>
  viewBundleOf(await ledger.view(question));

export const blockBundleOf = (bytes: Uint8Array): BlockBundle => ({
  ...head,
  kind: 'block',
  block: toBase64Url(bytes),
});

export const blockBundle = async (ledger: Ledger, number: number): Promise<BlockBundle> =>
  blockBundleOf(await ledger.block(number));
