import { AnlianError, ERRORS } from '@anlian/contracts';

/** An error as the person who typed the command reads it; what nobody expected keeps its stack. */
export const refusalText = (error: unknown): string => {
  if (!(error instanceof AnlianError)) throw error;
  const { text, remedy } = ERRORS[error.code];
  const place = [error.code, error.field, error.detail].filter(Boolean).join(' · ');
  return `\n${text.zh} ${text.en}\n  ${place}\n  ${remedy.zh} ${remedy.en}\n`;
};
