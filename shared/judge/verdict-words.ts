// Which verdicts a judgement rests on, in words: who gave them, and whether they took the place of others. Judges nothing.
import type { JudgementJson } from './judgement-json.ts';

type Verdicts = JudgementJson['verdicts'];

const MAX_NAMED = 5;
const MAX_NAME_CHARS = 60;

/** "100 by cargo test, 12 by npm test, the newest of 2026-11-30T03:12:00.000Z"; null where there is none. */
export function verdictWords({ count, verifiers, newestAt }: Verdicts): string | null {
  if (count === 0 || newestAt === null) return null;
  const named = verifiers.slice(0, MAX_NAMED).map(({ name, count: of }) => `${of} by ${nameOf(name)}`);
  const rest = count - verifiers.slice(0, MAX_NAMED).reduce((sum, { count: of }) => sum + of, 0);
  return [...named, ...(rest > 0 ? [`${rest} by others`] : []), `the newest of ${newestAt}`].join(', ');
}

/** What a reader must know of them, a sentence each. */
export function verdictNotes({ correctedCount, corrected }: Verdicts): string[] {
  if (correctedCount === 0) return [];
  const [newest] = corrected;
  const when = newest === undefined ? '' : `, the newest of ${newest.at}`;
  return [
    correctedCount === 1
      ? `1 verdict took the place of another${when}.`
      : `${correctedCount} verdicts took the place of others${when}.`,
  ];
}

function nameOf(name: string | null): string {
  if (name === null) return 'nobody who is named';
  return name.length > MAX_NAME_CHARS ? `${name.slice(0, MAX_NAME_CHARS)}…` : name;
}
