import { ActorClaims } from '@anlian/contracts';
import { decodeJwt } from 'jose';

/** Claims of an actor token, read and not verified: that is the rule's. Undefined when it cannot be read. */
export const readActor = (token: string): ActorClaims | undefined => {
  try {
    return ActorClaims.safeParse(decodeJwt(token)).data;
  } catch {
    return undefined;
  }
};
