import { stateKey } from '@anlian/contracts';
import { decodeReadWriteSets } from '../../ledger/codec/index.ts';
import { ensure } from '../form.ts';
import type { LedgerTransaction } from './attested.ts';
import type { LedgerCommand } from './command.ts';
import type { TrustedActor } from './transaction.ts';
import type { TrustedChannel } from './trust.ts';

/**
 * The transaction wrote the command's record, as the first with this command does. A repeat is valid too, and answers as the first did;
 * but another person may have signed it, at another time, and the rules ask nobody whether that one may.
 * @throws VerificationError `command_effect`
 */
export const requireEffect = (
  { inner }: LedgerTransaction,
  { command }: LedgerCommand,
  { token }: TrustedActor,
  { trust }: TrustedChannel,
): void => {
  const record = stateKey.command(token.claims.org, command.commandId);
  const wrote = decodeReadWriteSets(inner.action.readWriteSet, 'invalid_input')
    .filter(({ namespace }) => namespace === trust.chaincode)
    .flatMap(({ writes }) => writes)
    .some(({ key, value }) => key === record && value !== undefined);
  ensure(wrote, 'command_effect', 'it repeats a command that an earlier transaction carried out: that one proves it');
};
