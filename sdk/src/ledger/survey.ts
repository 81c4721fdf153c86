import { AnlianError } from '@anlian/contracts';
import { type Agreement, type GovernorAnswer, judgeAgreement } from './agreement.ts';
import type { Call, Endorsers, Proposed } from './transport.ts';

const answerOf = async (proposed: Proposed, mspId: string): Promise<GovernorAnswer['answer']> => {
  try {
    return { endorsed: (await proposed.ask(mspId)).payload };
  } catch (error) {
    if (!(error instanceof AnlianError)) throw error;
    return error.code === 'ledger_unavailable' ? undefined : { refused: error.code, field: error.field };
  }
};

const heightOf = (endorsers: Endorsers, mspId: string): Promise<number | undefined> =>
  endorsers.height(mspId).catch(() => undefined);

/** Asks every governor about one and the same proposal, each by itself, and judges what they say. Nothing is ordered. */
export const surveyGovernors = async (endorsers: Endorsers, call: Call): Promise<Agreement> => {
  const members = await endorsers.members();
  const proposed = await endorsers.propose(call);
  const answers = await Promise.all(
    members.map(async ({ mspId }) => {
      const before = await heightOf(endorsers, mspId);
      const answer = await answerOf(proposed, mspId);
      const after = await heightOf(endorsers, mspId);
      return { mspId, answer, height: before === after ? after : undefined };
    }),
  );
  return judgeAgreement(answers);
};

/** The error that tells who deviates, or that nobody can tell. */
export const mismatchOf = (agreement: Agreement, cause: unknown): AnlianError => {
  if (agreement.verdict !== 'deviates')
    return new AnlianError('endorsement_mismatch', {
      errors: [{ field: 'endorsements', code: 'undetermined', detail: 'no majority of the governors tells which' }],
      cause,
    });
  const errors = agreement.members.map((mspId) => ({
    field: mspId,
    code: 'deviates',
    detail: 'answers otherwise than the majority of the governors on the same state',
  }));
  return new AnlianError('endorsement_mismatch', { detail: `${agreement.members.join(', ')} deviates`, errors, cause });
};
