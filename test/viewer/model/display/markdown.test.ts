// Markdown as plain data: the few marks that agents write, and everything else as the text that it is.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseInline, parseMarkdown } from '../../../../viewer/model/display/markdown.ts';

const words = (line: string) => parseInline(line).map(({ kind, text }) => `${kind}:${text}`);

describe('within a line', () => {
  test.each([
    ['plain', ['text:plain']],
    ['run `npm test` now', ['text:run ', 'code:npm test', 'text: now']],
    ['``a `b` c``', ['code:a `b` c']],
    ['**bold** and *thin* and _thin_', ['strong:bold', 'text: and ', 'em:thin', 'text: and ', 'em:thin']],
    ['snake_case_name and 2 * 3 * 4', ['text:snake_case_name and 2 * 3 * 4']],
    ['<b onclick="x">hi</b>', ['text:<b onclick="x">hi</b>']],
    ['a ** b ** c', ['text:a ** b ** c']],
    ['`open', ['text:`open']],
  ])('%s', (line, expected) => expect(words(line)).toEqual(expected));

  test('a link is its words and its address, whatever the address is', () => {
    expect(parseInline('see [this](javascript:alert(1))')).toEqual([
      { kind: 'text', text: 'see [this](javascript:alert(1))' },
    ]);
    expect(parseInline('see [this](https://a.invalid/b)')).toEqual([
      { kind: 'text', text: 'see ' },
      { kind: 'link', text: 'this', address: 'https://a.invalid/b' },
    ]);
  });
});

test('blocks are paragraphs, headings, lists, quotes and fences', () => {
  const text = [
    '# Plan',
    'first line',
    'second line',
    '',
    '- one',
    '  - [x] two',
    '1. three',
    '> said',
    '```ts',
    'const a = `b`;',
    '',
    '# no heading',
    '```',
    'end',
  ].join('\n');
  const blocks = parseMarkdown(text);
  expect(blocks.map(({ kind }) => kind)).toEqual([
    'heading',
    'paragraph',
    'list',
    'quote',
    'code',
    'paragraph',
  ]);
  expect(blocks[2]).toMatchObject({
    items: [
      { depth: 0, mark: '•' },
      { depth: 1, mark: '☑' },
      { depth: 0, mark: '1.' },
    ],
  });
  expect(blocks[4]).toEqual({ kind: 'code', language: 'ts', text: 'const a = `b`;\n\n# no heading' });
});

test('a fence that is never closed ends with the text', () => {
  expect(parseMarkdown('```\na')).toEqual([{ kind: 'code', language: '', text: 'a' }]);
});

test('of any text every word stays', () => {
  const piece = fc.constantFrom(
    'a',
    'Z9',
    ' ',
    '\n',
    '`',
    '*',
    '_',
    '**',
    '#',
    '- ',
    '1. ',
    '> ',
    '[',
    '](',
    ')',
    '```',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
      const text = pieces.join('');
      const shown = JSON.stringify(parseMarkdown(text));
      const count = (where: string, word: string) => where.split(word).length - 1;
      // Words of a fence's first line name a language.
      if (!text.includes('```')) expect(count(shown, 'Z9')).toBe(count(text, 'Z9'));
    }),
  );
});
