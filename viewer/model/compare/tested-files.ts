// Which edited code the failed tests of a comparison use: what the why sheet reads of one run, over the edits of all of
// them. Does not know where the runs part.
import type { FileChangeJson } from '../../../shared/wire.ts';
import { testedPaths } from '../why/suspect.ts';
import { failureTexts, type WhySources } from '../why/why.ts';

type TestedRun = Omit<WhySources, 'transcript'>;

/** Empty where no text says which; null where no test failed. */
export function testedFiles(runs: readonly TestedRun[]): string[] | null {
  const failed = runs.filter(({ detail }) => ['failed', 'no_op', 'refused'].includes(detail.outcome));
  if (failed.length === 0) return null;
  const paths = [...new Set(runs.flatMap(({ changes }) => changes.map(pathOf)))];
  return [...new Set(failed.flatMap((run) => testedPaths(failureTexts(run), paths)))];
}

function pathOf({ path }: FileChangeJson): string {
  return path;
}
