// Hostile and invisible characters become visible, and nothing visible is lost.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shownLine, shownParts, shownText } from '../../../../viewer/model/display/display-text.ts';

describe('text made safe to look at', () => {
  it('is itself where nothing in it is hidden', () => {
    expect(shownParts('let x = "é漢🙂";\n\tend\r\n')).toEqual([
      { kind: 'text', text: 'let x = "é漢🙂";\n\tend\r\n' },
    ]);
    expect(shownParts('')).toEqual([]);
  });

  it('shows controls as their pictures', () => {
    expect(shownText('a\0b\x1b[31m\x7f\r')).toBe('a␀b␛[31m␡␍');
    expect(shownParts('\x85')).toEqual([{ kind: 'badge', text: 'U+0085', title: 'U+0085 C1 control' }]);
  });

  it('names what turns the reading direction or takes no room', () => {
    expect(shownText('access\u202elevel\u2066\u200b\ufeff')).toBe('access[RLO]level[LRI][ZWSP][BOM]');
    expect(shownParts('\u202e')).toEqual([
      { kind: 'badge', text: 'RLO', title: 'U+202E RIGHT-TO-LEFT OVERRIDE' },
    ]);
    expect(shownText('\u{e0041}')).toBe('[TAG]');
    expect(shownText('a\ud800b')).toBe('a[U+D800]b');
  });

  it('lets nothing invisible through, and loses no visible character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        for (const part of shownParts(text))
          if (part.kind === 'text')
            expect(part.text.replace(/\r\n/g, '')).not.toMatch(
              /[\0-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f\ufeff\p{Cs}]/u,
            );
        const texts = shownParts(text).filter((part) => part.kind === 'text');
        const kept = texts.map((part) => part.text).join('');
        const letters = (all: string) =>
          [...all].filter((char) => /[\p{L}\p{N}\p{P}\p{S}]/u.test(char)).join('');
        const fillers = /[\u115f\u1160\u3164\uffa0]/g;
        expect(letters(kept)).toBe(
          letters(text.toWellFormed())
            .replace(fillers, '')
            .replaceAll('\ufffd', text.includes('\ufffd') ? '\ufffd' : ''),
        );
      }),
    );
  });

  it('puts ten thousand NULs into one part, not into ten thousand nodes', () => {
    expect(shownParts('\0'.repeat(10_000))).toHaveLength(1);
  });

  it('cuts what is endless, says by how much, and never cuts a character in two', () => {
    expect(shownParts('x'.repeat(12_355), 10).at(-1)).toEqual({
      kind: 'more',
      text: '… 12,345 more characters',
    });
    expect(shownParts('a🙂b', 2)).toEqual([
      { kind: 'text', text: 'a' },
      { kind: 'more', text: '… 3 more characters' },
    ]);
  });

  it('makes one line of many', () => {
    expect(shownLine('  a\n\n b\tc ')).toBe('a b c');
    expect(shownLine('word '.repeat(1000), 9)).toBe('word word…');
    expect(shownLine(`${' '.repeat(1e6)}x`, 10)).toBe('…');
  });
});
