// xterm as the film's emulator: what of its own would fail on an agent's bytes is mended, and what fails
// nonetheless ends the film at the moment before.
import { Terminal } from '@xterm/headless';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Film, lineText, screenAt } from '../../../../viewer/model/terminal/film.ts';
import { buildFilm, FilmBuilder } from '../../../../viewer/model/terminal/film-builder.ts';
import { xtermEmulator, xtermOptions } from '../../../../viewer/model/terminal/xterm-emulator.ts';
import { aRecording, hostileRecordings } from '../../../support/terminal/cast-arbitraries.ts';

const SIZE = { cols: 6, rows: 3 };
const output = (us: number, data: string) => ({ us, code: 'o' as const, data });
const resize = (us: number, data: string) => ({ us, code: 'r' as const, data });
const newTerminal = (size = SIZE) => new Terminal({ ...xtermOptions, ...size });
const textAt = (film: Film, tNs: number) => screenAt(film, tNs).lines.map(lineText);

/** The screen after some pieces of output. */
function shown(...pieces: string[]): string[] {
  const events = pieces.map((data, index) => output(index, data));
  return textAt(buildFilm(aRecording({ ...SIZE, events }), xtermEmulator(newTerminal())), 1e9);
}

const FULL = 'aaaaaabbbbbbcccccc';
const LAST = '\x1b[999;999H';

describe('erasing from the start of the screen to the cursor', () => {
  it('clears all of it from the last cell, whether or not anything has scrolled away', () => {
    expect(shown(FULL, `${LAST}\x1b[1J`)).toEqual(['', '', '']);
    expect(shown(FULL, '\x1b[1J')).toEqual(['', '', '']);
    expect(shown('1\r\n2\r\n3\r\n4\r\n', `${LAST}\x1b[1J`)).toEqual(['', '', '']);
    expect(shown('1\r\n2\r\n3\r\n4\r\n', '\x1b[3J', `${FULL}\x1b[1J`)).toEqual(['', '', '']);
    expect(shown('\x1b[?1049h', `${FULL}${LAST}\x1b[1J`)).toEqual(['', '', '']);
  });

  it('leaves what follows the cursor', () => {
    expect(shown(FULL, '\x1b[2;6H\x1b[1J')).toEqual(['', '', 'cccccc']);
    expect(shown(FULL, '\x1b[1;6H\x1b[1J')).toEqual(['', 'bbbbbb', 'cccccc']);
    expect(shown(FULL, '\x1b[3;5H\x1b[1J')).toEqual(['', '', '     c']);
  });

  it('erases both halves of a wide character at the edge', () => {
    expect(shown('aaaa漢', `${LAST}\x1b[1;6H\x1b[1J`)).toEqual(['', '', '']);
  });

  it('spares what is protected where it is to', () => {
    expect(shown('aa\x1b[1"qPP\x1b[0"qbb', `${LAST}\x1b[?1J`)).toEqual(['  PP', '', '']);
    expect(shown('aa\x1b[1"qPP\x1b[0"qbb', `${LAST}\x1b[1J`)).toEqual(['', '', '']);
  });

  it('leaves the cursor where it was', () => {
    expect(shown(FULL, `${LAST}\x1b[1Jx`)).toEqual(['', '', '     x']);
  });

  it('parts the next row from the one that was erased, so that a wider screen does not join them', () => {
    const events = [
      output(0, '1\r\n2\r\n3\r\n4\r\n'),
      output(1, `\x1b[1;1H${FULL.slice(0, 12)}\x1b[1;6H\x1b[1J\x1b[3;1H`),
      resize(2, '12x3'),
    ];
    const film = buildFilm(aRecording({ ...SIZE, events }), xtermEmulator(newTerminal()));
    expect(textAt(film, 1e9)).toEqual(textAt(film, 1000));
  });
});

describe('an emulator that fails', () => {
  const failing = () => {
    const terminal = newTerminal();
    terminal.parser.registerCsiHandler({ final: 'X' }, () => {
      throw new TypeError('no such row');
    });
    return xtermEmulator(terminal);
  };
  const events = [output(1, 'one'), output(2, '\x1b[5X'), output(3, '\rtwo'), resize(4, '9x9')];

  it('ends the film at the moment before, says so, and keeps counting what came', () => {
    const film = buildFilm(aRecording({ ...SIZE, events }), failing(), { offsetNs: 500 });
    expect(film.failure).toEqual({ tNs: 2500, message: 'no such row' });
    expect(textAt(film, 1e9)).toEqual(['one', '', '']);
    expect(film.frameNs.at(-1)).toBe(1500);
    expect([...film.eventNs]).toEqual([1500, 2500, 3500]);
    expect(film.truncated).toBe(false);
  });

  it('does so for a run that goes on', () => {
    const builder = new FilmBuilder(SIZE, failing());
    for (const event of events) builder.add([event]);
    expect(builder.film()).toEqual(buildFilm(aRecording({ ...SIZE, events }), failing()));
  });

  it('does so when it fails while the screen is read or its size changes', () => {
    for (const broken of ['readRow', 'resize'] as const) {
      const emulator = xtermEmulator(newTerminal());
      const builder = new FilmBuilder(SIZE, emulator);
      builder.add([output(1, 'one\r\ntwo')]);
      const rowOf = emulator[broken].bind(emulator) as (...args: unknown[]) => void;
      let calls = 0;
      emulator[broken] = (...args: unknown[]) => {
        if (++calls === (broken === 'resize' ? 1 : 2)) throw new RangeError('gone');
        rowOf(...args);
      };
      builder.add([output(2, '\x1b[2J\x1b[Hthree\r\nfour'), resize(3, '9x9')]);
      const film = builder.film();
      expect(film.failure?.message).toBe('gone');
      expect(textAt(film, 1000)).toEqual(['one', 'two', '']);
      if (broken === 'readRow') expect(textAt(film, 1e9)).toEqual(['one', 'two', '']);
    }
  });
});

it('plays whatever bytes and sizes come, to the end', () => {
  fc.assert(
    fc.property(hostileRecordings, (recording) => {
      const film = buildFilm(recording, xtermEmulator(newTerminal(recording)));
      expect(film.failure).toBeNull();
    }),
    { numRuns: 60 },
  );
});
