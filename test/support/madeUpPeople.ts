import { randomInt } from 'node:crypto';
import { nationalIdCheck } from '@anlian/contracts';
import type { Canary } from './canary.ts';
import { random } from './people.ts';

const digits = (count: number): string => Array.from({ length: count }, () => randomInt(10)).join('');
const han = (count: number): string =>
  String.fromCodePoint(...Array.from({ length: count }, () => 0x4e00 + randomInt(0x5000)));

/** A person who is nobody: division 99, phones 1000000xxxx. */
export const madeUpPerson = (label: string) => {
  const seventeen = `990102199003${10 + randomInt(18)}${digits(3)}`;
  const portrait = random(300);
  const person = {
    name: `金丝雀${han(4)}`,
    nationalId: `${seventeen}${nationalIdCheck(seventeen)}`,
    passport: `Q${digits(9)}`,
    phone: `1000000${digits(4)}`,
    portrait: `data:image/png;base64,${Buffer.from(portrait).toString('base64')}`,
  };
  const canaries: Canary[] = [
    { what: `${label}: name`, value: person.name },
    { what: `${label}: national id`, value: person.nationalId },
    { what: `${label}: T and national id`, value: `T${person.nationalId}` },
    { what: `${label}: passport`, value: person.passport },
    { what: `${label}: phone`, value: person.phone },
    { what: `${label}: portrait`, value: portrait.subarray(30, 270) },
  ];
  const birthDate = `${seventeen.slice(6, 10)}-${seventeen.slice(10, 12)}-${seventeen.slice(12, 14)}`;
  return { ...person, birthDate, canaries };
};

export type MadeUpPerson = ReturnType<typeof madeUpPerson>;
