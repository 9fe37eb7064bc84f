// The project that the made long run works on: 25 files of a small library for tables and migrations, and edits of
// them as unified diffs that follow from one another. The same each time. Does not know when anything happens.

/** Numbers that look random and are the same every time (mulberry32). @returns a number in [0, 1) */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export const SUSPECT = 'harbor/schema/sqlite.py';
export const TEST_FILE = 'tests/test_schema.py';

const nouns: Readonly<Record<string, readonly string[]>> = {
  'harbor/migrations/autodetector.py': ['renames', 'alters', 'pending'],
  'harbor/migrations/fields.py': ['field', 'through', 'column'],
  'harbor/migrations/graph.py': ['node', 'edge', 'leaf'],
  'harbor/migrations/operations.py': ['operation', 'rename', 'state'],
  'harbor/migrations/optimizer.py': ['pair', 'plan', 'operations'],
  'harbor/migrations/state.py': ['model', 'relation', 'project'],
  'harbor/schema/base.py': ['column', 'constraint', 'statement'],
  'harbor/schema/mysql.py': ['column', 'type', 'change'],
  'harbor/schema/postgres.py': ['column', 'sequence', 'cast'],
  [SUSPECT]: ['table', 'rows', 'index'],
  'harbor/fields/base.py': ['value', 'default', 'kind'],
  'harbor/fields/related.py': ['through', 'target', 'link'],
  'harbor/models/manager.py': ['query', 'rows', 'chunk'],
  'harbor/models/options.py': ['fields', 'label', 'parents'],
  'harbor/db/constraints.py': ['check', 'unique', 'name'],
  'harbor/db/indexes.py': ['index', 'suffix', 'columns'],
  'harbor/db/introspection.py': ['table', 'column', 'key'],
  'harbor/db/quoting.py': ['name', 'literal', 'path'],
  'tests/test_autodetector.py': ['rename', 'alter', 'order'],
  'tests/test_operations.py': ['rename', 'state', 'through'],
  'tests/test_optimizer.py': ['pair', 'reduce', 'barrier'],
  [TEST_FILE]: ['rename', 'unique', 'db_index'],
  'docs/fields.md': [],
  'docs/migrations.md': [],
  'docs/release-notes.md': [],
};

export const paths: readonly string[] = Object.keys(nouns);
/** What the task asked to change; the rest is not asked for. */
export const expectedPaths = paths.filter((path) => !/models\/manager|quoting/.test(path));

export interface MadeEdit {
  readonly path: string;
  readonly diff: string;
  readonly added: number;
  readonly removed: number;
  /** The first line that it wrote, as the terminal shows it. */
  readonly line: string;
}

/** The files as they are now. */
export class MadeFiles {
  readonly #files = new Map(paths.map((path, index) => [path, firstLines(path, index)]));
  readonly #random = seeded(7);

  lines(path: string): readonly string[] {
    return this.#files.get(path) ?? [];
  }

