// Imports a file of score records, `{scores: [{axis, values, scorer?, scored_at?}]}`. Checks the shape
// so that a mistake is named by file and place; the values themselves are the scorer's business.
import type { ScoreRecord } from '../../shared/score.ts';
import { putScores } from '../sdk/collector-client.ts';
import type { TrackFormat } from './format.ts';
import { ImportError } from './import-error.ts';

export const scores: TrackFormat = {
  name: 'scores',
  words: 'score records',
  phase: 'scores',
  kinds: { unit: 'entry', read: ['score record'] },
  recognises: ({ whole }) => Array.isArray(whole?.scores),
  async import(cell, source) {
    const cellId = cell.needCell(source);
    const records = readScoreFile(source.text, source.file);
    const notes = await putScores(cell.client, cellId, records);
    const total = records.length;
    return {
      detail: [`${total} score records`, ...notes].join('; '),
      lines: { unit: 'entry', total, read: total, repeated: 0, leftOut: new Map() },
    };
  },
};

/** @throws ImportError that names the record. */
export function readScoreFile(text: string, file: string): ScoreRecord[] {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (error) {
    throw new ImportError('bad_content', file, 'is not JSON', error);
  }
  const scores = (body as { scores?: unknown } | null)?.scores;
  if (!Array.isArray(scores))
    throw new ImportError('bad_content', file === '-' ? 'standard input' : file, 'holds no list "scores"');
  for (const [index, score] of scores.entries()) {
    const { axis, values } = (score ?? {}) as { axis?: unknown; values?: unknown };
    if (typeof axis !== 'string' || axis === '')
      throw new ImportError('bad_content', file, `scores[${index}] names no axis`);
    if (typeof values !== 'object' || values === null || Array.isArray(values))
      throw new ImportError('bad_content', file, `scores[${index}] (${axis}) has no object "values"`);
  }
  return scores as ScoreRecord[];
}
