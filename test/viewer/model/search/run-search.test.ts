// Search inside a run: what is found where, in what order, and that no slice of the work is long.
import { Terminal } from '@xterm/headless';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { literalPattern, matchOf } from '../../../../shared/text-match.ts';
import {
  MAX_HITS,
  mergeHits,
  type SearchResult,
  type SearchSources,
  searchRun,
} from '../../../../viewer/model/search/run-search.ts';
import type { SearchHit } from '../../../../viewer/model/search/search-hit.ts';
import { type Film, lineText, screenOf } from '../../../../viewer/model/terminal/film.ts';
import { buildFilm } from '../../../../viewer/model/terminal/film-builder.ts';
import { xtermEmulator, xtermOptions } from '../../../../viewer/model/terminal/xterm-emulator.ts';
import { rowKeyOf } from '../../../../viewer/model/trace/trace-tree.ts';
import { buildTranscript } from '../../../../viewer/model/transcript/transcript.ts';
import { aRecording, recordings } from '../../../support/terminal/cast-arbitraries.ts';
import { aChange, aSpanJson, aTrace, CLOCK_START_NS, spanIdOf } from '../../../support/trace-builders.ts';

const nothing: SearchSources = {
  columns: aTrace([]),
  rows: null,
  spans: [],
  film: null,
  transcript: [],
  changes: [],
};

function search(sources: Partial<SearchSources>, query: string): SearchResult & { slices: number } {
  const run = searchRun({ ...nothing, ...sources }, query);
  let shown: SearchHit[] = [];
  let share = 0;
  for (let slices = 0; ; slices++) {
    const step = run.next();
    if (step.done) {
      // What was shown on the way is what stands at the end.
      expect(shown).toEqual(step.value.hits);
      return { ...step.value, slices };
    }
    expect(step.value.share).toBeGreaterThanOrEqual(share);
    share = step.value.share;
    shown = mergeHits(shown, step.value.found);
  }
}
const filmOf = (recording: Parameters<typeof buildFilm>[0]): Film =>
  buildFilm(
    recording,
    xtermEmulator(new Terminal({ ...xtermOptions, cols: recording.cols, rows: recording.rows })),
  );
const typed = (...texts: string[]) => {
  const events = texts.map((data, index) => ({ us: index * 1000, code: 'o' as const, data }));
  return filmOf(aRecording({ events, cols: 20, rows: 4 }));
};
const framesOf = (film: Film, query: string) =>
  search({ film }, query).hits.map(({ tNs, excerpt }) => [tNs / 1e6, excerpt]);

describe('one text', () => {
  it('is searched literally, whatever signs it holds, in any case', () => {
    fc.assert(
      fc.property(fc.string(), fc.string({ minLength: 1 }), fc.string(), (before, query, after) => {
        const match = matchOf(before + query + after, literalPattern(query));
        expect(match?.count).toBeGreaterThanOrEqual(1);
        const found = match!.ranges.map(([from, to]) => match!.excerpt.slice(from, to));
        for (const text of found) expect(text.length).toBe(query.length);
        if (!/\s/.test(query)) expect(found[0]).toMatch(new RegExp(literalPattern(query).source, 'iu'));
      }),
    );
    expect(matchOf('CARGO Test', literalPattern('cargo t'))?.ranges).toEqual([[0, 7]]);
    expect(matchOf('a.b', literalPattern('a+b'))).toBeNull();
    // Lower case of İ is two units long: positions must not shift.
    expect(matchOf('İİ rust', literalPattern('RUST'))?.ranges).toEqual([[3, 7]]);
  });

  it('is shown as one line around the first match, its other matches marked too', () => {
    const text = `${'x'.repeat(100)}\nfirst error,\tthen error ${'y'.repeat(300)} error`;
    const match = matchOf(text, literalPattern('error'))!;
    expect(match.excerpt).toMatch(/^…first error, then error y+…$/);
    expect(match.ranges.map(([from, to]) => match.excerpt.slice(from, to))).toEqual(['error', 'error']);
    expect(match.count).toBe(3);
  });

  it('never cuts a character in two', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 90 }), (lead) => {
        const match = matchOf(
          `${'a'.repeat(lead % 2)}${'🦀'.repeat(lead)}rust${'🦀'.repeat(90)}`,
          literalPattern('rust'),
        )!;
        expect(match.excerpt.isWellFormed()).toBe(true);
        expect(match.excerpt.slice(...match.ranges[0]!)).toBe('rust');
      }),
    );
  });
});

