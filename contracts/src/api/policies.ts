import * as z from 'zod';
import { CreditPolicy } from '../credit/policy.ts';
import { Digest } from '../ids.ts';
import { Instant } from '../time.ts';
import { openCoded } from './words.ts';

export const AdoptedPolicy = z.object({
  policyHash: Digest,
  id: z.string(),
  effectiveAt: Instant,
  adoptedAt: Instant,
  inForce: z.boolean(),
});
export const AdoptedPolicyList = z.object({ items: z.array(AdoptedPolicy) });
export const CurrentPolicy = AdoptedPolicy.extend({
  policy: CreditPolicy,
  clauses: z.array(openCoded.extend({ company: z.int(), person: z.int(), stopWork: z.boolean(), veto: z.boolean() })),
});
