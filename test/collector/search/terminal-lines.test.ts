// Terminal output as the text that a reader sees in it.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TerminalLines } from '../../../collector/search/terminal-lines.ts';

const read = (output: string) => new TerminalLines().read(output);

describe('what is no text', () => {
  test('colours are nothing', () => {
    expect(read('\u001b[1;31mthread \u001b[0m\u001b[38;2;1;2;3mpanicked\u001b[m')).toBe('thread panicked');
  });

  test('titles, links and device strings are nothing, whichever way they end', () => {
    expect(read('a\u001b]0;title\u0007b\u001b]8;;http://x\u001b\\c\u001bPq#0\u001b\\d\u009dx\u009ce')).toBe(
      'abcde',
    );
  });

  test('bells, backspaces and character sets are nothing', () => {
    expect(read('a\u0007b\bc\u001b(Bd\u001b=e')).toBe('abcde');
  });

  test('a string that another sequence cuts off ends there', () => {
    expect(read('a\u001b]0;title\u001b[1mb')).toBe('ab');
  });
});

describe('where lines break', () => {
  test('at line ends, once', () => {
    expect(read('one\r\ntwo\n\n\rthree')).toBe('one\ntwo\nthree');
  });

  test('where the cursor moves to another line', () => {
    expect(read('one\u001b[5;1Htwo\u001b[Athree\u001bEfour')).toBe('one\ntwo\nthree\nfour');
  });

  test('a move to the right is a blank, a tab too', () => {
    expect(read('a\u001b[1Cb\u001b[9Gc\td')).toBe('a b c d');
  });
});

test('however output is cut, it reads the same', () => {
  const unit = fc.constantFrom(
    'a',
    'b',
    ' ',
    '\u001b',
    '[',
    ']',
    '3',
    ';',
    'm',
    'H',
    'C',
    '\\',
    '\u0007',
    '\n',
    '\r',
    '\t',
    '(',
    'é',
    '\u009b',
  );
  fc.assert(
    fc.property(fc.array(fc.string({ unit, maxLength: 8 }), { maxLength: 12 }), (pieces) => {
      let lines = new TerminalLines();
      let text = '';
      for (const piece of pieces) {
        // As if the collector had been started anew between two.
        lines = new TerminalLines(lines.state, text.at(-1));
        text += lines.read(piece);
      }
      expect(text).toBe(read(pieces.join('')));
    }),
  );
});
