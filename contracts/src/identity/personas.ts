import type { Role } from './roles.ts';

/**
 * Who the labelled development sign-in can be: one persona for each role that people hold, in every organisation that a node
 * hosts. They are offices, not people: no name behind them, so nothing to leak.
 */
export const PERSONAS = {
  'governor-delegate': 'governor_delegate',
  administrator: 'administrator',
  'safety-manager': 'safety_manager',
  assessor: 'assessor',
  clerk: 'clerk',
  supervisor: 'supervisor',
  auditor: 'auditor',
} as const satisfies Record<string, Role>;

export type Persona = keyof typeof PERSONAS;
export const PERSONA_CODES = Object.keys(PERSONAS) as [Persona, ...Persona[]];
