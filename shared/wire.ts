// The public JSON of the HTTP API, as schemas: the collector validates what it takes by them, the
// viewer and the adapters import their types only. Times are decimal strings of Unix nanoseconds,
// durations are milliseconds; a value that was never recorded is null, never 0.
import { z } from 'zod';
import { outcomes, runStates } from './outcome-words.ts';
import { valueGrades } from './score.ts';
import type { AttributeValue } from './span.ts';
import { spanKinds, spanStatuses, timingGrades } from './span.ts';
import { searchSources } from './text-match.ts';

const nsString = z.string().regex(/^\d{1,20}$/);
const json: z.ZodType<AttributeValue> = z.json() as z.ZodType<AttributeValue>;

/** `PUT /api/cells/:id/scores` takes `{scores: [...]}`. */
export const scoreRecord = z.object({
  axis: z.string().min(1).max(128),
  values: z.record(z.string().min(1).max(256), json),
  scorer: z.string().max(256).optional(),
  scored_at: z.iso.datetime({ offset: true }).optional(),
});
export const scoresBody = z.object({ scores: z.array(scoreRecord).max(256) });

/** A score record with where it came from: put by the API, or told by the run's own telemetry. */
const receivedScore = scoreRecord.extend({ source: z.enum(['put', 'log']), received_at: z.string() });
/** `GET /api/cells/:id/scores`: of each axis the record that stands, and those that it replaced. */
export const scoresJson = z.object({
  scores: z.array(
    receivedScore.extend({
      /** How many records the axis had in all, this one too. */
      revision: z.number().int(),
      /** Newest first; `values` is null where a record was too long to be kept. */
      before: z.array(receivedScore.extend({ values: scoreRecord.shape.values.nullable() })),
    }),
  ),
});

export const headline = z.object({
  axis: z.string(),
  label: z.string(),
  value: z.number().nullable(),
  unit: z.enum(['ratio', 'ms', 'tokens', 'score', 'usd']),
  grade: z.enum(valueGrades),
  because: z.string(),
  /** Something is known to be missing from the value. */
  atLeast: z.literal(true).optional(),
});

/** What a run cost: told by the run (`measured`), posted, or estimated by dated prices; `because` says which. */
export const cost = z.object({
  usd: z.number().nullable(),
  grade: z.enum(valueGrades),
  /** Some of its model calls are not in it. */
  atLeast: z.boolean(),
  because: z.string(),
});

/** One row of `GET /api/cells`. */
export const cellSummary = z.object({
  id: z.string(),
  sweep: z.string(),
  agent: z.string(),
  model: z.string().nullable(),
  family: z.string().nullable(),
  /** `<family>/<name>`, or null for a cell that names none. */
  task: z.string().nullable(),
  attempt: z.number().int(),
  outcome: z.enum(outcomes),
  startNs: nsString.nullable(),
  endNs: nsString.nullable(),
  durationMs: z.number().nullable(),
  spans: z.number().int(),
  errors: z.number().int(),
  modelCalls: z.number().int(),
  hasTerminal: z.boolean(),
  pass: z.number().nullable(),
  composite: z.number().nullable(),
  cost,
  /** What must stand beside the composite; null where nothing must. */
  compositeNote: z.string().nullable(),
});
export const cellsPage = z.object({ cells: z.array(cellSummary), next: z.string().optional() });

/** A word of a command; or a shell variable that the reader sets, put into double quotes, never quoted away. */
const ownModelWord = z.union([
  z.string(),
  z.object({
    variable: z.enum(['YOUR_ENDPOINT', 'YOUR_KEY', 'YOUR_MODEL', 'PROMPT', 'COMMAND']),
    /** What comes before it in the same word, e.g. "openai/". */
    prefix: z.string().optional(),
  }),
]);

/** How an agent is pointed at one's own endpoint and model: environment, a configuration file, a command. */
export const ownModel = z.object({
  environment: z.array(z.tuple([z.string(), ownModelWord])),
  /** A file in the working directory, its text with $YOUR_… to be filled in by the shell; null for none. */
  file: z.object({ path: z.string(), text: z.string() }).nullable(),
  /** What must be run once before it, in order. */
  before: z.array(z.array(ownModelWord)).optional(),
  command: z.array(ownModelWord),
  /** What the endpoint must speak. */
  speaks: z.string(),
});

