// What `--json` prints, command by command, as schemas: docs/command-line.md shows them, examples.test.ts runs them. Strict, so
// that a field that is not written down is found.
import { z } from 'zod';

const cell = z.string().min(1);
const scores = z.array(z.looseObject({ axis: z.string(), values: z.record(z.string(), z.unknown()) }));

const checkState = z.enum(['holds', 'worse', 'cannot be told']);

export const jsonShapes: Readonly<Record<string, z.ZodType>> = {
  serve: z.strictObject({ url: z.url(), first: z.url().nullable(), grpcPort: z.int().nullable() }),
  open: z.strictObject({ cell, url: z.url() }),
  run: z.strictObject({
    cell,
    url: z.url(),
    outcome: z.string(),
    sentence: z.string(),
    pass: z.boolean().nullable(),
    exitCode: z.int(),
    timedOut: z.boolean(),
    interrupted: z.boolean(),
    toolCalls: z.int().min(0),
    modelCalls: z.int().min(0),
    scores,
    problems: z.array(z.string()),
    spoolFile: z.string().nullable(),
  }),
  sweep: z.strictObject({
    sweep: z.string(),
    url: z.url(),
    judged: z.int(),
    missing: z.int(),
    interrupted: z.boolean(),
    budget: z.strictObject({
      maxCostUsd: z.number().nullable(),
      maxCellCostUsd: z.number().nullable(),
      costUsd: z.number(),
      unknown: z.int(),
      spent: z.boolean(),
      overCell: z.array(cell),
    }),
    runs: z.array(
      z.strictObject({
        agent: z.string(),
        model: z.string(),
        task: z.string(),
        place: z.int(),
        cell: cell.nullable(),
        outcome: z.string().nullable(),
      }),
    ),
  }),
  import: z.strictObject({
    entries: z.array(
      z.strictObject({
        file: z.string(),
        format: z.string().nullable(),
        outcome: z.enum(['loaded', 'failed', 'passed', 'found']),
        cell: cell.nullable(),
        detail: z.string(),
      }),
    ),
    cells: z.array(cell),
    problems: z.array(z.string()),
  }),
  score: z.strictObject({ cell, axes: z.array(z.string()), notes: z.array(z.string()) }),
  check: z.strictObject({
    sweep: z.string(),
    baseline: z.string().nullable(),
    verdict: checkState,
    exitCode: z.int().min(0).max(2),
    sentence: z.string(),
    checks: z.array(z.strictObject({ name: z.string(), state: checkState, sentence: z.string() })),
    cost: z.strictObject({
      totalUsd: z.number().nullable(),
      dearestCellUsd: z.number().nullable(),
      unknown: z.int(),
      maxCostUsd: z.number().nullable(),
      maxCellCostUsd: z.number().nullable(),
    }),
    verdicts: z.strictObject({
      count: z.int(),
      digest: z.string(),
      newestAt: z.string().nullable(),
      verifiers: z.array(
        z.strictObject({ name: z.string().nullable(), count: z.int(), newestAt: z.string() }),
      ),
      correctedCount: z.int(),
    }),
    notes: z.array(z.string()),
  }),
  rejudge: z.strictObject({
    dryRun: z.boolean(),
    judged: z.int(),
    changed: z.int(),
    refused: z.int(),
    interrupted: z.boolean(),
    runs: z.array(
      z.strictObject({
        cell,
        before: z.number().nullable(),
        after: z.number().nullable(),
        refused: z.string().nullable(),
      }),
    ),
  }),
  doctor: z.strictObject({
    version: z.string(),
    node: z.string(),
    checks: z.array(
      z.strictObject({ name: z.string(), state: z.enum(['good', 'note', 'wrong']), text: z.string() }),
    ),
  }),
  verify: z.strictObject({
    db: z.string(),
    entries: z.int(),
    problems: z.array(z.strictObject({ code: z.string(), message: z.string() })),
    notes: z.array(z.string()),
  }),
  backup: z.strictObject({ file: z.string(), entries: z.int() }),
  prune: z.strictObject({
    dryRun: z.boolean(),
    cells: z.array(z.strictObject({ cellId: cell, bytes: z.int() })),
    entries: z.int(),
    bytesBefore: z.int(),
    bytesAfter: z.int(),
  }),
  rebuild: z.strictObject({
    db: z.string(),
    entries: z.int(),
    setAside: z.array(z.strictObject({ seq: z.int(), reason: z.string() })),
  }),
};
