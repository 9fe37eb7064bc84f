// Where two runs part for a reason, as a table of pairs: recorded runs, the long run that was made, and both told in
// other words. Each row is what the comparison must name, or that nothing that matters differs.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { importFiles } from '../../../../adapter/import/import.ts';
import { demoFiles, madeFiles } from '../../../../bin/demo.ts';
import type { CellDetail, FileChangeJson, SpanJson } from '../../../../shared/wire.ts';
import { alignRuns } from '../../../../viewer/model/compare/alignment.ts';
import { type Parting, partRuns } from '../../../../viewer/model/compare/parting.ts';
import { comparedRun } from '../../../../viewer/model/compare/run-steps.ts';
import { testedFiles } from '../../../../viewer/model/compare/tested-files.ts';
import { buildTranscript } from '../../../../viewer/model/transcript/transcript.ts';
import { TestCollector } from '../../../support/collector.ts';
import { longRunId } from '../../../support/long-run/record.ts';
import { recordingPath } from '../../../support/recordings.ts';
import {
  aCellDetail,
  aChange,
  aSpanJson,
  CLOCK_START_NS,
  spanIdOf,
  TRACE_ID,
} from '../../../support/trace-builders.ts';

interface Run {
  readonly detail: CellDetail;
  readonly spans: readonly SpanJson[];
  readonly changes: readonly FileChangeJson[];
  readonly clockStartNs: string;
}

function compare(a: Run, b: Run): Parting {
  const [inA, inB] = ([a, b] as const).map(({ spans, changes, clockStartNs }, index) =>
    comparedRun('AB'[index]!, 1e13, buildTranscript(spans, changes, clockStartNs)),
  );
  return partRuns(alignRuns(inA!, inB!), inA!, inB!, testedFiles([a, b]));
}

/** "edit: A edited …", or "none". */
function named({ differences: [first] }: Parting): string {
  return first ? `${first.why}: ${first.sentence}` : 'none';
}

let folder: string;
let collector: TestCollector;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'playhead-parting-'));
  collector = await TestCollector.unattended(join(folder, 'playhead.db'), {
    now: () => BigInt(Date.now()) * 1_000_000n,
  });
  const endpoint = collector.url;
  await importFiles([...demoFiles(), ...madeFiles()], { endpoint, token: undefined });
  for (const name of ['json', 'flaky', 'boom', 'nomodel']) {
    const stream = recordingPath(`opencode/1.18.33/streams/oc-${name}.arrivals.jsonl`);
    await importFiles([stream], { endpoint, token: undefined, cellId: recordedId(name) });
  }
});
afterAll(async () => {
  await collector.close();
  rmSync(folder, { recursive: true, force: true });
});

function recordedId(name: string): string {
  return `recorded/opencode/scripted/made/${name}`;
}

async function load(id: string): Promise<Run> {
  const [detail, { spans }, { changes }] = await Promise.all([
    collector.cell(id),
    collector.trace(id),
    collector.changes(id),
  ]);
  return { detail, spans, changes, clockStartNs: spans[0]?.startNs ?? CLOCK_START_NS };
}

type Retelling = (run: Run) => Run;
const argumentsName = 'gen_ai.tool.call.arguments';
const isRead = ({ kind, attributes }: SpanJson) =>
  kind === 'tool_call' && /^read$/i.test(String(attributes['gen_ai.tool.name']));
const withArguments = (span: SpanJson, args: object, tool?: string): SpanJson => ({
  ...span,
  attributes: {
    ...span.attributes,
    ...(tool === undefined ? {} : { 'gen_ai.tool.name': tool }),
    [argumentsName]: JSON.stringify(args),
  },
});

/** Each read reads what the next one of its three did. */
const shuffled: Retelling = (run) => {
  const reads = run.spans.filter(isRead);
  const moved = new Map(
    reads.map((span, index) => {
      const group = index - (index % 3);
      const size = Math.min(3, reads.length - group);
      const from = reads[group + ((index - group + 1) % size)]!;
      return [span, { ...span, attributes: from.attributes }] as const;
    }),
  );
  return { ...run, spans: run.spans.map((span) => moved.get(span) ?? span) };
};

/** Files are read by cat and head. */
const byCat: Retelling = (run) => ({
  ...run,
  spans: run.spans.map((span, index) => {
    if (!isRead(span)) return span;
    const path = Object.values(JSON.parse(String(span.attributes[argumentsName])))[0];
    return withArguments(span, { command: index % 2 ? `cat ${path} | head -80` : `cat ${path}` }, 'bash');
  }),
});

const renamedIds: Retelling = (run) => {
  const other = (id: string) => [...id].map((digit) => ((Number.parseInt(digit, 16) + 5) % 16).toString(16));
  const renamed = <T extends { traceId: string | null; spanId: string | null }>(one: T): T => ({
    ...one,
    traceId: one.traceId && other(one.traceId).join(''),
    spanId: one.spanId && other(one.spanId).join(''),
  });
  return { ...run, spans: run.spans.map(renamed), changes: run.changes.map(renamed) };
};

