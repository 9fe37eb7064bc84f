// xterm as the film's emulator: what of its own would fail on an agent's bytes is mended, and what fails
// nonetheless ends the film at the moment before.
import { Terminal } from '@xterm/headless';
import { describe, expect, it } from 'vitest';
import { type Film, lineText, screenAt } from '../../../../viewer/model/terminal/film.ts';
import { buildFilm, FilmBuilder } from '../../../../viewer/model/terminal/film-builder.ts';
import { xtermEmulator, xtermOptions } from '../../../../viewer/model/terminal/xterm-emulator.ts';
import { aRecording } from '../../../support/cast-arbitraries.ts';

const SIZE = { cols: 6, rows: 3 };
const output = (us: number, data: string) => ({ us, code: 'o' as const, data });
const resize = (us: number, data: string) => ({ us, code: 'r' as const, data });
const newTerminal = (size = SIZE) => new Terminal({ ...xtermOptions, ...size });
const textAt = (film: Film, tNs: number) => screenAt(film, tNs).lines.map(lineText);

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
