const MOST_FRAMES = 8;

/** Where an error was thrown, for the log; without its message, which may quote what was sent or stored. */
export const framesOf = (error: unknown): string[] | undefined => {
  if (!(error instanceof Error) || error.stack === undefined) return undefined;
  const { stack, message } = error;
  // A message of several lines may hold one that looks like a frame.
  return stack
    .slice(stack.indexOf(message) + message.length)
    .split('\n')
    .filter((line) => /^\s+at .*:\d+:\d+\)?$/.test(line))
    .slice(0, MOST_FRAMES)
    .map((line) => line.trim());
};
