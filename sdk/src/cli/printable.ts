/** Names come from other companies: nothing in them may move the cursor over what a guard reads. */
export const printable = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\uFFFD');
