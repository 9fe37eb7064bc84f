// Recordings of real agents that tests read in place. They lie beside the repository and are not part of
// it, so a stranger's clone has none: tests that need them say so in their names.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const folder = join(root, '../shared/recordings');

export const hasRecordings = existsSync(folder);

/** Ends the name of a test group that reads recordings; says why it is skipped where it is. */
export const needsRecordings = hasRecordings
  ? '(recordings)'
  : '(skipped: ../shared/recordings is not on this machine)';

export function recordingPath(path: string): string {
  return join(folder, path);
}

export function readRecording(path: string): string {
  return readFileSync(recordingPath(path), 'utf8');
}

const sampleFolder = join(root, '../shared/reference/samples');

/** Session files and streams that other projects published; read in place, like the recordings. */
export const hasSamples = existsSync(sampleFolder);

export const needsSamples = hasSamples
  ? '(samples)'
  : '(skipped: ../shared/reference/samples is not on this machine)';

export function samplePath(path: string): string {
  return join(sampleFolder, path);
}

export function readSample(path: string): string {
  return readFileSync(samplePath(path), 'utf8');
}

/** A file of the example cells, which every clone has. */
export function readExample(path: string): string {
  return readFileSync(examplePath(path), 'utf8');
}

export function examplePath(path: string): string {
  return join(root, 'examples', path);
}
