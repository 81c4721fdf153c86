import type { Endorsers, LedgerTransport } from './transport.ts';

/** A ledger of several endorsers: every transport that is opened late. */
export type GovernedTransport = LedgerTransport & { readonly endorsers: Endorsers };

const endorsersOf = async (open: () => Promise<GovernedTransport>): Promise<Endorsers> => (await open()).endorsers;

/** A transport that is opened when it is first used: a member without Fabric never loads Fabric's packages. */
export const lazyTransport = (open: () => Promise<GovernedTransport>): LedgerTransport => ({
  describe: async () => (await open()).describe(),
  endorse: async (...call) => (await open()).endorse(...call),
  order: async (...endorsed) => (await open()).order(...endorsed),
  evaluate: async (call) => (await open()).evaluate(call),
  block: async (number) => (await open()).block(number),
  endorsers: {
    members: async () => (await endorsersOf(open)).members(),
    propose: async (call) => (await endorsersOf(open)).propose(call),
    height: async (mspId) => (await endorsersOf(open)).height(mspId),
    judge: { requireOf: async (...signed) => (await endorsersOf(open)).judge.requireOf(...signed) },
  },
  blocks: async function* (from, signal) {
    yield* (await open()).blocks(from, signal);
  },
});