describe('the search of a run', () => {
  const spans = [
    aSpanJson({
      name: 'execute_tool bash',
      kind: 'tool_call',
      endMs: 5,
      attributes: { 'gen_ai.tool.call.arguments': '{"command":"cargo test"}' },
    }),
    aSpanJson({ spanId: spanIdOf(1), name: 'chat', kind: 'model_call', startMs: 7, endMs: 9 }),
  ];
  const columns = aTrace([
    { startNs: 0, lengthNs: 5e6, name: 'execute_tool bash', kind: 'tool_call' },
    { startNs: 7e6, lengthNs: 2e6, name: 'chat', kind: 'model_call' },
  ]);
  const transcript = buildTranscript(spans, [], CLOCK_START_NS);
  const changes = [aChange({ atMs: 8, path: 'Cargo.toml', diff: '+serde = "1"\n+cargo = "2"' })];

  it('finds names, attributes, what was said and done, and diffs, in order of time', () => {
    const { hits } = search({ columns, spans, transcript, changes }, 'CARGO');
    expect(hits.map(({ track, tNs, where, count }) => [track, tNs / 1e6, where, count])).toEqual([
      ['spans', 0, 'gen_ai.tool.call.arguments', 1],
      ['transcript', 0, 'argument', 1],
      ['changes', 8, 'Cargo.toml', 1],
    ]);
    expect(hits[0]).toMatchObject({ rowKey: rowKeyOf(spans[0]!), index: 0 });
    expect(search({ columns, spans }, 'bash').hits).toMatchObject([
      { where: 'name', excerpt: 'execute_tool bash' },
    ]);
    expect(search({ columns, changes }, 'serde').hits).toMatchObject([{ track: 'changes', tNs: 8e6 }]);
  });

  it('finds names of spans whose attributes are not here', () => {
    expect(search({ columns }, 'chat').hits).toMatchObject([{ tNs: 7e6, index: 1, where: 'name' }]);
  });

  it('finds nothing for nothing, and nothing in an empty run', () => {
    expect(search({ columns, spans, transcript, changes }, '').hits).toEqual([]);
    expect(search({}, 'x').hits).toEqual([]);
    expect(search({ columns: null, changes }, 'serde').hits).toEqual([]);
  });

  it('keeps so many hits and says that there were more', () => {
    const many = aTrace(
      Array.from({ length: MAX_HITS + 10 }, (_, index) => ({ startNs: index, lengthNs: 1 })),
    );
    const { hits, truncated } = search({ columns: many }, 'span');
    expect(hits).toHaveLength(MAX_HITS);
    expect(truncated).toBe(true);
  });
});

describe('a hit in the terminal', () => {
  it('is the frame at which the line came into sight, once while it stays', () => {
    const film = typed('$ make\r\n', 'error: a\r\n', 'done\r\n', 'more\r\n', 'rest');
    expect(framesOf(film, 'error')).toEqual([[1, 'error: a']]);
  });

  it('is one while a line grows letter by letter, and a second for a second match in it', () => {
    expect(framesOf(typed('e', 'rro', 'r', ' x', ' y'), 'error')).toEqual([[2, 'error']]);
    expect(framesOf(typed('error', ' and', ' error', '!'), 'error')).toEqual([
      [0, 'error'],
      [2, 'error and error'],
    ]);
  });

  it('is one for a line redrawn in place', () => {
    const film = typed('error 1/3', '\rerror 2/3', '\rerror 3/3');
    expect(framesOf(film, 'error')).toEqual([[0, 'error 1/3']]);
  });

  it('is another for every new line, though alike ones scroll away above it', () => {
    const film = typed(...Array.from({ length: 9 }, (_, index) => `error ${index}\r\n`));
    expect(framesOf(film, 'error').map(([, text]) => text)).toEqual(
      Array.from({ length: 9 }, (_, index) => `error ${index}`),
    );
  });

  it('is another when the line comes back after the screen was cleared', () => {
    const film = typed('error', '\x1b[2J\x1b[H', '\r\nerror');
    expect(framesOf(film, 'error').map(([ms]) => ms)).toEqual([0, 2]);
  });

  it('counts a line that comes twice at once', () => {
    expect(framesOf(typed('error\r\nerror'), 'error')).toEqual([[0, 'error']]);
  });

  it('is there for every text that any screen shows, and shows it', () => {
    fc.assert(
      fc.property(recordings, fc.nat(), fc.nat(), (recording, pickFrame, pickRow) => {
        const film = filmOf(recording);
        const screen = screenOf(film, pickFrame % film.frameCount);
        const text = lineText(screen.lines[pickRow % screen.lines.length] ?? []).trim();
        fc.pre(text !== '');
        const { hits } = search({ film }, text);
        expect(hits.length).toBeGreaterThan(0);
        // The first sight of it is not after the frame it was taken from.
        expect(hits[0]!.index).toBeLessThanOrEqual(screen.frame);
        for (const hit of hits) {
          const row = Number(hit.where.slice(5)) - 1;
          const shown = lineText(screenOf(film, hit.index).lines[row]!);
          expect(matchOf(shown, literalPattern(text))).not.toBeNull();
        }
      }),
      { numRuns: 60 },
    );
  });
});
