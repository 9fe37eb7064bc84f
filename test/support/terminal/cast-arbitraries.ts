// Recordings as a hostile and inventive program would make them: what moves the cursor, scrolls, erases,
// colours, switches screens, wraps, and splits its sequences between events. For the laws of the film.
import fc from 'fast-check';
import type { TerminalCode, TerminalRecording } from '../../../shared/terminal.ts';

const ESC = '\x1b';
const small = fc.integer({ min: 0, max: 12 });
const csi = (final: string) => small.map((n) => `${ESC}[${n}${final}`);

const sgr = fc
  .array(
    fc.oneof(
      fc.integer({ min: 0, max: 9 }).map(String),
      fc.integer({ min: 21, max: 29 }).map(String),
      fc.integer({ min: 30, max: 47 }).map(String),
      fc.integer({ min: 90, max: 107 }).map(String),
      fc.integer({ min: 0, max: 255 }).map((n) => `38;5;${n}`),
      fc.integer({ min: 0, max: 255 }).map((n) => `48;5;${n}`),
      fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255)).map(([r, g, b]) => `38;2;${r};${g};${b}`),
      fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255)).map(([r, g, b]) => `48:2::${r}:${g}:${b}`),
      fc.constant('4:3'),
    ),
    { minLength: 1, maxLength: 3 },
  )
  .map((codes) => `${ESC}[${codes.join(';')}m`);

const printed = fc.oneof(
  fc.string({ maxLength: 30 }),
  fc.constantFrom(
    '漢字',
    'ｗide',
    '🙂',
    '👩‍💻',
    'e\u0301',
    'नमस्ते',
    '\u200b',
    '│─┐',
    '\ud83d',
    'a\u0300\u0301\u0302',
  ),
  fc.constantFrom('x'.repeat(45), '文'.repeat(23)),
);

const moves = fc.oneof(
  fc.constantFrom('\r', '\n', '\r\n', '\b', '\t', '\x0b', '\x0c', `${ESC}D`, `${ESC}E`, `${ESC}M`),
  fc.tuple(small, small).map(([y, x]) => `${ESC}[${y};${x}H`),
  ...['A', 'B', 'C', 'D', 'E', 'F', 'G', 'd', 'e', 'a', '`', 'I', 'Z'].map(csi),
);

const edits = fc.oneof(
  ...['J', 'K', 'L', 'M', 'P', 'X', '@', 'S', 'T', 'b', ' @', ' A', "'}", "'~"].map(csi),
  fc.constantFrom(`${ESC}[3J`, `${ESC}#8`, `${ESC}H`, `${ESC}[3g`),
);

const modes = fc.oneof(
  fc.tuple(small, small).map(([top, bottom]) => `${ESC}[${top};${bottom}r`),
  fc.constantFrom(
    ...['7', '8', 'c', '[s', '[u', '[!p', '(0', '(B', '[4h', '[4l', '[20h', '[20l'].map((tail) => ESC + tail),
    ...[6, 7, 25, 45, 47, 1047, 1048, 1049, 2004, 2026, 3].flatMap((n) => [`${ESC}[?${n}h`, `${ESC}[?${n}l`]),
    `${ESC}[?25;7l`,
    '\x0e',
    '\x0f',
  ),
);

const talk = fc.constantFrom(
  `${ESC}]0;title\x07`,
  `${ESC}]8;;https://example.test\x07link${ESC}]8;;\x07`,
  `${ESC}]52;c;aGVsbG8=\x07`,
  `${ESC}[6n`,
  `${ESC}[c`,
  `${ESC}P$q"p${ESC}\\`,
  '\x07',
  `${ESC}]4;1;?\x07`,
);

/** A piece of output. */
export const terminalOutput = fc.oneof(
  { weight: 6, arbitrary: printed },
  { weight: 4, arbitrary: moves },
  { weight: 3, arbitrary: sgr },
  { weight: 3, arbitrary: edits },
  { weight: 2, arbitrary: modes },
  { weight: 1, arbitrary: talk },
);

const step = fc.record({
  /** Microseconds since the event before; 0 makes events share a frame. */
  us: fc.constantFrom(0, 0, 1, 10, 5000),
  event: fc.oneof(
    { weight: 12, arbitrary: terminalOutput.map((data) => ({ code: 'o' as TerminalCode, data })) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.integer({ min: 2, max: 40 }), fc.integer({ min: 1, max: 14 }))
        .map(([cols, rows]) => ({ code: 'r' as TerminalCode, data: `${cols}x${rows}` })),
    },
    { weight: 1, arbitrary: fc.constant({ code: 'm' as TerminalCode, data: 'marker' }) },
  ),
  /** Where to cut the output in two, so that sequences are split between events. */
  cut: fc.option(fc.nat(6)),
});

