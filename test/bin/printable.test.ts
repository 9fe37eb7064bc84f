// What others wrote reaches a terminal as text: no colour, title, cursor move or erased line of theirs is obeyed.
import { expect, test, vi } from 'vitest';
import { printLine } from '../../bin/json.ts';
import { printable } from '../../bin/printable.ts';

test('control characters are shown, line breaks, tabs and all scripts stay', () => {
  expect(printable('a\u001b[2J\u001b]0;owned\u0007\rb\u009b1m\u0000')).toBe(
    'a\\x1b[2J\\x1b]0;owned\\x07\\x0db\\x9b1m\\x00',
  );
  expect(printable('zwei\tSpalten\nund 日本語 ✓')).toBe('zwei\tSpalten\nund 日本語 ✓');
});

test('a line that is printed is printable', () => {
  const written = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  printLine('evil\u001b[31m.jsonl: loaded');
  const [[line] = []] = written.mock.calls;
  written.mockRestore();
  expect(line).toBe('evil\\x1b[31m.jsonl: loaded\n');
});