/** Commands that failed at first and were run again. */
const retried: Retelling = (run) => {
  const commands = run.spans.filter(
    ({ kind, attributes }) => kind === 'tool_call' && /^bash$/i.test(String(attributes['gen_ai.tool.name'])),
  );
  const failures = commands.slice(0, 3).map((span, index): SpanJson => {
    const startNs = String(BigInt(span.startNs) - 1000n);
    const attributes = { ...span.attributes, 'process.exit.code': 1, 'gen_ai.tool.call.result': 'Killed' };
    return {
      ...span,
      spanId: `feed${index}`.padEnd(16, '0'),
      startNs,
      endNs: startNs,
      status: 'error',
      attributes,
    };
  });
  const spans = [...run.spans, ...failures].sort((x, y) => Number(BigInt(x.startNs) - BigInt(y.startNs)));
  return { ...run, spans };
};

const retellings: readonly (readonly [how: string, retell: Retelling])[] = [
  ['as it is', (run) => run],
  ['with its reads in another order', shuffled],
  ['with cat for the reading tool', byCat],
  ['with other ids', renamedIds],
  ['with three commands tried twice', retried],
  ['with all of that', (run) => retried(renamedIds(byCat(shuffled(run))))],
];

describe('of recorded and made runs', () => {
  const pi = 'demo-20261122/pi/local/scripted-model/polyglot/rust-error-handling';
  const opencode = 'demo-20261122/opencode/local/scripted-model/polyglot/rust-error-handling';
  const [failed, passed] = [longRunId(1), longRunId(2)];
  const guilty = 'edit: A edited harbor/schema/sqlite.py, B did not.';

  test.each(retellings)('the long run that failed and the one that passed, %s', async (_, retell) => {
    const [a, b] = [await load(failed), await load(passed)];
    const parting = compare(a, retell(b));
    expect(named(parting)).toBe(guilty);
    expect(parting.looked).toBe('tested');
    // The edit, and what the verifier made of it.
    expect(parting.differences.map(({ why }) => why)).toEqual(['edit', 'result']);
  });

  test.each(retellings)('a run and itself %s differ in nothing that matters', async (_, retell) => {
    for (const id of [failed, passed, pi, opencode]) {
      const run = await load(id);
      expect(named(compare(run, retell(run)))).toBe('none');
      expect(named(compare(retell(run), run))).toBe('none');
    }
  });

  it('is the edit of the one file that both agents wrote, whoever comes first', async () => {
    const [a, b] = [await load(pi), await load(opencode)];
    const words = 'edit: Both edited src/lib.rs, but changed other lines.';
    expect([named(compare(a, b)), named(compare(b, a))]).toEqual([words, words]);
  });

  it('is nothing where a provider failed and was asked again', async () => {
    const [plain, flaky] = [await load(recordedId('json')), await load(recordedId('flaky'))];
    expect(named(compare(plain, flaky))).toBe('none');
  });

  it('is the error where one run ended with it', async () => {
    const [plain, boom] = [await load(recordedId('json')), await load(recordedId('boom'))];
    expect(named(compare(plain, boom))).toMatch(/^error: B ended with /);
  });
});

