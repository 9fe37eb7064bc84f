// What `playhead serve --demo` shows: the recorded examples, the score sheet of published cells around one of them,
// and a long run that was made. In this order: a sheet leaves a cell alone that was recorded before.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { importFiles } from '../adapter/import/import.ts';
import { cellUrl } from '../adapter/sdk/cell-url.ts';

const ROOT = join(import.meta.dirname, '..');

/** The example to begin with: a run that failed, with a terminal, steps, changes and a verdict. */
export const FIRST_CELL = 'demo-20261122/pi/local/scripted-model/polyglot/rust-error-handling';

/** The files for `importFiles`, in order. */
export function demoFiles(): string[] {
  const examples = join(ROOT, 'examples');
  const manifests = readdirSync(examples, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(examples, entry.name, 'cell.json'))
    .sort();
  return [...manifests, join(ROOT, 'examples-sheet/codingagentbench.jsonl')];
}

/** A long run that failed and one that passed, made by `test/support/long-run/` and named so. */
export function madeFiles(): string[] {
  return ['failed', 'passed'].map((how) => join(ROOT, `examples-made/long-run-${how}.jsonl.gz`));
}

/** Loads every example through the collector's own HTTP routes, as a stranger's adapter would. */
export async function loadDemo(
  endpoint: string,
  token: string | undefined,
): Promise<{ readonly problems: readonly string[]; readonly firstUrl: string }> {
  const { problems } = await importFiles([...demoFiles(), ...madeFiles()], { endpoint, token });
  return { problems, firstUrl: cellUrl(endpoint, FIRST_CELL) };
}
