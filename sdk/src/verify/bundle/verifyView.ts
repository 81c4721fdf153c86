import type { ViewBundle } from '@anlian/contracts';
import type { Checklist } from './checklist.ts';
import { openAnswer } from './endorsedAnswer.ts';
import type { TrustedChannel } from './trust.ts';
import type { ViewSubject } from './verdict.ts';
import { verifyEndorsements } from './verifyLedger.ts';
import { openQuestion, openViewAnswer, requireOneRead, requireViewChaincode, requireViewChannel } from './view.ts';

/** The value of one fact: which function answered, who signed, what was asked, and that nothing else was read. */
export const verifyView = async (
  list: Checklist,
  bundle: ViewBundle,
  channel: TrustedChannel,
  nowMs: number,
): Promise<ViewSubject> => {
  const opened = await list.run('ledger_form', () => openAnswer(bundle.ledger, 'ledger_form'));
  await list.run('channel', () => requireViewChannel(bundle, opened, channel), channel.trust.channel);
  await list.run('chaincode', () => requireViewChaincode(bundle, opened, channel), channel.trust.chaincode);
  const asked = await list.run(
    'view_function',
    () => openQuestion(opened),
    ({ type, key }) => [type, ...key].join('/'),
  );
  const endorsers = await verifyEndorsements(list, opened, channel, { atMs: opened.askedMs }, nowMs);
  const answer = await list.run(
    'view_answer',
    () => openViewAnswer(opened, asked),
    ({ asOf }) => `as of ${asOf}`,
  );
  await list.run('view_read', () => requireOneRead(opened, asked, answer, channel));
  const { type, key, value, asOf } = answer;
  return { type, key, value, asOf, heldBy: endorsers.map(({ mspId }) => mspId) };
};
