// Which recordings are a stream of JSON, that nobody reads as it is.
import { Terminal } from '@xterm/headless';
import { expect, test } from 'vitest';
import { buildFilm } from '../../../../viewer/model/terminal/film-builder.ts';
import { isJsonStream } from '../../../../viewer/model/terminal/json-stream.ts';
import { xtermEmulator, xtermOptions } from '../../../../viewer/model/terminal/xterm-emulator.ts';
import { prepareTerminal } from '../../../../viewer/model/terminal/xterm-mends.ts';
import { aRecording } from '../../../support/terminal/cast-arbitraries.ts';

function filmOf(text: string) {
  const recording = aRecording({ events: [{ us: 0, code: 'o', data: text }] });
  const terminal = new Terminal({ ...xtermOptions, cols: recording.cols, rows: recording.rows });
  prepareTerminal(terminal);
  return buildFilm(recording, xtermEmulator(terminal), { offsetNs: 0 });
}

test.each([
  ['{"type":"step_start","timestamp":1}\r\n{"type":"text","part":{"text":"hello"}}\r\n', true],
  ['\r\n  { "type": "session" }\r\n', true],
  ['$ cat package.json\r\n{"name":"x"}\r\n', false],
  ['{ not json }\r\n', false],
  ['', false],
])('%j: %s', (text, is) => {
  expect(isJsonStream(filmOf(text))).toBe(is);
});
