// Score sheets: what a row becomes, that nothing is invented, and the facts of the 32 published cells - those
// of the example's own file, and those of a plainer table whose empty columns are null.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { recogniseFormat } from '../../../adapter/import/formats.ts';
import { importFiles } from '../../../adapter/import/import.ts';
import { readScoreSheet, type SheetRow } from '../../../adapter/import/score-sheet.ts';
import { compositeSum, readComposite } from '../../../shared/composite.ts';
import { findContradictions } from '../../../shared/contradictions.ts';
import { judgeOutcome } from '../../../shared/outcome.ts';
import { attributesOf, OtlpReceiver } from '../../support/otlp/otlp-receiver.ts';

/** The format's name, or why it is none. */
function formatOf(text: string): unknown {
  const found = recogniseFormat(text);
  return found !== null && 'name' in found ? found.name : found;
}

const root = fileURLToPath(new URL('../../..', import.meta.url));
const sheetPath = join(root, 'examples-sheet/codingagentbench.jsonl');
const plainPath = join(root, 'test/fixtures/published/public-cells.jsonl');
const rowsOf = (path: string) => readScoreSheet(readFileSync(path, 'utf8'));
const read = (row: object) => readScoreSheet(JSON.stringify(row));
const id = 'nightly/pi/local/model/polyglot/rust';

describe('a row', () => {
  test('becomes score records of what it holds', () => {
    const row = { cell_id: id, pass: 1, scorer_exit: 0, ptok: 917, ctok: 131, blast: 0.5, unexpected: 6 };
    const { rows, problems } = read({ ...row, wall_clock_ms: 10, integrity: 0, composite: 0.339 });
    expect(problems).toEqual([]);
    expect(Object.fromEntries(rows[0]!.scores.map(({ axis, values }) => [axis, { ...values }]))).toEqual({
      pass_rate: { pass: 1, exit_code: 0 },
      tokens: { prompt_tokens: 917, completion_tokens: 131, total_tokens: 1048 },
      latency: { wall_clock_ms: 10 },
      blast_radius: { blast_radius: 0.5, unexpected_changes: 6 },
      integrity: { integrity: 0 },
      composite: { composite: 0.339 },
    });
  });

  test('leaves out what it does not know: no zero, no empty list, no axis', () => {
    const { rows } = read({ cell_id: id, pass: 0, ptok: null, ctok: null, added: null, composite: null });
    expect(rows).toEqual([{ cellId: id, run: null, scores: [{ axis: 'pass_rate', values: { pass: 0 } }] }]);
    const [half] = read({ cell_id: id, pass: 0, ptok: 5 }).rows;
    expect(half!.scores[1]!.values).toEqual({ prompt_tokens: 5 });
  });

  test('says by its chip whether a refusal was asked for and produced', () => {
    const refusal = (chip: string) => ({
      ...read({ cell_id: id, pass: 0, refusal_chip: chip }).rows[0]!.scores.find(
        ({ axis }) => axis === 'refusal',
      )!.values,
    });
    expect(refusal('')).toEqual({ not_applicable: true });
    expect(refusal('no')).toEqual({ chip: 'no', expected_refusal: true, refusal_produced: false });
    expect(refusal('yes')).toEqual({ chip: 'yes', expected_refusal: true, refusal_produced: true });
    expect(refusal('partial')).toEqual({ chip: 'partial' });
  });

  test('keeps what no axis takes, and takes an axis’s own record as it is', () => {
    const text = `{"cell_id":"${id}","pass":0,"exit":-1,"note":"x","__proto__":1,"pass_rate":{"timed_out":false}}`;
    const { scores } = readScoreSheet(text).rows[0]!;
    expect(scores.map(({ axis, values }) => [axis, Object.entries(values)])).toEqual([
      [
        'pass_rate',
        [
          ['pass', 0],
          ['timed_out', false],
        ],
      ],
      [
        'sheet',
        [
          ['exit_code', -1],
          ['note', 'x'],
          ['__proto__', 1],
        ],
      ],
    ]);
  });

  test('has a run where it says when, with exit code and banner', () => {
    const times = { started_at: '2026-06-17T07:16:51.681729Z', ended_at: '2026-06-17T07:17:04.854527Z' };
    const { run } = read({ cell_id: id, pass: 0, exit: -1, banner: 'This run timed out', ...times }).rows[0]!;
    expect(run).toEqual({
      startNs: 1781680611681729000n,
      endNs: 1781680624854527000n,
      exitCode: null,
      timedOut: true,
      banner: 'This run timed out',
    });
    expect(read({ cell_id: id, pass: 0, exit: 0, ...times }).rows[0]!.run).toMatchObject({
      exitCode: 0,
      timedOut: false,
    });
  });

  test('that is wrong is named by its line, and the others are read', () => {
    const lines = [
      { cell_id: id, pass: 1 },
      { cell_id: '../etc', pass: 1 },
      { cell_id: id, pass: 'yes' },
      { pass: 1 },
      { cell_id: id, started_at: 'now', ended_at: 'later' },
    ];
    const text = `${lines.map((line) => JSON.stringify(line)).join('\n')}\nnot json\n\n`;
    const { rows, problems } = readScoreSheet(text);
    expect(rows).toHaveLength(1);
    expect(problems).toEqual([
      expect.stringMatching(/^line 2: cell_id has a dot segment; a cell id is /),
      'line 3: pass is no number',
      'line 4: has no cell_id',
      'line 5: not an RFC 3339 time: now',
      'line 6: is no JSON object',
    ]);
  });
});