/** `GET /api/agents`: what is known of the agents that this installation has adapters for. */
export const agentsJson = z.object({
  agents: z.array(z.object({ name: z.string(), ownModel: ownModel.nullable() })),
});

/** `GET /api/prices`: by which prices costs are estimated, those asked first in front. */
export const pricesJson = z.object({
  tables: z.array(
    z.object({
      /** The day on which the prices were taken, `YYYY-MM-DD`. */
      date: z.string(),
      source: z.string(),
      /** How many names it has. */
      models: z.number().int(),
    }),
  ),
});

const tokens = z.object({
  /** All input, cached or not. */
  input: z.number().nullable(),
  cacheRead: z.number().nullable(),
  cacheWrite: z.number().nullable(),
  output: z.number().nullable(),
  reasoning: z.number().nullable(),
  grade: z.enum(valueGrades),
  /** Model calls that were answered, and those of them that told no usage: absent where all told it. */
  answeredCalls: z.number().int().optional(),
  silentCalls: z.number().int().optional(),
});

export const track = z.object({
  name: z.enum(['spans', 'terminal', 'model_calls', 'changes', 'logs']),
  count: z.number().int(),
  /** The weakest grade among the records that have a time; `none` where no record has one. */
  timing: z.enum(timingGrades),
  /** Where the track came from, e.g. "otlp", "asciicast v2". */
  source: z.string().nullable(),
  /** What a reader must know of it, e.g. how a terminal was aligned; null when nothing. */
  note: z.string().nullable(),
});

/** `GET /api/cells/:id`. */
export const cellDetail = cellSummary.extend({
  identity: z.object({
    agentVersion: z.string().nullable(),
    /** A JSON object as text, keys in order. */
    settings: z.string().nullable(),
    /** The task's name for people, in any script. */
    taskTitle: z.string().nullable(),
    containerImage: z.string().nullable(),
    /** `sha256:<hex>`, once. */
    imageDigest: z.string().nullable(),
    modelBuildId: z.string().nullable(),
    exitCode: z.number().int().nullable(),
    timedOut: z.boolean().nullable(),
  }),
  timing: z.object({
    /** RFC 3339 with every recorded digit. */
    startedAt: z.string().nullable(),
    endedAt: z.string().nullable(),
    durationMs: z.number().nullable(),
    grade: z.enum(timingGrades),
  }),
  tokens,
  scores: z.array(scoreRecord),
  /** What stood before records of these scores, by axis; absent where nothing was corrected. */
  corrections: z
    .array(
      z.object({
        axis: z.string(),
        /** RFC 3339: when the record came that stands now. */
        at: z.string(),
        /** The number of the record before it, and who had given that; null where not known. */
        before: z.number().nullable(),
        scorer: z.string().nullable(),
        /** Records that the axis had in all. */
        revision: z.number().int(),
      }),
    )
    .optional(),
  headlines: z.array(headline),
  /** Why the outcome is what it is, by the rules of shared/outcome.ts. */
  judgement: z.object({
    sentence: z.string(),
    /** The span that shows it, `<traceId>:<spanId>`; null where none does. */
    span: z.string().nullable(),
  }),
  /** Records that were rejected because their sender may not speak for others, judge or record phases of the run. */
  refusedRecords: z.number().int(),
  /** Whether the collector asks nobody for a token: then anyone who reaches it could have written the verdict. */
  anyoneMayJudge: z.boolean(),
  tracks: z.array(track),
  traces: z.number().int(),
  /** Other cells: the same task by other agents or models, the same agent and model elsewhere. */
  related: z.array(cellSummary),
});

