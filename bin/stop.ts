// What a signal does to a command that can stop in good order: the first asks it to, the second leaves at once.
const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface Stop {
  readonly signal: AbortSignal;
  /** Signals are nobody's any more. */
  release(): void;
}

export function stopOnSignal(): Stop {
  const stop = new AbortController();
  const onSignal = (): void => {
    if (stop.signal.aborted) process.exit(130);
    stop.abort();
  };
  for (const name of names) process.on(name, onSignal);
  return {
    signal: stop.signal,
    release: () => {
      for (const name of names) process.off(name, onSignal);
    },
  };
}