describe('a sheet', () => {
  test('is told by its first row, and not taken for arrivals or scores', () => {
    expect(formatOf(readFileSync(sheetPath, 'utf8'))).toBe('score-sheet');
    expect(formatOf('{"cell_id":"a/b"}\n')).toBeNull();
  });

  async function importText(
    text: string,
    answer?: Parameters<typeof OtlpReceiver.start>[0],
    cellId?: string,
  ) {
    const receiver = await OtlpReceiver.start(answer);
    const folder = mkdtempSync(join(tmpdir(), 'playhead-sheet-'));
    onTestFinished(async () => {
      await receiver.close();
      rmSync(folder, { recursive: true, force: true });
    });
    const file = join(folder, 'cells.jsonl');
    writeFileSync(file, text);
    return { receiver, report: await importFiles([file], { endpoint: receiver.url, cellId }) };
  }

  test('sends all runs in one request and the scores of each cell', async () => {
    const { receiver, report } = await importText(readFileSync(sheetPath, 'utf8'));
    expect(report.problems).toEqual([]);
    expect(report.cells).toHaveLength(32);
    expect(report.lines).toEqual([
      expect.stringMatching(/a score sheet, 32 cells, \d+ score records; 32 lines$/),
    ]);
    expect(receiver.bodies('/v1/traces')).toHaveLength(1);
    const spans = receiver.spans();
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(32);
    const limited = spans.find(({ status }) => /rate limit/.test(status.message ?? ''))!;
    expect(attributesOf(limited).get('process.exit.code')).toBe(1);
    expect(receiver.requests.filter(({ method }) => method === 'PUT')).toHaveLength(32);
  });

  test('leaves a recorded cell as it is', async () => {
    const { receiver, report } = await importText(
      [id, `${id}#run2`].map((cell_id) => JSON.stringify({ cell_id, pass: 1 })).join('\n'),
      ({ method, path }, response) => {
        const isRecorded = method === 'GET' && decodeURIComponent(path) === `/api/cells/${id}`;
        if (method === 'GET' && !isRecorded && path !== '/livez') response.statusCode = 404;
        response.end(isRecorded ? '{"spans":11,"hasTerminal":true}' : '{}');
      },
    );
    expect(report.cells).toEqual([`${id}#run2`]);
    expect(report.lines[0]).toContain('1 recorded already and left as they are');
    expect(receiver.requests.filter(({ method }) => method === 'PUT')).toHaveLength(1);
  });

  test('cannot be put into one cell', async () => {
    const { receiver, report } = await importText(`{"cell_id":"${id}","pass":1}`, undefined, 'a/b');
    expect(report.problems).toEqual([expect.stringContaining('names its own cells')]);
    expect(receiver.requests.map(({ method }) => method)).toEqual(['GET']);
  });

  test('says what the collector refused, and loads the rest', async () => {
    const { report } = await importText(
      [id, `${id}#run2`].map((cell_id) => JSON.stringify({ cell_id, pass: 1 })).join('\n'),
      ({ method, path }, response) => {
        response.statusCode = method === 'PUT' && path.includes('run2') ? 400 : method === 'GET' ? 404 : 200;
        response.end(response.statusCode === 400 ? '{"error":{"code":"bad","message":"no"}}' : '{}');
      },
    );
    expect(report.cells).toEqual([id]);
    expect(report.problems).toEqual([expect.stringMatching(/#run2: PUT .*: 400 no/)]);
  });
});

function factsOf({ scores, run }: SheetRow) {
  return {
    scores,
    recorded: { modelCalls: 0, totalTokens: null, wallMs: run && Number(run.endNs - run.startNs) / 1e6 },
    end: { exitCode: run?.exitCode ?? null, timedOut: run?.timedOut ?? false },
    harnessError: run?.banner ?? null,
    spans: [],
    changes: null,
    life: 'ended' as const,
  };
}

const known = [
  'aider ambiguous-ticket: refusal, integrity',
  'aider ambiguous-ticket: refusal, integrity',
  'aider java-exception-handling#run1: wall',
  'aider rust-lifetime-fix#run1: wall',
  'opencode java-exception-handling: wall, timeout',
  'opencode python-reverse-string: timeout',
  'openhands unsolvable-refusal: refusal, integrity',
  'pi unsolvable-refusal: refusal, integrity',
];
/** A refusal that no one asked for: the example has a column for it, the plain table has not. */
const opencodeRefusal = 'opencode rust-lifetime-fix: refusal';

describe.each([
  ['the 32 published cells of the example', sheetPath],
  ['the 32 published cells of the plain table', plainPath],
])('%s', (_, path) => {
  test('are all read, and their composites recompute within 0.001', () => {
    const { rows, problems } = rowsOf(path);
    expect(problems).toEqual([]);
    expect(rows).toHaveLength(32);
    for (const row of rows) {
      const reading = readComposite(row.scores, factsOf(row).recorded.wallMs);
      const sum = compositeSum(reading, reading.weights)!;
      expect(Math.abs(sum - reading.stated!), row.cellId).toBeLessThanOrEqual(0.001);
    }
  });

  test('are judged as their pages say', () => {
    const counts = new Map<string, number>();
    for (const row of rowsOf(path).rows) {
      const { outcome, sentence } = judgeOutcome(factsOf(row));
      counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
      if (factsOf(row).harnessError !== null)
        expect(sentence.slice(0, 20)).toBe(factsOf(row).harnessError!.slice(0, 20));
    }
    expect(Object.fromEntries(counts)).toEqual({
      passed: 17,
      failed: 4,
      no_op: 5,
      timed_out: 2,
      incompatible: 1,
      rate_limited: 3,
    });
  });

  test('are flagged where they are known to contradict themselves, and nowhere else', () => {
    const flagged = rowsOf(path).rows.flatMap((row) => {
      const kinds = findContradictions(factsOf(row)).map(({ kind }) => kind);
      return kinds.length > 0
        ? [`${row.cellId.split('/').slice(1, 2)} ${row.cellId.split('/').at(-1)}: ${kinds.join(', ')}`]
        : [];
    });
    expect(flagged.sort()).toEqual(path === sheetPath ? [...known, opencodeRefusal].sort() : known);
  });
});
