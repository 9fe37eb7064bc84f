// Where two runs part, in the sentences that a reader gets: what differs, what each run did afterwards, and how much
// differs that does not matter. Says only what was recorded.
import { plural } from '../display/format.ts';
import type { HarmlessKind } from './harmless.ts';
import type { Difference, Parting } from './parting.ts';
import type { ComparedRun } from './run-steps.ts';

const KINDS: Readonly<Record<HarmlessKind, string>> = {
  order: 'the order of reads',
  looking: 'what only one of them read',
  retry: 'tries made again',
  edit: 'edits that no failed test uses',
  command: 'commands',
};

/** "38 harmless differences before, most of them the order of reads." */
export function harmlessWords({ harmless, differences }: Parting): string {
  const { total, before, mostly } = harmless;
  if (total === 0) return differences.length > 0 ? '' : 'No step differs either.';
  const counted = plural(total, 'harmless difference');
  const where =
    differences.length === 0
      ? ''
      : before === total
        ? ' before'
        : before === 0
          ? ' after'
          : `, ${before} of them before`;
  return `${counted}${where}${mostly === null || total === 1 ? '' : `, most of them ${KINDS[mostly]}`}.`;
}

/** What each run tested after an edit that differs; "" of other differences. */
export function afterWords(difference: Difference, runs: readonly ComparedRun[]): string {
  if (difference.why !== 'edit') return '';
  const tests = runs.map(({ steps }, index) => {
    const fromNs = index === 0 ? difference.aNs : difference.bNs;
    return steps.filter(
      ({ key, result, startNs }) => key !== 'verify' && startNs >= fromNs && failedOf(result) !== null,
    );
  });
  if (tests.every((list) => list.length === 0)) return 'Neither ran a test after it that could be read.';
  const told = tests.map((list, index) => {
    const name = runs[index]?.name ?? '';
    const last = failedOf(list.at(-1)?.result ?? '');
    if (last === null) return `${name} ran no test after it`;
    const times = list.length === 1 ? 'once' : list.length === 2 ? 'twice' : `${list.length} times`;
    return `${name} ran tests ${times} after it, ${list.length > 1 ? 'at last ' : ''}with ${last === 0 ? 'none' : last} failed`;
  });
  return `${told.join('; ')}.`;
}

/** How many tests failed, where a result counts them. */
function failedOf(result: string): number | null {
  const count = /^(\d+) failed/.exec(result)?.[1];
  return count === undefined ? null : Number(count);
}

/** Why no difference is named, or over which code it was looked for where that is not the failed test's. */
export function scopeWords({ looked, differences }: Parting): string {
  if (looked === 'edited')
    return 'Which code the failed tests use is not known: all edited code was compared.';
  if (differences.length > 0) return '';
  return looked === 'shared'
    ? 'No test failed, and the code that both edited came to the same lines.'
    : 'All edits of code that the failed tests use are the same, and so are the results of tests.';
}