/** One span of `GET /api/cells/:id/trace`. */
export const spanJson = z.object({
  traceId: z.string(),
  spanId: z.string(),
  /** null for a root; the id as sent even where that parent never arrived. */
  parentSpanId: z.string().nullable(),
  sourceId: z.string().nullable(),
  name: z.string(),
  kind: z.enum(spanKinds),
  /** OpenTelemetry's own span kind: internal, server, client, producer, consumer, unspecified. */
  otelKind: z.string(),
  startNs: nsString,
  endNs: nsString,
  timing: z.enum(timingGrades),
  status: z.enum(spanStatuses),
  statusMessage: z.string().nullable(),
  /** Every attribute but the `bench.span.*` ones, which are the fields above. */
  attributes: z.record(z.string(), json),
  /** Further values of attribute keys that were sent more than once. */
  repeatedAttributes: z.array(z.object({ key: z.string(), value: json })).optional(),
  events: z.array(z.object({ timeNs: nsString, name: z.string(), attributes: z.record(z.string(), json) })),
  links: z.array(
    z.object({ traceId: z.string(), spanId: z.string(), attributes: z.record(z.string(), json) }),
  ),
  service: z.string(),
  scope: z.string().nullable(),
  flags: z.array(z.string()),
});
/** `?offset&limit&kind=a,b` page through it; spans stand in order of start, of equal starts a span before those in it. */
export const traceJson = z.object({
  startNs: nsString.nullable(),
  endNs: nsString.nullable(),
  total: z.number().int(),
  spans: z.array(spanJson),
  /** Later spans with an id already taken and other content. */
  conflicts: z.array(spanJson).optional(),
});

/** One row of `GET /api/cells/:id/model-calls`. */
export const modelCall = z.object({
  traceId: z.string(),
  spanId: z.string(),
  startNs: nsString,
  durationMs: z.number().nullable(),
  timing: z.enum(timingGrades),
  /** Who told of the call, the most believed first. */
  toldBy: z.array(z.string()),
  /** Further spans that tell of it, and may hold what its own does not say: of other tellers, or around it. */
  otherSpans: z.array(z.object({ traceId: z.string(), spanId: z.string() })),
  /** The provider's id of the answer. */
  responseId: z.string().nullable(),
  model: z.string().nullable(),
  requestHash: z.string().nullable(),
  inputTokens: z.number().nullable(),
  cacheReadTokens: z.number().nullable(),
  cacheWriteTokens: z.number().nullable(),
  outputTokens: z.number().nullable(),
  reasoningTokens: z.number().nullable(),
  timeToFirstChunkMs: z.number().nullable(),
  /** As it was told (`measured`), or by dated prices (`estimated`). */
  costUsd: z.number().nullable(),
  costGrade: z.enum(valueGrades),
  finishReason: z.string().nullable(),
  error: z.string().nullable(),
});
export const modelCallsJson = z.object({ modelCalls: z.array(modelCall) });

/** Who sent a part of a cell's records, as one program and instrumentation. */
export const sender = z.object({
  service: z.string(),
  /** OpenTelemetry's SDK: name, language, version; null where it names none. */
  sdk: z.string().nullable(),
  /** The instrumentation: its scope's name and version; '' where it names none. */
  scope: z.string(),
  records: z.number().int(),
  /** Kinds of spans, and `log` for log records. */
  kinds: z.array(z.object({ kind: z.string(), count: z.number().int() })),
  /** Dialects whose names it uses. */
  dialects: z.array(z.string()),
  /** Attributes that nothing reads, those first that came most. */
  unread: z.array(z.object({ key: z.string(), count: z.number().int() })),
  /** How many such names there are. */
  unreadNames: z.number().int(),
});

/** `GET /api/cells/:id/senders`. */
export const sendersJson = z.object({
  senders: z.array(sender),
  /** Why the records are this cell's, in a sentence. */
  chosen: z.string(),
  /** How many spans were looked at; the cell may have more. */
  looked: z.number().int(),
});

/** One row of `GET /api/cells/:id/changes`. */
export const fileChange = z.object({
  timeNs: nsString,
  path: z.string(),
  change: z.enum(['added', 'modified', 'removed']),
  /** Unified diff, or null where none was recorded. */
  diff: z.string().nullable(),
  /** The tool call that made it, where known. */
  traceId: z.string().nullable(),
  spanId: z.string().nullable(),
  timing: z.enum(timingGrades),
});
export const changesJson = z.object({ changes: z.array(fileChange) });

