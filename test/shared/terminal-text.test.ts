// A program's output as the text that a terminal would have left of it.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { terminalText } from '../../shared/terminal-text.ts';

test('colours go, erased lines are erased, carriage returns overwrite', () => {
  const output =
    '\u001b[1;31mFAIL\u001b[0m b.test.ts\n\u001b[2K\u001b[1G\u001b[32mok\u001b[39m\nstep 1/3\rstep 10/3\n';
  expect(terminalText(output)).toBe('FAIL b.test.ts\nok\nstep 10/3\n');
});

test.each([
  ['a progress bar', '10%\r20%\r100%\n', '100%\n'],
  ['a shorter text over a longer one', 'downloading\rdone', 'doneloading'],
  ['a shorter text over a longer one, erased', 'downloading\r\u001b[Kdone', 'done'],
  ['an erased line whose cursor stays', 'abc\u001b[2Kd', '   d'],
  ['a line erased up to the cursor', 'abcdef\u001b[3D\u001b[1Kx', '   xef'],
  ['CR LF', 'a\r\nb\r\n', 'a\r\nb\r\n'],
  ['CR LF among sequences', '\u001b[1ma\u001b[m\r\nb\r\n', 'a\nb\n'],
  ['CR CR LF', 'a\r\r\nb', 'a\r\r\nb'],
  ['backspaces', 'ab\b\bcd', 'cd'],
  ['overstruck bold', 'N\bNA\bA', 'NA'],
  ['overstruck underline', '_\bx', 'x'],
  ['a spinner of two lines', 'a 1\nb 1\n\u001b[2A\u001b[2Ka 2\n\u001b[2Kb 2\n', 'a 2\nb 2\n'],
  ['cursor up and to the first column', 'one\ntwo\n\u001b[2Fsix', 'six\ntwo\n'],
  ['a link', '\u001b]8;;https://example.com\u0007here\u001b]8;;\u0007.', 'here.'],
  ['a link that ends with ST', '\u001b]8;id=1;file:///a\u001b\\here\u001b]8;;\u001b\\.', 'here.'],
  ['a title', '\u001b]0;my title\u0007text', 'text'],
  ['a title that is cut', 'a\u001b]0;my title\nnext', 'a\nnext'],
  ['a device control string', 'a\u001bP1$r0m\u001b\\b', 'ab'],
  ['an application command', 'a\u001b_Gi=1\u001b\\b', 'ab'],
  ['C1 codes', '\u009b31mred\u009b0m \u009d0;title\u009cx', 'red x'],
  ['a 256-colour and a true colour', '\u001b[38;5;196mred\u001b[38:2::1:2:3mx', 'redx'],
  ['a private mode', '\u001b[?25lhidden cursor\u001b[?25h', 'hidden cursor'],
  ['a character set', '\u001b(Btext', 'text'],
  ['a bell', 'ding\u0007', 'ding'],
  ['a cleared screen, which can be scrolled back', 'before\n\u001b[2J\u001b[Hafter', 'before\nafter'],
  ['a reset', 'before\u001bcafter', 'before\nafter'],
  ['what is below erased', 'a\nb\nc\u001b[2A\u001b[G\u001b[Jx', 'x'],
  ['characters deleted, inserted and erased', 'abcdef\r\u001b[2P\u001b[1@x\u001b[1X', 'x def'],
  ['a saved cursor', 'ab\u001b7cd\u001b8X', 'abXd'],
  ['a tab that moves over what is written', 'abcdefghij\r\tX', 'abcdefghXj'],
  ['a tab at the end', '\u001b[1ma\tb', 'a\tb'],
  ['a wide character overwritten', '\u6f22\u5b57\rx', 'x \u5b57'],
  ['an emoji, then a column', '\u2705 10%\u001b[4G20%', '\u2705 20%'],
  ['a combining mark', '\u001b[1me\u0301x\ry', 'yx'],
  ['a sequence that is cut', 'text\u001b[3', 'text'],
  ['an escape at the end', 'text\u001b', 'text'],
  ['an address of no place', '\u001b[999999999;999999999Hx', `${'\n'.repeat(499)}${' '.repeat(499)}x`],
])('%s', (_, output, shown) => {
  expect(terminalText(output)).toBe(shown);
});

test('what holds nothing for a terminal is the same string', () => {
  const lines = fc.string({ unit: fc.constantFrom('a', '\n', '\t', '\r\n', '\u6f22', '\0', ' ') });
  fc.assert(
    fc.property(lines, (text) => {
      expect(terminalText(text)).toBe(text);
    }),
  );
});

test('reading twice changes nothing', () => {
  const unit = fc.constantFrom(
    'a',
    'bc',
    '\u6f22',
    '\u0301',
    '\n',
    '\r',
    '\t',
    '\b',
    '\u001b[K',
    '\u001b[2K',
    '\u001b[1K',
    '\u001b[A',
    '\u001b[3C',
    '\u001b[2D',
    '\u001b[5G',
    '\u001b[2J',
    '\u001b[J',
    '\u001b[1J',
    '\u001b[2;2H',
    '\u001b]0;t',
    '\u0007',
    '\u001b\\',
    '\u009b',
    '1',
    'm',
    '\u001b',
    '\u001b[P',
    '\u001b[2@',
    '\u001b[X',
    '\u001bM',
  );
  fc.assert(
    fc.property(fc.string({ unit }), (text) => {
      const once = terminalText(text);
      expect(terminalText(once)).toBe(once);
    }),
    { numRuns: 2000 },
  );
});

test('400,000 characters of the costliest sequences take linear time and memory', () => {
  for (const piece of [
    '\u001b[9999G\u001b[2Kx',
    '\u001b[9999Cx',
    '\u001b[9999Bx',
    '\u001b[1K',
    '\u001b[@',
    '\u001b[P',
    '\u001b[1J',
    '\u001b[9999;9999Hx\u001b[2J',
    '\u001b]',
    '\u001b[',
    '\u001bP',
    'x\r',
    '\u001bc',
    '\u001b[9999X',
    '\u0301',
  ]) {
    const text = `${'y'.repeat(100_000)}${piece.repeat(Math.ceil(300_000 / piece.length))}`;
    const startedMs = performance.now();
    expect(terminalText(text).length).toBeLessThan(1_000_000);
    expect(performance.now() - startedMs).toBeLessThan(5000);
  }
});
