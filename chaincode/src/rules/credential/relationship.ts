import { AUTHORITY } from '@anlian/contracts';

/** Who stands how to a paper when a governor wants to act on it. */
export interface Parties {
  readonly member: string;
  readonly attestor: string;
  readonly isAttestorExpelled: boolean;
  /** The paper is about the acting member's own company. */
  readonly isConcerned: boolean;
}

export interface ActRefusal {
  readonly code: 'not_the_owner' | 'forbidden';
  readonly detail: string;
}

const NOT_ITS_OWN: ActRefusal = { code: 'not_the_owner', detail: 'another member attested it' };

/** Neither side judges its own case: the company that a paper is about is no caretaker of it. */
const CONCERNED: ActRefusal = {
  code: 'forbidden',
  detail: 'the company concerned does not judge its own paper',
};

type CredentialCommand = 'credential:suspend' | 'credential:unsuspend' | 'credential:revoke';
type Refuse = (parties: Parties) => ActRefusal | undefined;

const refuseAllButAttestor: Refuse = ({ member, attestor }) => (member === attestor ? undefined : NOT_ITS_OWN);

/**
 * Once the attestor was expelled any other governor takes care, or nobody could suspend a paper that its attestor should never have
 * vouched for, and nobody could lift a suspension that it left behind.
 */
const refuseAllButCaretaker: Refuse = (parties) => {
  const refusal = refuseAllButAttestor(parties);
  if (refusal === undefined || !parties.isAttestorExpelled) return refusal;
  return parties.isConcerned ? CONCERNED : undefined;
};

const REFUSALS: Readonly<Record<(typeof AUTHORITY)[CredentialCommand]['relationship'], Refuse>> = {
  attestor: refuseAllButAttestor,
  caretaker: refuseAllButCaretaker,
};

/** Why a governor may not act on a paper, by the relationship that the authority table asks for; undefined when it may. */
export const refusalToAct = (name: CredentialCommand, parties: Parties): ActRefusal | undefined =>
  REFUSALS[AUTHORITY[name].relationship](parties);