/** One row of `GET /api/cells/:id/logs`: every record that no other track took. */
export const logRecord = z.object({
  timeNs: nsString,
  severity: z.string().nullable(),
  eventName: z.string().nullable(),
  body: json,
  attributes: z.record(z.string(), json),
  traceId: z.string().nullable(),
  spanId: z.string().nullable(),
  service: z.string(),
});
export const logsJson = z.object({ total: z.number().int(), logs: z.array(logRecord) });

const count = z.number();
/** A number; "NaN", "Infinity" or "-Infinity" where JSON has none. Whole ones keep every digit. */
const noNumber: z.ZodType<'NaN' | 'Infinity' | '-Infinity'> = z.enum(['NaN', 'Infinity', '-Infinity']);
const metricNumber = z.union([z.number(), noNumber]);
const exponentialBuckets = z.object({ offset: z.number().int(), counts: z.array(count) });

/** One data point of a series of `GET /api/cells/:id/metrics`. */
export const metricPoint = z.object({
  startNs: nsString.nullable(),
  timeNs: nsString,
  /** Of a sum or gauge. */
  value: metricNumber.nullable(),
  /** The rest is of histograms and summaries. */
  count: count.optional(),
  sum: metricNumber.nullable().optional(),
  min: metricNumber.nullable().optional(),
  max: metricNumber.nullable().optional(),
  bounds: z.array(metricNumber).optional(),
  counts: z.array(count).optional(),
  scale: z.number().int().optional(),
  zeroCount: count.optional(),
  zeroThreshold: metricNumber.optional(),
  positive: exponentialBuckets.optional(),
  negative: exponentialBuckets.optional(),
  quantiles: z.array(z.object({ quantile: metricNumber, value: metricNumber })).optional(),
});
export const metric = z.object({
  name: z.string(),
  unit: z.string(),
  description: z.string(),
  kind: z.enum(['sum', 'gauge', 'histogram', 'exponential_histogram', 'summary']),
  temporality: z.enum(['unspecified', 'delta', 'cumulative']),
  monotonic: z.boolean(),
  service: z.string(),
  /** Over all series and restarts: of a sum its values, of a histogram its sums; null for a gauge. */
  total: metricNumber.nullable(),
  series: z.array(z.object({ attributes: z.record(z.string(), json), points: z.array(metricPoint) })),
});
/** What one of an agent's own counters adds up to, in the words of `cellDetail.tokens`. */
export const usageCounter = z.object({
  metric: z.string(),
  input: z.number().nullable(),
  cacheRead: z.number().nullable(),
  cacheWrite: z.number().nullable(),
  output: z.number().nullable(),
  reasoning: z.number().nullable(),
  costUsd: z.number().nullable(),
});
/** `GET /api/cells/:id/metrics`: what the agent counted itself, apart from its spans. */
export const metricsJson = z.object({ usage: z.array(usageCounter), metrics: z.array(metric) });

/** Data of an `advance` event of `GET /api/cells/:id/live`; `gone` has none and is the last. */
export const liveAdvance = z.object({
  /** Grows with every change of the cell, scores included. */
  revision: z.number().int(),
  spans: z.number().int(),
  /** The clock's end so far, or null where nothing gave a time. */
  endNs: nsString.nullable(),
  state: z.enum(runStates),
});

/** Data of a `changed` event of `GET /api/live`. */
export const liveChange = z.object({
  /** Ids of cells that moved on. */
  cells: z.array(z.string()),
  /** Others did, too. */
  more: z.boolean(),
});

const wholeNumber = z.number().int().nonnegative();
const outcomeCount = z.object({ outcome: z.enum(outcomes), count: wholeNumber });

const costSum = z.object({ usd: z.number(), cells: wholeNumber });

