/**
 * Order of two keys by their UTF-8 bytes, which is Fabric's order. JavaScript's `<` compares UTF-16 units and differs above the
 * basic plane; the order of code points is the order of their UTF-8 bytes.
 */
export const compareKeys = (a: string, b: string): number => {
  for (let at = 0; at < a.length && at < b.length; ) {
    const [left = 0, right = 0] = [a.codePointAt(at), b.codePointAt(at)];
    if (left !== right) return left - right;
    at += left > 0xffff ? 2 : 1;
  }
  return a.length - b.length;
};