/** Recordings of up to some 60 events on small screens, where edges are near. */
export const recordings: fc.Arbitrary<TerminalRecording> = fc
  .record({
    cols: fc.integer({ min: 2, max: 30 }),
    rows: fc.integer({ min: 1, max: 10 }),
    steps: fc.array(step, { maxLength: 40 }),
  })
  .map(({ cols, rows, steps }) => {
    const events = [];
    let us = 0;
    for (const { us: wait, event, cut } of steps) {
      us += wait;
      const pieces =
        event.code === 'o' && cut !== null ? [event.data.slice(0, cut), event.data.slice(cut)] : [event.data];
      for (const data of pieces) events.push({ us, code: event.code, data });
    }
    return aRecording({ cols, rows, events });
  });

export function aRecording(parts: Partial<TerminalRecording>): TerminalRecording {
  return {
    cols: 20,
    rows: 5,
    timestamp: null,
    command: null,
    events: [],
    notes: {
      truncated: false,
      timeRepaired: 0,
      inputDropped: 0,
      unknownDropped: 0,
      linesSkipped: 0,
      size: 'recorded',
      othersLeftOut: false,
    },
    ...parts,
  };
}

const parameter = fc.oneof(
  fc.constantFrom('', '0', '1', '2', '3', '25', '47', '999', '9999', '1049', '2147483648'),
  fc.nat(30).map(String),
);
const parameters = fc
  .array(fc.tuple(parameter, fc.option(parameter, { freq: 4 })), { maxLength: 4 })
  .map((list) => list.map(([number, sub]) => (sub === null ? number : `${number}:${sub}`)).join(';'));
const intermediate = fc.constantFrom('', '', '', ' ', '!', '"', '$', "'", '#', '%', '(', ')', '*');
const byteFrom = (first: number, last: number) =>
  fc.integer({ min: first, max: last }).map((code) => String.fromCharCode(code));
const payload = fc.oneof(
  fc.constantFrom('', '?', '1;?', '1;rgb:ff/ff/ff', 'id=a;http://x', 'c;aGk=', '"p', ' q', '#0;2;0;0;0'),
  fc.string({ maxLength: 6 }),
);
const ending = fc.constantFrom('', '\x07', `${ESC}\\`, '\x18', '\x9c');

/** Any control sequence at all, whether or not a terminal knows it. */
const anySequence = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(fc.constantFrom('', '', '', '?', '>', '<', '='), parameters, intermediate, byteFrom(0x40, 0x7e))
      .map(([prefix, numbers, between, final]) => `${ESC}[${prefix}${numbers}${between}${final}`),
  },
  fc.tuple(intermediate, byteFrom(0x30, 0x7e)).map(([between, final]) => `${ESC}${between}${final}`),
  fc.tuple(parameter, payload, ending).map(([id, data, end]) => `${ESC}]${id};${data}${end}`),
  fc
    .tuple(parameters, intermediate, byteFrom(0x40, 0x7e), payload, ending)
    .map(([numbers, between, final, data, end]) => `${ESC}P${numbers}${between}${final}${data}${end}`),
  byteFrom(0, 0x9f),
);

/** Recordings that no program makes: every sequence, every size, in any order. */
export const hostileRecordings: fc.Arbitrary<TerminalRecording> = fc
  .record({
    cols: fc.integer({ min: 1, max: 30 }),
    rows: fc.integer({ min: 1, max: 10 }),
    events: fc.array(
      fc.oneof(
        { weight: 6, arbitrary: anySequence.map((data) => ({ code: 'o' as TerminalCode, data })) },
        { weight: 4, arbitrary: terminalOutput.map((data) => ({ code: 'o' as TerminalCode, data })) },
        {
          weight: 1,
          arbitrary: fc
            .tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 20 }))
            .map(([cols, rows]) => ({ code: 'r' as TerminalCode, data: `${cols}x${rows}` })),
        },
      ),
      { maxLength: 40 },
    ),
  })
  .map(({ cols, rows, events }) =>
    aRecording({ cols, rows, events: events.map((event, us) => ({ us, ...event })) }),
  );
