import {
  AnlianError,
  CREDENTIAL_STATES,
  CREDENTIAL_TRANSITIONS,
  type Language,
  type Text,
  VIOLATION_STATES,
  VIOLATION_TRANSITIONS,
} from '@anlian/contracts';
import type { OperationName } from './example.ts';

interface Acting {
  readonly states: Readonly<Record<string, Text>>;
  /** From which states it is possible. */
  readonly from: readonly string[];
}

const onViolation = (act: keyof typeof VIOLATION_TRANSITIONS): Acting => ({
  states: VIOLATION_STATES,
  from: VIOLATION_TRANSITIONS[act],
});
const onCredential = (act: keyof typeof CREDENTIAL_TRANSITIONS): Acting => ({
  states: CREDENTIAL_STATES,
  from: CREDENTIAL_TRANSITIONS[act],
});

/** Acts that need a state, by operation. */
const ACTS: Readonly<Partial<Record<OperationName, Acting>>> = {
  acknowledgeViolation: onViolation('acknowledge'),
  appealViolation: onViolation('appeal'),
  resolveAppeal: onViolation('resolve'),
  registerCredential: onCredential('supersede'),
  suspendCredential: onCredential('suspend'),
  unsuspendCredential: onCredential('unsuspend'),
  revokeCredential: onCredential('revoke'),
};

const named = (states: Acting['states'], state: string, language: Language): string =>
  `${states[state]?.[language]} (${state})`;

/** A state that does not allow an act, named in the reader's language with those that do; any other error as it is. */
export const withState = (error: AnlianError, name: OperationName, language: Language): AnlianError => {
  const { code, detail = '', field, cause } = error;
  const [, state = ''] = /: (?:it|the violation|the credential) is (\w+)$/.exec(detail) ?? [];
  const acting = ACTS[name];
  if (code !== 'invalid_transition' || acting === undefined || !Object.hasOwn(acting.states, state)) return error;
  const [now, from] = [
    named(acting.states, state, language),
    acting.from.map((one) => named(acting.states, one, language)),
  ];
  const told = {
    zh: `当前状态：${now}；此操作要求：${from.join('、')}`,
    en: `The state is ${now}; this is for ${from.join(', ')}`,
  };
  return new AnlianError(code, { detail: told[language], ...(field === undefined ? {} : { field }), cause });
};
