// The film's law: whatever moment is asked for, the screen is the one that a fresh replay up to that
// moment shows, cell by cell, colours included. The replay below shares no code with the film.
import { Terminal } from '@xterm/headless';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAsciicast, parseSize, type TerminalRecording } from '../../../../shared/terminal.ts';
import {
  type Film,
  filmTransfers,
  frameAt,
  lineText,
  type Screen,
  screenAt,
  stepFrame,
} from '../../../../viewer/model/terminal/film.ts';
import { buildFilm, FilmBuilder } from '../../../../viewer/model/terminal/film-builder.ts';
import { xtermEmulator, xtermOptions } from '../../../../viewer/model/terminal/xterm-emulator.ts';
import { prepareTerminal } from '../../../../viewer/model/terminal/xterm-mends.ts';
import { readExample } from '../../../support/recordings.ts';
import { aRecording, recordings } from '../../../support/terminal/cast-arbitraries.ts';

function newTerminal(recording: TerminalRecording): Terminal {
  const terminal = new Terminal({ ...xtermOptions, cols: recording.cols, rows: recording.rows });
  prepareTerminal(terminal);
  return terminal;
}

function filmOf(recording: TerminalRecording, offsetNs = 0): Film {
  return buildFilm(recording, xtermEmulator(newTerminal(recording)), { offsetNs });
}

/** What a fresh terminal shows after the first `events` events, as one text a cell. */
async function replayed(recording: TerminalRecording, events: number): Promise<string[][]> {
  const terminal = newTerminal(recording);
  for (const { code, data } of recording.events.slice(0, events)) {
    if (code === 'o') await new Promise<void>((resolve) => terminal.write(data, resolve));
    const size = code === 'r' ? parseSize(data) : null;
    if (size) terminal.resize(size.cols, size.rows);
  }
  const buffer = terminal.buffer.active;
  const { cols, rows } = terminal;
  const cursor = `${Math.min(buffer.cursorX, cols - 1)},${buffer.cursorY}`;
  const head = [`${cols}x${rows}`, buffer.type, cursor];
  const lines = Array.from({ length: rows }, (_, y) => {
    const line = buffer.getLine(buffer.baseY + y)!;
    const widths = Array.from({ length: cols }, (_, x) => line.getCell(x)!.getWidth());
    return Array.from({ length: cols }, (_, x) => {
      const cell = line.getCell(x)!;
      if (widths[x] === 0 && widths[x - 1] === 2) return 'second half';
      // A wide character cut in two is a blank, and so is a joiner that joins nothing.
      const isHalf = widths[x] === 0 || (widths[x] === 2 && widths[x + 1] !== 0);
      const colours = [
        colour(cell.isFgRGB(), cell.isFgPalette(), cell.getFgColor()),
        colour(cell.isBgRGB(), cell.isBgPalette(), cell.getBgColor()),
      ];
      const looks = [
        cell.isBold() ? 'bold' : '',
        cell.isDim() ? 'dim' : '',
        cell.isItalic() ? 'italic' : '',
        cell.isUnderline() ? 'underline' : '',
        cell.isInverse() ? 'inverse' : '',
        cell.isStrikethrough() ? 'strikethrough' : '',
      ];
      const text = cell.isInvisible() || isHalf ? ' ' : cell.getChars().toWellFormed() || ' ';
      return cellText(text, isHalf ? 1 : cell.getWidth(), colours, looks);
    });
  });
  terminal.dispose();
  return [head, ...lines];
}

function colour(isRgb: boolean, isPalette: boolean, value: number): string {
  return isRgb ? `rgb ${value}` : isPalette ? `palette ${value}` : 'default';
}

/** A blank is as good as another whatever its ink would be, so long as nothing of it shows. */
function cellText(text: string, width: number, colours: string[], looks: string[]): string {
  const ink = looks.filter((look) => look !== '');
  const shows = colours[1] !== 'default' || ink.some((look) => /underline|inverse|strikethrough/.test(look));
  if (text === ' ' && !shows) return 'blank';
  return [text, width, ...colours, ...ink].join('|');
}

