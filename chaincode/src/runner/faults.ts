import { AnlianError, type FieldFault } from '@anlian/contracts';

/** The part of a zod issue that is read here; a union nests the issues of each branch. */
interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly code?: string | undefined;
  readonly params?: { readonly error?: string } | undefined;
  readonly errors?: readonly (readonly Issue[])[];
}

const MAX_FAULTS = 50;

const usccFaultIn = (issue: Issue): Issue | undefined =>
  issue.params?.error === 'invalid_uscc'
    ? issue
    : (issue.errors ?? [])
        .flat()
        .map(usccFaultIn)
        .find((found) => found !== undefined);

const faultOf = (issue: Issue): FieldFault => {
  const field = `/${issue.path.map(String).join('/')}`;
  const uscc = usccFaultIn(issue);
  if (uscc !== undefined) return { field, code: 'invalid_uscc', detail: uscc.message };
  return { field, code: issue.code ?? 'custom', detail: issue.message };
};

/** The error for input that failed its schema, with every fault; `invalid_uscc` when that is the only one. */
export const faultsOf = ({ issues }: { readonly issues: readonly unknown[] }): AnlianError => {
  const errors = (issues as readonly Issue[]).slice(0, MAX_FAULTS).map(faultOf);
  const [first] = errors;
  if (first === undefined) return new AnlianError('invalid_input');
  const code = errors.length === 1 && first.code === 'invalid_uscc' ? 'invalid_uscc' : 'invalid_input';
  return new AnlianError(code, { field: first.field, detail: first.detail, errors });
};
