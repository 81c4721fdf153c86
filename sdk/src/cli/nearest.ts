/** Edits that lead from one text to another, two swapped neighbours being one (optimal string alignment distance). */
export const editDistance = (from: string, to: string): number => {
  const rows: number[][] = [];
  const at = (i: number, j: number): number => rows[i]?.[j] ?? 0;
  for (let i = 0; i <= from.length; i++) {
    const row: number[] = [];
    rows.push(row);
    for (let j = 0; j <= to.length; j++) {
      if (i === 0 || j === 0) row.push(i + j);
      else {
        const kept = at(i - 1, j - 1) + (from[i - 1] === to[j - 1] ? 0 : 1);
        const isSwap = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
        row.push(Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, kept, isSwap ? at(i - 2, j - 2) + 1 : kept));
      }
    }
  }
  return at(from.length, to.length);
};

const LONGEST = 64;
const SHORTEST_BEGINNING = 3;

/** Which of some words was meant: the closest with at most a third of its letters wrong, else the only one that begins like it. */
export const nearest = (typed: string, words: readonly string[]): string | undefined => {
  if (typed.length > LONGEST) return undefined;
  const lower = typed.toLowerCase();
  const [best] = words
    .map((word) => ({ word, edits: editDistance(lower, word.toLowerCase()) }))
    .filter(({ word, edits }) => edits * 3 <= Math.max(word.length, typed.length))
    .sort((a, b) => a.edits - b.edits);
  if (best) return best.word;
  const begun = words.filter((word) => word.toLowerCase().startsWith(lower));
  return typed.length >= SHORTEST_BEGINNING && begun.length === 1 ? begun[0] : undefined;
};
