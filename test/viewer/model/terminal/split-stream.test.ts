// Wherever the bytes of a terminal's output are cut into records, inside a character, a sequence or a cluster: the
// screen at the end is that of the whole. The way of the bytes is the product's own: kept as records, joined, played.
import { Terminal } from '@xterm/headless';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { joinCharacters, textOfBytes } from '../../../../collector/cell/split-characters.ts';
import { screenAt } from '../../../../viewer/model/terminal/film.ts';
import { buildFilm } from '../../../../viewer/model/terminal/film-builder.ts';
import { xtermEmulator, xtermOptions } from '../../../../viewer/model/terminal/xterm-emulator.ts';
import { prepareTerminal } from '../../../../viewer/model/terminal/xterm-mends.ts';
import { aRecording, terminalOutput } from '../../../support/terminal/cast-arbitraries.ts';

const SIZE = { cols: 40, rows: 8 };

/** The last screen of output that came in these pieces. */
async function screenOf(pieces: readonly Uint8Array[]) {
  const records = pieces.map((piece, at) => ({
    timeNs: BigInt(at),
    code: 'o' as const,
    data: textOfBytes(piece),
    stream: 'pty',
  }));
  const events = joinCharacters(records).map(({ data }, at) => ({ us: at * 1000, code: 'o' as const, data }));
  const terminal = new Terminal({ ...xtermOptions, ...SIZE });
  prepareTerminal(terminal);
  const film = await buildFilm(aRecording({ ...SIZE, events }), xtermEmulator(terminal));
  // How many frames it took differs with the pieces.
  const { frame: _, ...screen } = screenAt(film, 1e15);
  return screen;
}

/** Emoji of several parts, marks, wide characters, sequences with parameters, a title, a mode, a cut character. */
const stream = Buffer.from(
  '\x1b[1;31mrot\x1b[0m 👩‍💻👨‍👩‍👧‍👦🏳️‍🌈🇩🇪👍🏽 e\u0301漢字❤️\r\n\x1b]0;title ü\x07\x1b[38;2;1;2;3m2️⃣\x1b[2;5Hन\u093fक\x1b[?1049hALT\x1b[?1049l\x1b[3;1H│─┐\t☕\b!',
);

test('at every byte of a stream', async () => {
  const whole = await screenOf([stream]);
  for (let at = 1; at < stream.length; at++)
    expect([at, await screenOf([stream.subarray(0, at), stream.subarray(at)])]).toEqual([at, whole]);
  const single = Array.from(stream, (byte) => Uint8Array.of(byte));
  expect(await screenOf(single)).toEqual(whole);
});

test('at any bytes of any stream', async () => {
  const bytes = fc
    .array(terminalOutput, { minLength: 1, maxLength: 12 })
    .map((parts) => Buffer.from(parts.join('')));
  await fc.assert(
    fc.asyncProperty(bytes, fc.array(fc.nat(), { maxLength: 6 }), async (whole, cuts) => {
      const places = [0, ...cuts.map((cut) => cut % (whole.length + 1)).sort((a, b) => a - b), whole.length];
      const pieces = places.slice(1).map((to, index) => whole.subarray(places[index], to));
      expect(await screenOf(pieces)).toEqual(await screenOf([whole]));
    }),
    { numRuns: 120 },
  );
});
