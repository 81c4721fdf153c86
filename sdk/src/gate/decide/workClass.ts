import { WORK_CLASS_CODES, WORK_CLASSES, type WorkClass } from '@anlian/contracts';

/** High-risk classes first, then the one whose lists may age least: the class that asks most of a person. */
const byDemand = (a: WorkClass, b: WorkClass): number =>
  Number(WORK_CLASSES[b].highRisk) - Number(WORK_CLASSES[a].highRisk) ||
  WORK_CLASSES[a].maxPackAgeMinutes - WORK_CLASSES[b].maxPackAgeMinutes ||
  WORK_CLASS_CODES.indexOf(a) - WORK_CLASS_CODES.indexOf(b);

/**
 * The class of work when the guard names none: the only one that the worker is authorised for, else the most demanding of these,
 * so that leaving it out never makes a passage easier. `general` for a person whom the lists do not know.
 */
export const defaultWorkClass = (authorised: readonly WorkClass[]): WorkClass =>
  authorised.toSorted(byDemand)[0] ?? 'general';