/** The film's screen in the same words. */
function shown(screen: Screen): string[][] {
  const { cols, rows, cursor, alternate } = screen;
  const head = [`${cols}x${rows}`, alternate ? 'alternate' : 'normal', `${cursor.x},${cursor.y}`];
  const lines = screen.lines.map((line) => {
    const cells: string[] = [];
    for (const run of line) {
      const colours = [run.fg, run.bg].map((c) => (c.kind === 'default' ? c.kind : `${c.kind} ${c.value}`));
      const looks = (['bold', 'dim', 'italic', 'underline', 'inverse', 'strikethrough'] as const).filter(
        (key) => run[key],
      );
      if (run.cells === 2 && isOneCell(run.text))
        cells.push(cellText(run.text, 2, colours, looks), 'second half');
      else for (const char of cellsOf(run.text)) cells.push(cellText(char, 1, colours, looks));
    }
    while (cells.length < cols) cells.push('blank');
    return cells;
  });
  return [head, ...lines];
}

// Generated text has combining marks, joiners and lone surrogates; a run must be cut back into cells.
const MARK = /\p{Mn}|\u200b|\u200d/u;
function cellsOf(text: string): string[] {
  const cells: string[] = [];
  for (const char of text) {
    if (cells.length > 0 && MARK.test(char)) cells[cells.length - 1] += char;
    else cells.push(char);
  }
  return cells;
}
/** Letters that stand on their own: vowels and ends of Hangul's syllables join the letter before. */
const LETTER = /(?![\u1160-\u11ff])\p{L}/gu;
/** Whether two columns hold one wide cell. A conjunct of two letters is one grapheme, and a cell for each letter. */
function isOneCell(text: string): boolean {
  if (cellsOf(text).length === 1) return true;
  const segments = [...new Intl.Segmenter().segment(text.replaceAll('\u200b', ''))];
  return (text.match(LETTER) ?? []).length < 2 && segments.length === 1;
}

/** Index after the last event at or before a time. */
function eventsUntil(recording: TerminalRecording, us: number): number {
  return recording.events.filter((event) => event.us <= us).length;
}

const output = (us: number, data: string) => ({ us, code: 'o' as const, data });
const textAt = (film: Film, tNs: number) => screenAt(film, tNs).lines.map(lineText);

