import { AnlianError, type MemberRecord, type MemberReference, stateKey } from '@anlian/contracts';

/** One value of the ledger's state as this member's own peer has it; null where there is none. */
export type ReadState = (key: string) => Promise<unknown>;

type Standing = MemberRecord['state'] | 'unknown';

const standingOf = async (read: ReadState, mspId: string): Promise<Standing> => {
  const reference = (await read(stateKey.memberByMsp(mspId))) as MemberReference | null;
  const record = reference && ((await read(stateKey.member(reference.member))) as MemberRecord | null);
  return record?.state ?? 'unknown';
};

/**
 * Those of a channel's organisations whose word a verifier takes: governors by the members' own votes. Days lie between an expelling
 * vote and the configuration's update; until then the peers count the expelled one, and a verifier refuses what it signs. Everybody,
 * where the ledger has no members yet or cannot be asked.
 */
export const governorsAmong = async (read: ReadState, mspIds: readonly string[]): Promise<readonly string[]> => {
  try {
    const standings = await Promise.all(mspIds.map((mspId) => standingOf(read, mspId)));
    const governors = mspIds.filter((_, at) => standings[at] === 'active');
    return governors.length > 0 ? governors : mspIds;
  } catch (error) {
    if (error instanceof AnlianError) return mspIds;
    throw error;
  }
};
