import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';
import { MemberId, PERSONA_CODES, PERSONAS, type Persona } from '@anlian/contracts';
import * as z from 'zod';
import type { Caller } from '../http/caller.ts';

/** Who a token of the development sign-in speaks for. */
export interface Person extends Pick<Caller, 'subject' | 'org' | 'roles'> {
  readonly persona: Persona;
}

const PREFIX = 'development';
const PersonaCode = z.enum(PERSONA_CODES);

/** A persona of an organisation; its subject shows that nobody's identity was proven. */
export const personaAt = (org: string, persona: Persona): Person => ({
  subject: `${PREFIX}:${org}:${persona}`,
  persona,
  org,
  roles: [PERSONAS[persona]],
});

/** The persona behind a subject; undefined when the subject is none. */
export const personOf = (subject: string): Person | undefined => {
  const [prefix, org, code, ...rest] = subject.split(':');
  const persona = PersonaCode.safeParse(code);
  const known = prefix === PREFIX && rest.length === 0 && MemberId.safeParse(org).success && persona.success;
  return known && org !== undefined ? personaAt(org, persona.data) : undefined;
};

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Headers by which a proxy says that the request began elsewhere. */
const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'] as const;

/** Did this request begin on this machine? One that a proxy passed on did not, although its socket is local. */
export const fromThisMachine = ({ socket, headers }: Pick<IncomingMessage, 'socket' | 'headers'>): boolean => {
  const address = socket.remoteAddress?.replace(/^::ffff:/i, '') ?? '';
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  return (
    isIP(address) !== 0 && loopback.check(address, family) && FORWARDED.every((name) => headers[name] === undefined)
  );
};
