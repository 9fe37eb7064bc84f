// The line of a report for a file that could not be imported. Hides no bug: what is no import error is thrown on.
import type { ImportEntry } from './format.ts';
import { ImportError } from './import-error.ts';

/** @throws what is no import error */
export function failedEntry(error: unknown): ImportEntry {
  if (!(error instanceof ImportError)) throw error;
  const { file, message } = error;
  return { file, format: null, outcome: 'failed', cellId: null, detail: message, lines: null, error };
}
