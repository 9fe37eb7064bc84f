// Who can tell of one and the same model call, in the order in which they are believed: where two tell it, the
// first one's numbers count, and what it leaves out is taken from the next. Does not decide which calls are the same.

export const tellers = [
  /** Saw request and answer on the wire. */
  { name: 'proxy', words: 'the recording proxy' },
  /** Spans: the agent's own, a framework's, a provider's SDK's. Named by their scope. */
  { name: 'spans', words: 'spans' },
  /** Log records, one a call. */
  { name: 'logs', words: 'log records' },
  /** What the agent wrote down. */
  { name: 'session', words: "the agent's session file" },
  /** What the agent printed. */
  { name: 'stream', words: "the agent's output" },
  /** The same where nobody noted when it came. */
  { name: 'bare', words: "the agent's output without times" },
] as const;

/** Its place in the order of belief; -1 where the word names none. */
export function tellerRank(name: unknown): number {
  return tellers.findIndex((teller) => teller.name === name);
}

/** For people. @param source the scope or service of spans and log records; '' where it has none */
export function tellerWords(rank: number, source: string): string {
  const teller = tellers[rank] ?? tellers[1];
  if (source === '') return teller.words;
  return teller.name === 'logs' ? `log records of ${source}` : source;
}