/** One row of `GET /api/sweeps`, the sweep of the newest cell first. */
export const sweepSummary = z.object({
  id: z.string(),
  cells: wholeNumber,
  /** Those that occur, in the order of `outcomes`. */
  outcomes: z.array(outcomeCount),
  agents: wholeNumber,
  models: wholeNumber,
  tasks: wholeNumber,
  /** Of the earliest and the latest cell; null where no cell has a time. */
  startNs: nsString.nullable(),
  endNs: nsString.nullable(),
  /** Cells with spans: the others were imported as scores alone. */
  recorded: wholeNumber,
  /** Attempts that count, and those that passed. */
  n: wholeNumber,
  passed: wholeNumber,
  /** Of the cells' wall times; null where none is known. */
  medianMs: z.number().nullable(),
  /** By how the costs are known: these are not one sum. */
  cost: z.object({ measured: costSum, estimated: costSum, asPosted: costSum }),
  /** It is the one that others of its stem are judged against; absent where it is not. */
  baseline: z.literal(true).optional(),
  /** Cells that fit; absent without a filter. */
  matches: wholeNumber.optional(),
  /**
   * With `?rows=`: the newest cells that fit; without a filter the newest of each kind that can be played.
   */
  rows: z.array(cellSummary).optional(),
  /** With `?trend=`: sweeps of the same stem up to this one, oldest first. */
  trend: z.array(z.object({ sweep: z.string(), n: wholeNumber, passed: wholeNumber })).optional(),
});
/** `PUT /api/sweeps/:id`. */
export const sweepTag = z.strictObject({
  /** Whether the sweep is the baseline of its stem: there is one at most, and a new one takes its place. */
  baseline: z.boolean(),
});
export type SweepTag = z.infer<typeof sweepTag>;
export const sweepsPage = z.object({
  sweeps: z.array(sweepSummary),
  /** Sums over all sweeps, not those of this page alone; on the first page. */
  totals: z
    .object({
      /** Sweeps that hold a cell that fits, and those cells. */
      sweeps: wholeNumber,
      cells: wholeNumber,
      /** Of cells that fit `q`, whatever outcomes are asked for. */
      outcomes: z.array(outcomeCount),
    })
    .optional(),
  next: z.string().optional(),
});

/** Ordinals into a list of keys, one a cell. */
const ordinals = z.array(z.number().int());
const values = z.array(z.number().nullable());

/** A failure that several cells share: the first failed test and where it panicked. */
export const failureGroup = z.object({
  /** "tests::bad_input_does_not_panic", or null where the output names none. */
  test: z.string().nullable(),
  /** "src/lib.rs:12", or null. */
  location: z.string().nullable(),
  /** One line of the verifier's output that says most. */
  message: z.string().nullable(),
});

/**
 * `GET /api/sweeps/:id`: all cells of a sweep as columns of equal length, newest first. Made for tens of
 * thousands of cells: keys are told once.
 */
export const sweepMatrix = z.object({
  id: z.string(),
  /** Distinct values by axis; "" for cells without one. `task` is `<family>/<name>`. */
  keys: z.object({
    agent: z.array(z.string()),
    model: z.array(z.string()),
    family: z.array(z.string()),
    task: z.array(z.string()),
  }),
  agent: ordinals,
  model: ordinals,
  family: ordinals,
  task: ordinals,
  attempt: ordinals,
  /** Ordinals into `outcomes` of shared/outcome-words.ts, which only ever grows at its end. */
  outcome: ordinals,
  /** Ids that do not follow from the parts, by position. */
  ids: z.array(z.tuple([z.number().int(), z.string()])),
  startMs: values,
  pass: values,
  composite: values,
  /** Positions of cells whose composite must not stand alone: nothing ran or nothing changed in them. */
  didNothing: ordinals.optional(),
  durationMs: values,
  /** Spans a cell; 0 for one that was imported as scores alone. */
  spans: ordinals,
  /** Further numbers by name (an axis of the scores, or tokens), where any cell has one. */
  measures: z.array(z.object({ name: z.string(), values })),
  /** How the costs are known that no run told: positions of cells. Absent where there are none. */
  costGrades: z
    .object({
      /** By dated prices. */
      estimated: ordinals,
      posted: ordinals,
      /** Some of the cell's calls are not in it. */
      atLeast: ordinals,
    })
    .optional(),
  failures: z.array(failureGroup),
  /** Ordinals into `failures`, -1 for none. */
  failure: ordinals,
  /** How many contradictions the records of each cell hold. */
  notes: ordinals,
});

