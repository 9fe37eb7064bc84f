// The JSON of a judged sweep, and of one held against another: what the API answers, and what pages, `playhead check`
// and its reports read. docs/judging.md explains every number. Schemas only.
import { z } from 'zod';
import { outcomes } from '../outcome-words.ts';

const count = z.number().int();
const interval = z.object({ low: z.number(), high: z.number() });
/** A share with the interval of the judgement's `level`. */
const rate = interval.extend({ value: z.number() });
const pValues = z.object({
  /** The chance of as much worse, or more, if there were no difference. */
  worse: z.number(),
  better: z.number(),
  either: z.number(),
});

const costPart = z.object({ usd: z.number(), cells: count });
/** Measured, estimated and posted costs are apart. */
const costSum = z.object({
  measured: costPart,
  estimated: costPart,
  asPosted: costPart,
  /** Cells whose cost is not known, and those of which a part is not. */
  unknown: count,
  atLeast: count,
  /** Of all of them together; null where none is known. */
  totalUsd: z.number().nullable(),
  /** The total by pass; null without one. */
  perPassUsd: z.number().nullable(),
});

const configuration = z.object({
  agent: z.string(),
  version: z.string().nullable(),
  model: z.string().nullable(),
  /** A JSON object as text, keys in order. */
  settings: z.string().nullable(),
  /** What was not recorded: two configurations that differ in it are judged as one. */
  unknown: z.array(z.enum(['version', 'settings'])),
});

const judgedConfiguration = configuration.extend({
  cells: count,
  /** Attempts that count, and those that passed. */
  n: count,
  passed: count,
  tasks: count,
  /** The least and the most attempts at a task. */
  attempts: z.object({ least: count, most: count }),
  /** null where nothing counts. */
  passRate: rate.nullable(),
  /** The mean over the tasks that have k attempts. */
  passAt: z.array(z.object({ k: count, value: z.number(), tasks: count })),
  passHat: z.array(z.object({ k: count, value: z.number(), tasks: count })),
  /** Tasks that passed at times. */
  flaky: count,
  /** Failures of the surroundings: not in n. */
  leftOut: z.array(z.object({ outcome: z.enum(outcomes), count })),
  /** Cells without a verdict: not in n. */
  unscored: count,
  cost: costSum,
  /** Of attempts that count: the median, and how many are known. */
  wallMs: z.object({ median: z.number().nullable(), known: count }),
  tokens: z.object({ median: z.number().nullable(), known: count }),
  /** Held against the configuration with the highest pass rate, on the tasks of both; null for that one itself. */
  versusBest: z.object({ tasks: count, difference: rate, p: pValues, pHolm: z.number() }).nullable(),
});

const attempts = z.object({ n: count, c: count });

const measureChange = z.object({
  /** Medians over paired tasks of what an attempt took. */
  before: z.number().nullable(),
  after: z.number().nullable(),
  /** After by before, as the geometric mean over tasks; null below two tasks. */
  ratio: rate.nullable(),
  /** Tasks where it is known on both sides, in the same grade. */
  tasks: count,
});

/** One sweep held against another one, its baseline. */
export const comparisonJson = z.object({
  sweep: z.string(),
  baseline: z.string(),
  alpha: z.number(),
  /** Of the intervals: 1 − 2·alpha, which belongs to a test in one direction. */
  level: z.number(),
  verdict: z.enum(['worse', 'better', 'no difference', 'cannot be told']),
  sentence: z.string(),
  /** Configurations of both sweeps, as places in the lists of the two judgements, and in what they differ. */
  configurations: z.array(
    z.object({
      after: count,
      before: count,
      changed: z.array(z.enum(['agent', 'version', 'model', 'settings'])),
      tasks: count,
      difference: rate.nullable(),
      p: pValues,
      pHolm: z.number(),
    }),
  ),
  onlyAfter: z.array(configuration),
  onlyBefore: z.array(configuration),
  tasks: z.object({ paired: count, onlyAfter: count, onlyBefore: count }),
  before: rate.extend({ n: count }).nullable(),
  after: rate.extend({ n: count }).nullable(),
  difference: rate.nullable(),
  p: pValues,
  method: z.enum(['exact', 'approximate']),
  /** The smallest p that the pairs can give at all. */
  smallestP: z.number(),
  /** Pairs of configuration and task: passed where more than half of the attempts did; `mixed` where half did. */
  flips: z.object({
    bothPassed: count,
    lost: count,
    won: count,
    bothFailed: count,
    mixed: count,
    p: pValues,
  }),
  /** Pairs whose pass rate moved, the least likely first, at most 500. */
  changed: z.array(
    z.object({
      /** Place in `configurations`. */
      configuration: count,
      task: z.string(),
      before: attempts,
      after: attempts,
      direction: z.enum(['worse', 'better']),
      flipped: z.boolean(),
      p: z.number(),
      pHolm: z.number(),
      beyondChance: z.boolean(),
    }),
  ),
  changedCount: count,
  cost: measureChange,
  wallMs: measureChange,
  tokens: measureChange,
  notes: z.array(z.string()),
});

/** `GET /api/sweeps/:id/judgement`. */
export const judgementJson = z.object({
  sweep: z.string(),
  /** The sweep's id without a date, time or number behind it. */
  stem: z.string(),
  isBaseline: z.boolean(),
  alpha: z.number(),
  /** Of the intervals. */
  level: z.number(),
  cells: count,
  n: count,
  passed: count,
  passRate: rate.nullable(),
  configurations: z.array(judgedConfiguration),
  /** Columns, an entry for each configuration and task that was tried. */
  tasks: z.object({
    names: z.array(z.string()),
    task: z.array(count),
    configuration: z.array(count),
    n: z.array(count),
    c: z.array(count),
    leftOut: z.array(count),
  }),
  cost: z.object({
    total: costSum,
    byModel: z.array(costSum.extend({ model: z.string().nullable() })),
    /** The dearest first, at most 100. */
    byTask: z.array(costSum.extend({ task: z.string() })),
    dearestCellUsd: z.number().nullable(),
  }),
  /** The verdicts that were used. */
  verdicts: z.object({
    count,
    /** sha256 over cells and verdicts in order: the same verdicts, the same digest. */
    digest: z.string(),
    /** RFC 3339: when the newest of them came. */
    newestAt: z.string().nullable(),
    /** Who gave them, most verdicts first, at most 20; the name is null where none was told. */
    verifiers: z.array(
      z.object({
        name: z.string().nullable(),
        count,
        /** RFC 3339: when the newest of them came. */
        newestAt: z.string(),
      }),
    ),
    /** Those that took the place of others, newest first, at most 100. */
    corrected: z.array(
      z.object({
        cell: z.string(),
        before: z.number().nullable(),
        after: z.number().nullable(),
        at: z.string(),
      }),
    ),
    correctedCount: count,
  }),
  /** Sweeps of the same stem, oldest first; with `?trend=N` alone. */
  trend: z
    .array(
      z.object({
        sweep: z.string(),
        startedAt: z.string().nullable(),
        n: count,
        passed: count,
        passRate: rate.nullable(),
        isBaseline: z.boolean(),
      }),
    )
    .optional(),
  /** What a reader must know, a sentence each. */
  notes: z.array(z.string()),
  /** With `?against=` alone. */
  against: comparisonJson.optional(),
});

export type JudgementJson = z.infer<typeof judgementJson>;
export type ComparisonJson = z.infer<typeof comparisonJson>;
export type ConfigurationJson = z.infer<typeof configuration>;
export type CostSumJson = z.infer<typeof costSum>;