describe('of small runs', () => {
  const at = (number: number) => ({
    spanId: spanIdOf(number),
    startMs: number * 1000,
    endMs: number * 1000 + 500,
  });
  const aTool = (number: number, tool: string, args: object, result = '', exitCode?: number) =>
    aSpanJson({
      kind: 'tool_call',
      name: tool,
      ...at(number),
      attributes: {
        'gen_ai.tool.name': tool,
        [argumentsName]: JSON.stringify(args),
        'gen_ai.tool.call.result': result,
        ...(exitCode === undefined ? {} : { 'process.exit.code': exitCode }),
      },
    });
  const hunk = (...lines: string[]) =>
    `@@ -1,${lines.filter((line) => !line.startsWith('+')).length} +1,${lines.filter((line) => !line.startsWith('-')).length} @@\n${lines.join('\n')}\n`;
  const anEdit = (number: number, path: string, ...lines: string[]) => ({
    span: aTool(number, 'edit', { path }),
    change: aChange({
      path,
      diff: hunk(...lines),
      traceId: TRACE_ID,
      spanId: spanIdOf(number),
      atMs: number * 1000,
    }),
  });
  const aRun = (outcome: CellDetail['outcome'], ...parts: (SpanJson | ReturnType<typeof anEdit>)[]): Run => ({
    detail: aCellDetail({ outcome }),
    spans: parts.map((part) => ('span' in part ? part.span : part)),
    changes: parts.flatMap((part) => ('span' in part ? [part.change] : [])),
    clockStartNs: CLOCK_START_NS,
  });
  const verify = (number: number, output: string, exitCode: number) =>
    aSpanJson({
      kind: 'verify',
      name: 'verify',
      ...at(number),
      attributes: { 'bench.verify.output': output, 'process.exit.code': exitCode },
    });
  const broken = 'FAIL tests/test_calc.py::test_sum\nFile "/w/src/calc.py", line 3\nAssertionError\n';

  it('passes over edits of files that the failed test does not use', () => {
    const parting = compare(
      aRun(
        'failed',
        anEdit(1, 'src/other.py', '+a'),
        anEdit(2, 'docs/x.md', '+one'),
        anEdit(3, 'src/calc.py', '-x', '+y'),
        verify(9, broken, 1),
      ),
      aRun(
        'passed',
        anEdit(1, 'src/other.py', '+b'),
        anEdit(2, 'docs/x.md', '+two'),
        anEdit(3, 'src/calc.py', '-x', '+z'),
        verify(9, '', 0),
      ),
    );
    expect(named(parting)).toBe('edit: Both edited src/calc.py, but changed other lines.');
    expect(parting.differences[0]?.pair).toBe(2);
    expect(parting.harmless).toEqual({ total: 2, before: 2, mostly: 'edit' });
  });

  it('takes two edits for one that came to the same lines', () => {
    const parting = compare(
      aRun('passed', anEdit(1, 'src/calc.py', '-x', '+y', '+z')),
      aRun(
        'passed',
        anEdit(1, 'src/calc.py', '-x', '+q'),
        anEdit(2, '/w/src/calc.py', '-q', '+y'),
        anEdit(3, 'src/calc.py', '+z'),
      ),
    );
    expect(named(parting)).toBe('none');
  });

  it('names the test that failed in one of them over the same files', () => {
    const tests = (output: string, code: number) => aTool(2, 'bash', { command: 'pytest' }, output, code);
    const edit = anEdit(1, 'src/calc.py', '-x', '+y');
    const parting = compare(
      aRun('passed', edit, tests('==== 1 failed, 3 passed in 0.1s ====', 1)),
      aRun('passed', edit, tests('==== 4 passed in 0.1s ====', 0)),
    );
    expect(named(parting)).toBe('result: Both ran pytest, but it came to another result.');
    // More tests that pass are no other result.
    expect(
      named(
        compare(
          aRun('passed', edit, tests('==== 3 passed in 0.1s ====', 0)),
          aRun('passed', edit, tests('==== 4 passed in 9.1s ====', 0)),
        ),
      ),
    ).toBe('none');
  });

  it('names the verdict where no edit explains it, and no edit where a run recorded none', () => {
    const parting = compare(
      aRun('failed', anEdit(1, 'src/calc.py', '-x', '+y'), verify(9, broken, 1)),
      aRun('passed', aTool(1, 'bash', { command: 'sed -i s/x/y/ src/calc.py' }), verify(9, '', 0)),
    );
    expect(named(parting)).toBe('result: Both ran the verifier, but it came to another result.');
  });

  it('looks at all edited code where no text says what the failed test uses', () => {
    const parting = compare(
      aRun('failed', anEdit(1, 'lib/a.go', '+a'), verify(9, '', 1)),
      aRun('passed', anEdit(1, 'lib/a.go', '+b'), verify(9, '', 0)),
    );
    expect([named(parting), parting.looked]).toEqual([
      'edit: Both edited lib/a.go, but changed other lines.',
      'edited',
    ]);
  });
});

test('two runs of 5,000 steps that share every other step are parted, each step in its place', () => {
  const run = (name: string, mark: string) => {
    const steps = Array.from({ length: 5000 }, (_, index) => ({
      key: index % 2 ? `read\nfile-${(index * 7) % 900}` : `shell\n${mark} ${index % 40}`,
      label: '',
      startNs: index * 1e9,
      endNs: index * 1e9,
      rowKey: null,
      entry: index,
      result: '',
      changed: '',
      isRetried: false,
    }));
    const edits = Array.from({ length: 800 }, (_, index) => ({
      path: `src/file-${index % 50}.ts`,
      lines: [`+${index === 700 ? mark : index}`],
      tNs: index * 6e9,
      step: index * 6,
      entry: index * 6,
      change: 0,
    }));
    return { name, lengthNs: 5000e9, steps, edits, ending: null };
  };
  const [a, b] = [run('A', 'left'), run('B', 'right')];
  const alignment = alignRuns(a, b);
  const { differences, harmless } = partRuns(alignment, a, b, null);
  expect(differences.map(({ sentence }) => sentence)).toEqual([
    'Both edited src/file-0.ts, but changed other lines.',
  ]);
  expect(harmless.total).toBeGreaterThan(100);
});