describe('the film of a recording', () => {
  it('is the same at any moment whether its events came at once or in parts', () => {
    fc.assert(
      fc.property(recordings, fc.array(fc.nat(60), { maxLength: 5 }), (recording, cuts) => {
        const whole = filmOf(recording);
        const builder = new FilmBuilder(recording, xtermEmulator(newTerminal(recording)));
        const ends = [...new Set(cuts), Number.POSITIVE_INFINITY].sort((a, b) => a - b);
        let from = 0;
        for (const to of ends) {
          builder.add(recording.events.slice(from, to));
          from = to;
        }
        const parts = builder.film();
        expect(builder.events).toBe(recording.events.length);
        expect([...parts.eventNs]).toEqual([...whole.eventNs]);
        for (const { us } of recording.events)
          expect(shown(screenAt(parts, us * 1000))).toEqual(shown(screenAt(whole, us * 1000)));
      }),
      { numRuns: 60 },
    );
  });

  it('shows at any moment what a fresh replay up to that moment shows', async () => {
    await fc.assert(
      fc.asyncProperty(
        recordings,
        fc.array(fc.nat(60_000), { minLength: 1, maxLength: 4 }),
        async (recording, times) => {
          const film = filmOf(recording);
          const ends = recording.events.map((event) => event.us);
          for (const us of [...times, ends.at(-1) ?? 0, ends[Math.floor(ends.length / 2)] ?? 0]) {
            const expected = await replayed(recording, eventsUntil(recording, us));
            expect(shown(screenAt(film, us * 1000))).toEqual(expected);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('shows the same without the hint which rows changed', () => {
    fc.assert(
      fc.property(recordings, (recording) => {
        const terminal = newTerminal(recording);
        const hintless = {
          get cols() {
            return terminal.cols;
          },
          get rows() {
            return terminal.rows;
          },
          buffer: terminal.buffer,
          parser: terminal.parser,
          unicode: terminal.unicode,
          input: (text: string) => terminal.input(text),
          write: (text: string, applied: () => void) => terminal.write(text, applied),
          resize: (cols: number, rows: number) => terminal.resize(cols, rows),
        };
        expect(buildFilm(recording, xtermEmulator(hintless))).toEqual(filmOf(recording));
      }),
      { numRuns: 40 },
    );
  });

  it('has the empty screen before the first event, and at every time before the recording', () => {
    const film = filmOf(aRecording({ cols: 4, rows: 2, events: [output(1000, 'hi')] }), 5e9);
    expect(textAt(film, -1)).toEqual(['', '']);
    expect(textAt(film, 5e9 + 999_999)).toEqual(['', '']);
    expect(textAt(film, 5e9 + 1_000_000)).toEqual(['hi', '']);
  });

  it('puts events of one microsecond into one frame, and makes none where nothing changed', () => {
    const film = filmOf(
      aRecording({
        events: [output(7, 'a'), output(7, 'b'), output(9, '\x1b]0;title\x07'), output(12, 'c')],
      }),
    );
    expect([...film.frameNs]).toEqual([0, 7000, 12_000]);
    expect([...film.frameEvent]).toEqual([-1, 1, 3]);
    expect(textAt(film, 8000)[0]).toBe('ab');
  });

  it('counts every output event for the activity histogram, those without a frame too', () => {
    const film = filmOf(aRecording({ events: [output(7, 'a'), output(9, '\x07'), output(9, '')] }), 100);
    expect([...film.eventNs]).toEqual([7100, 9100]);
  });

  it('gives a wide character a run of its own, two columns wide', () => {
    const film = filmOf(aRecording({ events: [output(0, 'a漢b')] }));
    const line = screenAt(film, 0).lines[0]!;
    expect(line.map((run) => [run.text, run.cells])).toEqual([
      ['a', 1],
      ['漢', 2],
      ['b', 1],
    ]);
  });

  it('keeps true colour, palette and looks apart', () => {
    const film = filmOf(
      aRecording({ events: [output(0, '\x1b[1;38;2;242;69;28mred\x1b[0;48;5;200;9m!\x1b[0;7m?')] }),
    );
    const runs = screenAt(film, 0).lines[0]!;
    expect(runs[0]).toMatchObject({
      text: 'red',
      fg: { kind: 'rgb', value: 0xf2451c },
      bold: true,
      inverse: false,
    });
    expect(runs[1]).toMatchObject({ text: '!', bg: { kind: 'palette', value: 200 }, strikethrough: true });
    expect(runs[2]).toMatchObject({ text: '?', fg: { kind: 'default' }, inverse: true });
  });

  it('hides what the program concealed', () => {
    const film = filmOf(aRecording({ events: [output(0, 'key \x1b[8msecret\x1b[0m.')] }));
    expect(textAt(film, 0)[0]).toBe('key       .');
  });

  it('follows the cursor: shown, hidden, and shown again by a reset', () => {
    const events = ['\x1b[?25l', '\x1b[?1;25h', '\x1b[?25l', '\x1b[!p', '\x1b[?25l', '\x1bc'];
    const film = filmOf(aRecording({ events: events.map((data, index) => output(index + 1, data)) }));
    const visible = [0, 1, 2, 3, 4, 5, 6].map((us) => screenAt(film, us * 1000).cursor.visible);
    expect(visible).toEqual([true, false, true, false, true, false, true]);
  });

  it('knows the alternate screen and what it covered', () => {
    const film = filmOf(
      aRecording({
        events: [output(1, 'shell'), output(2, '\x1b[?1049h\x1b[Hvim'), output(3, '\x1b[?1049l')],
      }),
    );
    expect([1000, 2000, 3000].map((t) => screenAt(film, t).alternate)).toEqual([false, true, false]);
    expect([1000, 2000, 3000].map((t) => textAt(film, t)[0])).toEqual(['shell', 'vim', 'shell']);
  });

  it('follows resizes, and passes by those that are none', () => {
    const resize = (us: number, data: string) => ({ us, code: 'r' as const, data });
    const film = filmOf(
      aRecording({
        events: [output(1, 'x'), resize(2, '40x10'), resize(3, 'huge'), resize(4, '99999x99999')],
      }),
    );
    const sizes = [1000, 2000, 3000, 4000].map((t) => [screenAt(film, t).cols, screenAt(film, t).rows]);
    expect(sizes).toEqual([
      [20, 5],
      [40, 10],
      [40, 10],
      [1000, 500],
    ]);
    expect(screenAt(film, 4000).lines).toHaveLength(500);
  });

  it('gives equal rows as the same object, so that a view can leave them alone', () => {
    const film = filmOf(
      aRecording({ events: [output(1, 'one\r\n'), output(2, 'two\r\n'), output(3, 'one')] }),
    );
    expect(screenAt(film, 3000).lines[0]).toBe(screenAt(film, 1000).lines[0]);
    expect(screenAt(film, 3000).lines[2]).toBe(screenAt(film, 3000).lines[0]);
  });

  it('reads nine screens of changes at most for any seek', () => {
    const events = Array.from({ length: 3000 }, (_, index) => output(index, `line ${index}\r\n`));
    const film = filmOf(aRecording({ rows: 10, events }));
    const distances = Array.from({ length: film.frameCount }, (_, frame) => {
      const keyframe = film.keyframes.findLast((start) => start <= frame)!;
      return film.changesFrom[frame + 1]! - film.changesFrom[keyframe]!;
    });
    expect(Math.max(...distances)).toBeLessThanOrEqual(10 * 10);
    expect(film.keyframes.length).toBeLessThan(film.frameCount / 6);
  });

  it('steps from frame to frame in both directions', () => {
    const film = filmOf(aRecording({ events: [output(1, 'a'), output(5, 'b'), output(9, 'c')] }));
    expect(stepFrame(film, 0, 1)).toBe(1000);
    expect(stepFrame(film, 1000, 1)).toBe(5000);
    expect(stepFrame(film, 9000, 1)).toBeNull();
    expect(stepFrame(film, 7000, -1)).toBe(5000);
    expect(stepFrame(film, 5000, -1)).toBe(1000);
    expect(stepFrame(film, 0, -1)).toBeNull();
    expect(frameAt(film, 8999)).toBe(2);
  });

  it('crosses to another thread by moving its buffers', () => {
    const film = filmOf(aRecording({ events: [output(1, 'moved')] }));
    const there = structuredClone(film, { transfer: filmTransfers(film) });
    expect(film.text.length).toBe(0);
    expect(textAt(there, 1000)[0]).toBe('moved');
  });

  it('hands out the part that is done, and ends early when told to', () => {
    const events = Array.from({ length: 2000 }, (_, index) => output(index, `${index}\r\n`));
    const recording = aRecording({ events });
    const seen: { done: number; frames: number }[] = [];
    const film = buildFilm(recording, xtermEmulator(newTerminal(recording)), {
      onProgress(done, total, snapshot) {
        expect(total).toBe(2000);
        seen.push({ done, frames: snapshot().frameCount });
        return seen.length === 2 ? 'stop' : undefined;
      },
    });
    expect(film.truncated).toBe(true);
    expect(seen).toEqual([
      { done: 64, frames: 65 },
      { done: 128, frames: 129 },
    ]);
    expect(film.frameCount).toBe(129);
    expect(filmOf(recording).truncated).toBe(false);
  });

  it('may be ended within one long event, which is then not shown', () => {
    const recording = aRecording({ events: [output(0, 'before'), output(1, '\rafter'.repeat(100_000))] });
    let asked = 0;
    const film = buildFilm(recording, xtermEmulator(newTerminal(recording)), {
      onProgress(done) {
        expect(done).toBe(1);
        return ++asked === 3 ? 'stop' : undefined;
      },
    });
    expect(film.truncated).toBe(true);
    expect(textAt(film, 1e9)[0]).toBe('before');
  });

  it('scrolls no further than the screen is high, and takes no time over it', () => {
    const lines = Array.from({ length: 5 }, (_, row) => `row ${row}`).join('\r\n');
    const screenAfter = (sequence: string) =>
      textAt(
        filmOf(aRecording({ events: [output(0, `${lines}\x1b[2;4H`), output(1, `${sequence}x`)] })),
        1e9,
      );
    for (const final of ['S', 'T', 'L', 'M']) {
      expect(screenAfter(`\x1b[9999${final}`)).toEqual(screenAfter(`\x1b[5${final}`));
      expect(screenAfter(`\x1b[2;3r\x1b[2;4H\x1b[9999${final}`)).toEqual(
        screenAfter(`\x1b[2;3r\x1b[2;4H\x1b[5${final}`),
      );
      const startedMs = performance.now();
      screenAfter(`\x1b[9999${final}`.repeat(1000));
      // Unlimited it is a minute and more.
      expect(performance.now() - startedMs).toBeLessThan(10_000);
    }
  });

  it('finishes at once on numbers meant to hang the emulator, however they are split', () => {
    const huge = ['S', 'T', 'L', 'M', 'I', 'Z', 'b', '@', 'P', 'X', "'}", ' @'];
    const events = huge.flatMap((final, index) => [
      output(index * 2, `x\x1b[2147`),
      output(index * 2 + 1, `483647${final}`),
    ]);
    const film = filmOf(aRecording({ events: [...events, output(99, '\x1b[2J\x1b[Hdone')] }));
    expect(textAt(film, 99_000)[0]).toBe('done');
  });

  it('answers no question of the program: no reply, title, bell or clipboard leaves it', () => {
    const questions =
      '\x1b[6n\x1b[c\x1b[>c\x1bP$qm\x1b\\\x1b]4;1;?\x07\x1b]52;c;?\x07\x1b]0;owned\x07\x07\x1b[?6n';
    const film = filmOf(aRecording({ events: [output(0, questions)] }));
    expect(textAt(film, 0).join('')).toBe('');
    expect(film.text.length).toBe(0);
  });

  it('cuts a character with a thousand accents', () => {
    const film = filmOf(aRecording({ events: [output(0, `a${'\u0301'.repeat(1000)}b`)] }));
    expect(textAt(film, 0)[0]).toHaveLength(33);
  });
});

describe("the film of a real agent's terminal", () => {
  for (const path of [
    'opencode-rust-error-handling-solved/terminal.cast',
    'pi-rust-error-handling-failed/terminal.cast',
  ]) {
    it(`equals a fresh replay at every twelfth event of ${path}`, async () => {
      const recording = parseAsciicast(readExample(path));
      const film = filmOf(recording);
      for (let index = 0; index < recording.events.length; index += 12) {
        const { us } = recording.events[index]!;
        const expected = await replayed(recording, eventsUntil(recording, us));
        expect(shown(screenAt(film, us * 1000))).toEqual(expected);
      }
      const end = recording.events.at(-1)!.us;
      expect(shown(screenAt(film, end * 1000))).toEqual(await replayed(recording, recording.events.length));
    });
  }
});