  /** One more edit of a file: a line is replaced, or a few are written. */
  edit(path: string): MadeEdit {
    const lines = this.lines(path);
    const at = 6 + Math.floor(this.#random() * (lines.length - 12));
    const old = lines[at] ?? '';
    const indent = /^ */.exec(old)?.[0] ?? '';
    const few = Math.floor(this.#random() * 4);
    const written = path.endsWith('.md')
      ? ['A rename and an alter of one column are one step on every backend.', '']
      : pythonLines(indent, few, this.#random);
    const removed = few < 3 && old.trim() !== '' && !/^\s*(?:def|class|"""|return)/.test(old) ? 1 : 0;
    return this.replace(path, at, removed, written);
  }

  /** The edit after which three tests fail: the mapping of the copy is keyed by the old column. */
  breakMapping(): MadeEdit {
    const at = this.lines(SUSPECT).findIndex((line) => line.includes('mapping[new_field.column] ='));
    const wrong = '            mapping[old_field.column] = self.quote_name(old_field.column)';
    return this.replace(SUSPECT, at, 1, [wrong]);
  }

  replace(path: string, at: number, removed: number, written: readonly string[]): MadeEdit {
    const lines = [...this.lines(path)];
    const from = Math.max(0, at - 3);
    const before = lines.slice(from, at);
    const old = lines.slice(at, at + removed);
    const after = lines.slice(at + removed, at + removed + 3);
    lines.splice(at, removed, ...written);
    this.#files.set(path, lines);
    const counts = (changed: number) => before.length + changed + after.length;
    const diff = [
      `--- a/${path}`,
      `+++ b/${path}`,
      `@@ -${from + 1},${counts(old.length)} +${from + 1},${counts(written.length)} @@`,
      ...before.map((line) => ` ${line}`),
      ...old.map((line) => `-${line}`),
      ...written.map((line) => `+${line}`),
      ...after.map((line) => ` ${line}`),
      '',
    ].join('\n');
    return { path, diff, added: written.length, removed: old.length, line: (written[0] ?? '').trim() };
  }
}

function pythonLines(indent: string, few: number, random: () => number): string[] {
  const pick = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)] as T;
  const name = pick(['old_field', 'new_field', 'through', 'column', 'operation']);
  const lines = [
    `${indent}${name} = self.resolve(${name}, keep=True)`,
    `${indent}# A rename comes before the alter of the same column.`,
    `${indent}if ${name}.column in self.renamed:`,
    `${indent}    ${name} = self.renamed[${name}.column]`,
  ];
  return few === 0 ? lines.slice(0, 1) : few === 1 ? lines.slice(1, 4) : lines;
}

function firstLines(path: string, index: number): string[] {
  if (path === SUSPECT) return [...python(path, index), ...remakeTable];
  if (path === TEST_FILE) return [...testHead, ...python(path, index)];
  return path.endsWith('.md') ? prose(path) : python(path, index);
}

function prose(path: string): string[] {
  const title = path.slice(path.lastIndexOf('/') + 1, -3).replace('-', ' ');
  return Array.from({ length: 24 }, (_, row) =>
    row === 0 ? `# ${title}` : row % 3 === 1 ? '' : `A migration says what changes, never how (${row}).`,
  );
}

function python(path: string, index: number): string[] {
  const random = seeded(index + 11);
  const verbs = ['resolve', 'collect', 'apply', 'check', 'describe', 'merge', 'order', 'split'];
  const lines = ['from harbor.db.quoting import quote_name', ''];
  for (const verb of verbs)
    for (const noun of nouns[path] ?? []) {
      const from = Math.floor(random() * 3);
      lines.push(`    def ${verb}_${noun}(self, ${noun}, state=None):`);
      lines.push(`        """Helps to ${verb} ${noun}."""`);
      lines.push(`        known = self.state_of(${noun}) if state is None else state`);
      lines.push(`        for part in known.parts[${from}:]:`);
      lines.push(`            if part.column != ${noun}.column:`);
      lines.push(`                known = known.with_part(part, quote_name(part.column))`);
      lines.push(`        return known`, '');
    }
  return lines;
}

const remakeTable = [
  '    def remake_table(self, model, alter_fields=()):',
  '        """Builds the table under another name and copies its rows."""',
  '        body = {field.name: field for field in model.options.fields}',
  '        mapping = {',
  '            field.column: self.quote_name(field.column)',
  '            for field in model.options.fields',
  '        }',
  '        rename_mapping = {}',
  '        for old_field, new_field in alter_fields:',
  '            body.pop(old_field.name, None)',
  '            body[new_field.name] = new_field',
  '            mapping.pop(old_field.column, None)',
  '            mapping[new_field.column] = self.quote_name(old_field.column)',
  '            rename_mapping[old_field.name] = new_field.name',
  '        return self.copy_rows(model, body, mapping, rename_mapping)',
  '',
];

const testHead = [
  'import unittest',
  '',
  'from harbor.fields.related import ThroughField',
  'from harbor.schema.sqlite import SchemaEditor',
  '',
  'class SchemaTests(unittest.TestCase):',
];
