// What a sweep file says: agents, models, tasks and how often each is tried. Reads YAML, and so JSON. Runs nothing.
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { readTimeout } from '../quantities.ts';
import { UsageError } from '../usage-error.ts';
import type { Limits } from './budget.ts';

const words = z.array(z.string().min(1)).min(1);
/** Milliseconds. @param flag of `playhead run` that takes the same */
const timeout = (flag: string) =>
  z.union([z.string(), z.number()]).transform((given, context): number => {
    try {
      return readTimeout(flag, String(given));
    } catch (error) {
      context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) });
      return z.NEVER;
    }
  });
const judged = {
  /** A shell command that judges the work. */
  verify: z.string().min(1).optional(),
  verify_timeout: timeout('verify-timeout').optional(),
  timeout: timeout('timeout').optional(),
  report: z.array(z.string()).optional(),
  expect: z.array(z.string()).optional(),
};

const sweepFile = z.strictObject({
  sweep: z.string().min(1),
  agents: z
    .array(
      z.strictObject({
        name: z.string().min(1),
        /** Words, with {model}, {prompt}, {task} and {attempt} in them. */
        command: words,
        /** Of the models those that it runs with; all where absent. */
        models: words.optional(),
        env: z.record(z.string(), z.string()).optional(),
        /** What it runs with: a part of its configuration. */
        settings: z.record(z.string(), z.unknown()).optional(),
      }),
    )
    .min(1),
  models: words,
  tasks: z
    .array(
      z.strictObject({
        name: z.string().regex(/^[^/]+\/[^/]+$/, 'is <family>/<name>'),
        prompt: z.string().optional(),
        /** A folder that is copied into the working directory of each run. */
        files: z.string().optional(),
        ...judged,
      }),
    )
    .min(1),
  attempts: z.int().min(1).max(1000).default(1),
  at_once: z.int().min(1).max(256).optional(),
  retry: z.int().min(0).max(100).optional(),
  /** US dollars, of the whole sweep and of each run. */
  max_cost: z.number().positive().optional(),
  max_cell_cost: z.number().positive().optional(),
  ...judged,
});

type SweepFile = z.infer<typeof sweepFile>;
type Judged = Pick<SweepFile, 'verify' | 'verify_timeout' | 'timeout' | 'report' | 'expect'>;

/** Agent, model and task that are tried `attempts` times. */
export interface Combination extends Judged {
  readonly agent: string;
  readonly model: string;
  readonly task: string;
  /** {attempt} is still in it. */
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly settings: Readonly<Record<string, unknown>> | undefined;
  /** Absolute; null for an empty working directory. */
  readonly files: string | null;
}

export interface Plan {
  readonly sweep: string;
  readonly attempts: number;
  readonly atOnce: number | null;
  readonly retry: number | null;
  readonly limits: Limits;
  readonly combinations: readonly Combination[];
}

/** @throws UsageError where it cannot be read, or says something that a sweep file does not */
export function readPlan(file: string): Plan {
  let value: unknown;
  try {
    value = parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const [reason] = (error instanceof Error ? error.message : String(error)).split('\n');
    throw new UsageError(`${file}: ${isMissing ? 'does not exist' : reason}`);
  }
  const read = sweepFile.safeParse(value);
  if (!read.success) {
    const [issue] = read.error.issues;
    const place = issue?.path.join('.') || 'the file';
    throw new UsageError(`${file}: ${place}: ${issue?.message}; docs/sweep.md shows one`);
  }
  const { sweep, attempts, at_once, retry, max_cost, max_cell_cost } = read.data;
  const limits = { maxCostUsd: max_cost ?? null, maxCellCostUsd: max_cell_cost ?? null };
  const combinations = combinationsOf(read.data, dirname(resolve(file)));
  return { sweep, attempts, atOnce: at_once ?? null, retry: retry ?? null, limits, combinations };
}

function combinationsOf(file: SweepFile, folder: string): Combination[] {
  const { verify, verify_timeout, timeout, report, expect } = file;
  const usual: Judged = { verify, verify_timeout, timeout, report, expect };
  return file.agents.flatMap(({ name: agent, command, models = file.models, env = {}, settings }) =>
    models.flatMap((model) =>
      file.tasks.map(({ name: task, prompt = '', files, ...own }) => {
        const fill = { model, prompt, task };
        return {
          ...usual,
          ...Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined)),
          agent,
          model,
          task,
          command: command.map((word) => filled(word, fill)),
          env,
          settings,
          files: files === undefined ? null : resolve(folder, files),
        };
      }),
    ),
  );
}

/** A prompt is put in once, as it is: what it holds in braces stays. */
export function filled(word: string, values: Readonly<Record<string, string>>): string {
  return word.replace(/\{(\w+)\}/g, (all, name: string) =>
    Object.hasOwn(values, name) ? (values[name] ?? '') : all,
  );
}
