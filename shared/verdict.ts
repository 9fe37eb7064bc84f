// What people post as a verdict: true, "1", "yes", "passed", "resolved" beside the numbers 0 to 1. Reads them into the
// one number that is counted, and names what cannot be read. Does not judge an outcome.
import { axisOrder, rejudgeScorer, type ScoreRecord, type ScoreValue } from './score.ts';

const yes: ReadonlySet<string> = new Set(
  'true yes y 1 pass passed ok success successful succeeded resolved solved correct'.split(' '),
);
const no: ReadonlySet<string> = new Set(
  'false no n 0 fail failed failure unsuccessful unresolved unsolved incorrect wrong not_passed not_resolved'.split(
    ' ',
  ),
);
/** Where a pass axis may hold its verdict, best first. */
const verdictKeys = [
  'pass',
  'passed',
  'resolved',
  'solved',
  'success',
  'pass_rate',
  'value',
  'score',
  'label',
];

/** A verdict as 0 to 1; null where it says that there is none; undefined where it cannot be read. */
export function readVerdict(value: ScoreValue | undefined): number | null | undefined {
  if (value === null) return null;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'number') return value >= 0 && value <= 1 ? value : undefined;
  if (typeof value !== 'string' || value.length > 32) return undefined;
  const word = value
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, '_');
  if (yes.has(word)) return 1;
  if (no.has(word)) return 0;
  const number = /^[01]?\.\d{1,15}$|^[01](?:\.0*)?$/.test(word) ? Number(word) : Number.NaN;
  return number <= 1 ? number : undefined;
}

/** The record with its verdict as the number that is counted; any other record as it is. */
export function withVerdict(record: ScoreRecord): ScoreRecord {
  if (record.axis !== 'pass_rate') return record;
  const key = verdictKeyOf(record.values);
  const pass = key === null ? undefined : readVerdict(record.values[key]);
  return pass === undefined || (key === 'pass' && record.values.pass === pass)
    ? record
    : { ...record, values: { ...record.values, pass } };
}

const MAX_VERIFIER_CHARS = 200;

/** Who gave the verdict: the verifier's name, else who scored; null where neither is told. */
export function verifierOf(scores: readonly ScoreRecord[]): string | null {
  const record = scores.find(({ axis }) => axis === 'pass_rate');
  const named =
    record !== undefined && Object.hasOwn(record.values, 'verifier') ? record.values.verifier : '';
  const name = typeof named === 'string' && named !== '' ? named : (record?.scorer ?? '');
  return name === '' ? null : name.slice(0, MAX_VERIFIER_CHARS).toWellFormed();
}

/** Whether the verdict that stands is of another verifier's run than the one that the cell recorded. */
export function isRejudged(scores: readonly ScoreRecord[]): boolean {
  return scores.some(({ axis, scorer }) => axis === 'pass_rate' && scorer === rejudgeScorer);
}

/** Why a record's verdict is refused, with the field's path inside the record; null where it is none. */
export function verdictProblem({ axis, values }: ScoreRecord): { path: string; message: string } | null {
  if (axis !== 'pass_rate') return null;
  const key = verdictKeyOf(values);
  if (key === null || readVerdict(values[key]) !== undefined) return null;
  return {
    path: `values/${key}`,
    message: `${key} takes 0 to 1, true, false, or a word such as "passed", "failed", "resolved", "unresolved"; it holds ${JSON.stringify(values[key])?.slice(0, 60)}`,
  };
}

/** What whoever posted a record ought to know though it was taken; null where nothing. */
export function scoreNote({ axis, values }: ScoreRecord): string | null {
  if (axis === 'pass_rate')
    return verdictKeyOf(values) === null ? 'pass_rate: holds no pass, so there is no verdict' : null;
  if (axisOrder.includes(axis)) return null;
  const near = nearAxis(axis);
  return near === null ? null : `${axis.slice(0, 60)}: unknown axis: ${near}?`;
}

function verdictKeyOf(values: ScoreRecord['values']): string | null {
  return verdictKeys.find((key) => Object.hasOwn(values, key)) ?? null;
}

const otherNames: Readonly<Record<string, string>> = {
  pass: 'pass_rate',
  passed: 'pass_rate',
  resolved: 'pass_rate',
  success: 'pass_rate',
  verdict: 'pass_rate',
  wall: 'latency',
  duration: 'latency',
};

function nearAxis(axis: string): string | null {
  const name = axis.toLowerCase().replace(/[\s.-]+/g, '_');
  if (Object.hasOwn(otherNames, name)) return otherNames[name] ?? null;
  if (name.length > 20) return null;
  return axisOrder.find((known) => distance(name, known) <= 2) ?? null;
}

/** Levenshtein's. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(
        Math.min(
          (row[j] ?? 0) + 1,
          (next[j - 1] ?? 0) + 1,
          (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1),
        ),
      );
    row = next;
  }
  return row[b.length] ?? 0;
}
