// What becomes of a file that could not be imported: the error that is told of it, and its line of the report. Hides no bug:
// what was not to be expected is thrown on.
import { CollectorError } from '../sdk/collector-client.ts';
import type { ImportEntry } from './format.ts';
import { ImportError } from './import-error.ts';

/** An error that was to be expected as the file's. @throws what is a bug */
export function importErrorOf(file: string, error: unknown): ImportError {
  if (error instanceof ImportError) return error;
  if (error instanceof CollectorError) return new ImportError(error.code, file, error.message, error);
  throw error;
}

/** @throws what is no import error */
export function failedEntry(error: unknown): ImportEntry {
  if (!(error instanceof ImportError)) throw error;
  const { file, message } = error;
  return { file, format: null, outcome: 'failed', cellId: null, detail: message, lines: null, error };
}
