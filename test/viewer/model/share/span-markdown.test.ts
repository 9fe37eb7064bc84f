// A span as Markdown says what it is, and nothing of it becomes more than text.
import { type Node, Parser } from 'commonmark';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { spanMarkdown } from '../../../../viewer/model/share/span-markdown.ts';

test('it names the span and its times, links to the moment and quotes what was said', () => {
  const text = spanMarkdown({
    title: 'Bash',
    times: '3.310 s, 31 ms',
    text: 'one\ntwo\n',
    url: 'http://127.0.0.1/cell/a?t=1',
  });
  expect(text).toBe(
    '**Bash** at 3\\.310 s\\, 31 ms ([replay](http://127.0.0.1/cell/a?t=1))\n\n```\none\ntwo\n```',
  );
});

test('whatever the run said, there is one link, one block of code and no markup', () => {
  const hostile = fc.oneof(
    fc.string(),
    fc.string({ unit: fc.constantFrom('`', '\n', '[', ']', '(', '<', '*') }),
  );
  fc.assert(
    fc.property(hostile, hostile, (title, said) => {
      const markdown = spanMarkdown({ title: `a${title}`, times: '1 s', text: `b${said}`, url: 'http://x/' });
      const kinds = nodesOf(markdown);
      expect(kinds.filter((kind) => kind === 'link')).toHaveLength(1);
      expect(kinds.filter((kind) => kind === 'code_block')).toHaveLength(1);
      expect(kinds.filter((kind) => /html|image|emph/.test(kind))).toEqual([]);
    }),
  );
});

function nodesOf(markdown: string): string[] {
  const kinds: string[] = [];
  const walker = new Parser().parse(markdown).walker();
  for (let step = walker.next(); step; step = walker.next())
    if (step.entering) kinds.push((step.node as Node).type);
  return kinds;
}
