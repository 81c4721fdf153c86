/** How many of `count` are more than half of them. */
export const strictMajority = (count: number): number => Math.floor(count / 2) + 1;
