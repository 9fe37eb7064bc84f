// The part of the import page that says what becomes of each line, made from the readers' own tables.
// `npx node test/support/import-lines.ts` writes it into docs/import.md. Does not read recordings.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type LineKinds, leftOutReasons } from '../../adapter/agents/reading/line-account.ts';
import { agents } from '../../adapter/agents/registry.ts';
import { formats } from '../../adapter/import/formats.ts';

const PAGE = join(import.meta.dirname, '../../docs/import.md');
const START = '<!-- written by test/support/import-lines.ts: begin -->';
const END = '<!-- end -->';

/** The page around the part, and the part itself. */
export function readImportPage(): { before: string; part: string; after: string } {
  const page = readFileSync(PAGE, 'utf8');
  const from = page.indexOf(START) + START.length;
  const to = page.indexOf(END);
  return { before: page.slice(0, from), part: page.slice(from, to), after: page.slice(to) };
}

export function importLines(): string {
  const own = formats.flatMap(({ words, kinds }) => (kinds === null ? [] : [section(words, kinds)]));
  const ofAgents = agents.flatMap(({ name, printed, kept = {} }) => [
    ...(printed === undefined ? [] : [section(`\`${name}\` prints`, printed)]),
    ...Object.entries(kept).map(([what, kinds]) => section(`\`${name}\` keeps, ${what}`, kinds)),
  ]);
  const reasons = Object.values(leftOutReasons).map((reason) => `- ${reason}`);
  return `\n\nLines of any file may be left out as:\n\n${reasons.join('\n')}\n\n${[...own, ...ofAgents].join('\n')}\n`;
}

function section(what: string, { unit, read, repeated = {}, leftOut = {} }: LineKinds): string {
  const unitWords = unit === 'line' ? 'a line each' : 'an entry each';
  return [
    `- **${what}** (${unitWords})`,
    `  - read: ${read.map(name).join(', ')}`,
    ...byWords('repeated', repeated),
    ...byWords('left out', leftOut),
  ].join('\n');
}

/** Kinds of one reason in one line. */
function byWords(verb: string, kinds: Readonly<Record<string, string>>): string[] {
  const groups = Map.groupBy(Object.entries(kinds), ([, words]) => words);
  return [...groups].map(
    ([words, entries]) => `  - ${verb}: ${entries.map(([kind]) => name(kind)).join(', ')} (${words})`,
  );
}

function name(kind: string): string {
  return /\s(?:a|an|that|of|without)\s|`/.test(kind) || /^(?:a|an)\s/.test(kind) ? kind : `\`${kind}\``;
}

if (process.argv[1] === import.meta.filename) {
  const { before, after } = readImportPage();
  writeFileSync(PAGE, `${before}${importLines()}${after}`);
}
