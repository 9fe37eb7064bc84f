// A span as the public API tells it, and the words that describe one: its kind, and how well its
// times are known. Shapes only; which dialect means which kind is said in shared/dialects/.

export const spanKinds = [
  'task_setup',
  'adapter_run',
  'container',
  'tool_call',
  'model_call',
  'agent_step',
  'verify',
  'cleanup',
  'other',
] as const;
export type SpanKind = (typeof spanKinds)[number];

/**
 * How a time came to be known: the agent or SDK said so, it was stamped as the line arrived, it
 * follows from its neighbours, or not at all.
 */
export const timingGrades = ['measured', 'arrival', 'derived', 'none'] as const;
export type TimingGrade = (typeof timingGrades)[number];

/** OpenTelemetry's status codes, by their number on the wire. */
export const spanStatuses = ['unset', 'ok', 'error'] as const;
export type SpanStatus = (typeof spanStatuses)[number];

/** What is odd about a span, as bits; nothing odd is ever repaired silently. */
export const spanFlag = {
  /** end < start; both kept as sent, drawn with zero width. */
  negativeDuration: 1,
  /** end = 0: drawn to the end of the trace. */
  unfinished: 2,
  /** start = 0. */
  noStart: 4,
  /** More than a day ahead of the collector, or before the year 2000: kept out of the clock. */
  clockSuspect: 8,
  /** The parent id had a wrong length. */
  badParent: 16,
  /** The parent never arrived. Known only when a trace is read. */
  orphan: 32,
  /** Invalid UTF-8 or UTF-16 was replaced by U+FFFD. */
  textRepaired: 64,
  /** A value, attribute, event or link was cut or dropped at a limit. */
  truncated: 128,
  /** Another span with this id and other content came later; it was kept aside. */
  conflict: 256,
  /** The span is its own ancestor; the circle was opened here. */
  cycle: 512,
} as const;
export type SpanFlagName = keyof typeof spanFlag;

export function flagNames(flags: number): SpanFlagName[] {
  return (Object.keys(spanFlag) as SpanFlagName[]).filter((name) => (flags & spanFlag[name]) !== 0);
}

/** An attribute's value in JSON. Integers beyond 2^53 keep every digit in the JSON text. */
export type AttributeValue =
  | string
  | number
  | boolean
  | null
  | readonly AttributeValue[]
  | { readonly [key: string]: AttributeValue };
