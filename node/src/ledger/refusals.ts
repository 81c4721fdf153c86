import type { ErrorCode } from '@anlian/contracts';
import type { QueuedCommand } from './queue.ts';

/** What the ledger's rules say of a command, and would say of it again. Every other failure is somebody's own, and passes. */
const OF_THE_RULES: ReadonlySet<ErrorCode> = new Set([
  'actor_invalid',
  'actor_key_unknown',
  'already_exists',
  'already_released',
  'already_voted',
  'anchor_inconsistent',
  'anchor_invalid',
  'assertion_too_weak',
  'blocklisted',
  'channel_already_founded',
  'channel_open',
  'code_invalid',
  'command_conflict',
  'cosignature_invalid',
  'cosignatures_missing',
  'forbidden',
  'genesis_mismatch',
  'in_the_future',
  'invalid_input',
  'invalid_period',
  'invalid_transition',
  'invalid_uscc',
  'key_exists',
  'member_expelled',
  'not_a_governor',
  'not_admitted',
  'not_the_owner',
  'not_the_subject',
  'payload_too_large',
  'proposal_closed',
  'proposal_lapsed',
  'recorder_may_not_resolve',
  'score_mismatch',
  'too_late',
  'unknown_clause',
  'unknown_command',
  'unknown_company',
  'unknown_credential',
  'unknown_member',
  'unknown_policy',
  'unknown_proposal',
  'unknown_site',
  'unknown_violation',
  'wrong_channel',
]);

/** Whether a command is refused for good. What founds a channel cannot wait for its founding; everything else can. */
export const isFinal = (code: ErrorCode, { name }: Pick<QueuedCommand, 'name'>): boolean =>
  OF_THE_RULES.has(code) || (code === 'channel_not_founded' && name.startsWith('channel:'));