/** One hit of `GET /api/search`. */
export const searchHit = z.object({
  cell: z.string(),
  outcome: z.enum(outcomes),
  source: z.enum(searchSources),
  /** Milliseconds on the cell's clock; null where the hit has no time. */
  tMs: z.number().nullable(),
  /** `<traceId>:<spanId>`, or null. */
  span: z.string().nullable(),
  /** What holds the text: "name", an attribute's key, a path, an axis, "output". */
  field: z.string(),
  /** A line or less around the hit; the hit is `text.slice(from, to)`. */
  text: z.string(),
  from: z.number().int(),
  to: z.number().int(),
  /** Stands at the last hit given of a cell and source where there may be more: a search in the run has all. */
  more: z.literal(true).optional(),
});
/** `GET /api/search?q=`: newest cells first, in each its scores, changes, terminal, logs, spans. */
export const searchPage = z.object({
  query: z.string(),
  hits: z.array(searchHit),
  /** Cells that this answer is done with: an answer may hold few hits, or none, and yet a `next`. */
  cells: z.number().int(),
  /** Stands where there may be more. */
  next: z.string().optional(),
});

/** What `PUT` of scores or a terminal answers. */
export const putAnswer = z.object({
  cell: z.string(),
  status: z.enum(['created', 'replaced', 'unchanged']),
  /** What was taken and may not be what was meant: "pas_rate: unknown axis: pass_rate?". */
  notes: z.array(z.string()).optional(),
});
/** What `DELETE /api/cells/:id` answers. */
export const deleted = z.object({ cell: z.string(), status: z.enum(['deleted', 'unchanged']) });
/** `GET /readyz`. */
export const readiness = z.object({ status: z.enum(['ready', 'not ready']), problems: z.array(z.string()) });

export const errorBody = z.object({
  error: z.object({ code: z.string(), message: z.string(), issues: z.array(z.unknown()).optional() }),
});

export type ScoresBody = z.infer<typeof scoresBody>;
export type ScoresJson = z.infer<typeof scoresJson>;
export type PricesJson = z.infer<typeof pricesJson>;
export type HeadlineJson = z.infer<typeof headline>;
export type CellSummary = z.infer<typeof cellSummary>;
export type CellsPage = z.infer<typeof cellsPage>;
export type CellDetail = z.infer<typeof cellDetail>;
export type TrackJson = z.infer<typeof track>;
export type SpanJson = z.infer<typeof spanJson>;
export type TraceJson = z.infer<typeof traceJson>;
export type ModelCallJson = z.infer<typeof modelCall>;
export type ModelCallsJson = z.infer<typeof modelCallsJson>;
export type FileChangeJson = z.infer<typeof fileChange>;
export type ChangesJson = z.infer<typeof changesJson>;
export type LogRecordJson = z.infer<typeof logRecord>;
export type LogsJson = z.infer<typeof logsJson>;
export type MetricPointJson = z.infer<typeof metricPoint>;
export type MetricJson = z.infer<typeof metric>;
export type UsageCounter = z.infer<typeof usageCounter>;
export type MetricsJson = z.infer<typeof metricsJson>;
export type LiveAdvance = z.infer<typeof liveAdvance>;
export type LiveChange = z.infer<typeof liveChange>;
export type OwnModel = z.infer<typeof ownModel>;
export type OwnModelWord = z.infer<typeof ownModelWord>;
export type AgentsJson = z.infer<typeof agentsJson>;
export type Sender = z.infer<typeof sender>;
export type SendersJson = z.infer<typeof sendersJson>;
export type SweepSummary = z.infer<typeof sweepSummary>;
export type SweepsPage = z.infer<typeof sweepsPage>;
export type SweepMatrix = z.infer<typeof sweepMatrix>;
export type FailureGroup = z.infer<typeof failureGroup>;
export type SearchHit = z.infer<typeof searchHit>;
export type SearchPage = z.infer<typeof searchPage>;
export type PutAnswer = z.infer<typeof putAnswer>;
export type Deleted = z.infer<typeof deleted>;
export type Readiness = z.infer<typeof readiness>;
export type ErrorBody = z.infer<typeof errorBody>;
