// The scores of an Inspect sample as score records: the first scorer that gives a verdict gives the run's, and every scorer
// keeps its value under its own name. What no verdict can be read from stays a value.

import type { ScoreRecord, ScoreValue } from '../../../shared/score.ts';
import { isoFromNs } from '../../../shared/time.ts';
import { field, isObject, type JsonObject, plainText, textAt } from '../../agents/reading/json-value.ts';
import type { Json } from '../../agents/step.ts';

/** Inspect's letters: correct, incorrect, partially correct, no answer. */
const letters: ReadonlyMap<string, number> = new Map([
  ['C', 1],
  ['I', 0],
  ['P', 0.5],
  ['N', 0],
]);
const MAX_WORDS = 16_384;

export function scoresOf(scores: JsonObject | null, atNs: bigint | null): ScoreRecord[] {
  const all = Object.entries(scores ?? {}).filter(([, score]) => isObject(score));
  const when = atNs === null ? {} : { scored_at: isoFromNs(atNs) };
  const judged = all.find(([, score]) => verdictOf(field(score, 'value')) !== null);
  const records: ScoreRecord[] = [];
  if (judged !== undefined) {
    const [name, score] = judged;
    const pass = verdictOf(field(score, 'value')) ?? 0;
    records.push({
      axis: 'pass_rate',
      scorer: name,
      values: { pass, verifier: name, ...wordsOf(score) },
      ...when,
    });
  }
  for (const [name, score] of all) {
    if (name === judged?.[0] && all.length === 1) continue;
    records.push({
      axis: name,
      scorer: name,
      values: { ...namedValues(field(score, 'value')), ...wordsOf(score) },
      ...when,
    });
  }
  return records;
}

/** 0 to 1; null where the value is no verdict. */
function verdictOf(value: Json | undefined): number | null {
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'number') return value >= 0 && value <= 1 ? value : null;
  return typeof value === 'string' ? (letters.get(value) ?? null) : null;
}

function namedValues(value: Json | undefined): Record<string, ScoreValue> {
  if (isObject(value)) return Object.fromEntries(Object.entries(value)) as Record<string, ScoreValue>;
  return { value: (value ?? null) as ScoreValue };
}

/** What the scorer says of it. */
function wordsOf(score: Json): Record<string, ScoreValue> {
  const answer = textAt(score, 'answer');
  const explanation = plainText(field(score, 'explanation'));
  return {
    ...(answer === null ? {} : { answer: answer.slice(0, MAX_WORDS) }),
    ...(explanation === null ? {} : { explanation: explanation.slice(0, MAX_WORDS) }),
  };
}
