// The classes of a line of code, and that none of its text is lost or changed.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { codeTokens } from '../../../../viewer/model/changes/code-tokens.ts';

function classes(line: string, path: string): string[] {
  return codeTokens(line, path)
    .filter(({ kind }) => kind !== 'plain')
    .map(({ kind, text }) => `${kind} ${text}`);
}

test('tells keywords, strings, numbers and comments apart', () => {
  expect(classes('let x = v.parse::<i64>().unwrap_or(0); // "quick" fix', 'src/lib.rs')).toEqual([
    'keyword let',
    'number 0',
    'comment // "quick" fix',
  ]);
  expect(classes('def f(a): return "x\\"y" + \'#\'  # why', 'a.py')).toEqual([
    'keyword def',
    'keyword return',
    'string "x\\"y"',
    "string '#'",
    'comment # why',
  ]);
});

test('a quote that the line does not close is no string', () => {
  expect(classes("fn f<'a>(s: &'a str) {", 'a.rs')).toEqual(['keyword fn']);
});

test('a word within another is no keyword, and no digit of a name a number', () => {
  expect(classes('format iffy x2 a_for', 'a.rs')).toEqual([]);
});

test('a file of no known language, and an endless line, stay plain', () => {
  expect(codeTokens('if true', 'notes.md')).toEqual([{ kind: 'plain', text: 'if true' }]);
  expect(codeTokens('if '.repeat(500), 'a.rs')).toHaveLength(1);
});

test('joined together the tokens are the line', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('a.rs', 'b.py', 'c.sql', 'd'),
      (line, path) => {
        expect(
          codeTokens(line, path)
            .map(({ text }) => text)
            .join(''),
        ).toBe(line);
      },
    ),
  );
});
