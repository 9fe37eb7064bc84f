// How long each step of a run may take beyond what the user allowed the agent and the verifier, all in one place:
// their sum is what docs/run.md promises. A step that passes its bound is given up and told; the run goes on.
// Does not bound the agent or the verifier.

export interface Step {
  /** After "gave up after 5 s:". */
  readonly what: string;
  readonly maxMs: number;
}

export const bounds = {
  firstLook: { what: 'the first look at the working directory', maxMs: 45_000 },
  /** Between asking the agent to stop and ending it. */
  agentStop: { what: 'ending the agent', maxMs: 5000 },
  /** Its output, once it has ended: what outlives it may hold its pipes open. */
  agentOutput: { what: 'the agent’s last output', maxMs: 1000 },
  lastLook: { what: 'the last look at the working directory, and its diffs', maxMs: 75_000 },
  sessions: { what: 'reading what the agent kept of its session', maxMs: 20_000 },
  proxy: { what: 'closing the recording proxy', maxMs: 3000 },
  telemetry: { what: 'sending the agent’s own telemetry', maxMs: 37_000 },
  verifierStop: { what: 'ending the verifier', maxMs: 2000 },
  verifierOutput: { what: 'the verifier’s last output', maxMs: 1000 },
  cleanup: { what: 'removing the snapshots', maxMs: 10_000 },
  sending: { what: 'sending what was recorded', maxMs: 31_000 },
  summary: { what: 'asking the collector what it made of the run', maxMs: 5000 },
} as const satisfies Record<string, Step>;

/** A run is over so long after the agent's and the verifier's own time. */
export const RUN_GRACE_MS = Object.values(bounds).reduce((sum, { maxMs }) => sum + maxMs, 0);

/** What a step came to; `otherwise` where it was given up, which is told. It may go on unheard. */
export async function within<T>(
  { what, maxMs }: Step,
  work: Promise<T>,
  otherwise: T,
  onProblem: (problem: string) => void,
): Promise<T> {
  const { promise: bound, resolve } = Promise.withResolvers<T>();
  const timer = setTimeout(() => {
    onProblem(`gave up after ${maxMs / 1000} s: ${what}`);
    resolve(otherwise);
  }, maxMs);
  // What fails after it was given up fails unheard.
  work.catch(() => undefined);
  try {
    return await Promise.race([work, bound]);
  } finally {
    clearTimeout(timer);
  }
}
