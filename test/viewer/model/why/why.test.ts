// Why a run failed: failed tests, and the last edit of the code that they test, by what each runner really printed.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CellDetail, FileChangeJson, SpanJson } from '../../../../shared/wire.ts';
import { importsIn, isTestPath, placesIn } from '../../../../viewer/model/why/code-under-test.ts';
import { explainFailure } from '../../../../viewer/model/why/why.ts';
import {
  aCellDetail,
  aChange,
  aSpanJson,
  CLOCK_START_NS,
  spanIdOf,
} from '../../../support/trace-builders.ts';

const printed = (fixture: string) =>
  readFileSync(join(import.meta.dirname, `../../../fixtures/failures/${fixture}.txt`), 'utf8');

const verify = (output: string) =>
  aSpanJson({
    kind: 'verify',
    name: 'verify',
    spanId: spanIdOf(9),
    startMs: 9000,
    endMs: 9900,
    status: 'error',
    attributes: { 'bench.verify.output': output, 'process.exit.code': 1 },
  });

const reads = (path: string, text: string) =>
  aSpanJson({
    kind: 'tool_call',
    name: 'read',
    spanId: spanIdOf(2),
    startMs: 100,
    endMs: 150,
    attributes: { 'gen_ai.tool.call.arguments': JSON.stringify({ path }), 'gen_ai.tool.call.result': text },
  });

const edits = (...paths: string[]) =>
  paths.map((path, index) => aChange({ path, atMs: 1000 + index * 1000, diff: '@@ -1 +1 @@\n-a\n+b\n' }));

interface Given {
  readonly spans?: readonly SpanJson[];
  readonly changes?: readonly FileChangeJson[];
  readonly detail?: Partial<CellDetail>;
  readonly transcript?: Parameters<typeof explainFailure>[0]['transcript'];
}

function explained({ spans = [], changes = [], detail = {}, transcript = [] }: Given) {
  const cell = aCellDetail({ outcome: 'failed', ...detail });
  return explainFailure({ detail: cell, spans, changes, clockStartNs: CLOCK_START_NS, transcript });
}

describe('the last edit of the code that failed tests test', () => {
  it.each([
    ['cargo/plain', 'src/lib.rs', 'output', []],
    ['django/plain', 'shop/cart.py', 'imported', [reads('shop/tests.py', 'from shop.cart import Cart\n')]],
    ['go/plain', 'calc.go', 'alike', []],
    ['jest/plain', 'src/calc.js', 'alike', []],
    [
      'junit-xml/pytest',
      'app/sums.py',
      'imported',
      [reads('tests/test_calc.py', '1\tfrom app.sums import add')],
    ],
    ['maven/surefire', 'src/main/java/example/Calc.java', 'alike', []],
    [
      'node/spec',
      'lib/sums.js',
      'imported',
      [reads('/app/test/calc.test.js', "import { add } from '../lib/sums.js';")],
    ],
    ['pytest/long', 'calc.py', 'alike', []],
    ['unittest/plain', 'calc.py', 'alike', []],
    ['vitest/plain', 'src/calc.ts', 'alike', []],
  ] as const)('%s: %s, by the rule %s', (fixture, path, rule, spans) => {
    // A file that no test knows is edited before and after it, and a test in the end.
    const changes = edits('other/thing.rb', path, 'README.md', 'other/thing.rb', 'test/calc.test.js');
    const { tests, suspect, title } = explained({ spans: [...spans, verify(printed(fixture))], changes });
    expect([suspect?.change.path, suspect?.rule, suspect?.tNs]).toEqual([path, rule, 2000e6]);
    expect(tests.length).toBe(1);
    // Without -v Go does not say how many passed.
    expect(title).toBe(fixture === 'go/plain' ? '1 test failed' : '1 of 4 tests failed');
    expect([tests[0]?.message, tests[0]?.place].every((text) => text)).toBe(true);
  });

  it('is the last edit before the verifier where no text says which code is tested, and says so', () => {
    const changes = [...edits('a.sql', 'b.sql'), aChange({ path: 'c.sql', atMs: 9500 })];
    const { suspect, excerpt } = explained({ spans: [verify('it broke\nerror: no\n')], changes });
    expect([suspect?.change.path, suspect?.rule]).toEqual(['b.sql', 'last']);
    expect(suspect?.because).toContain('which code the tests test is not known');
    expect(excerpt).toBe('error: no');
  });

  it('is none where nothing was edited', () => {
    expect(explained({ spans: [verify(printed('pytest/long'))] }).suspect).toBeNull();
  });

  it('is of an untimed edit told without a moment', () => {
    const changes = [aChange({ path: 'calc.py', timing: 'none' })];
    expect(explained({ spans: [verify(printed('pytest/long'))], changes }).suspect?.tNs).toBeNull();
  });
});

describe('why a run failed', () => {
  it('parts what all names have in common from the tests, and counts those that are not named', () => {
    const output = [
      'FAIL: test_a (tests.test_x.T.test_a)\n---------------------------------------------------------------------',
      'Traceback (most recent call last):\n  File "tests/test_x.py", line 4, in test_a\nAssertionError: 1 != 2\n',
      'Ran 9 tests in 0.1s\n\nFAILED (failures=2, errors=1)\n',
    ].join('\n');
    const why = explained({ spans: [verify(output)] });
    expect([why.title, why.suite, why.unnamed, why.exitCode]).toEqual([
      '3 of 9 tests failed',
      'tests.test_x.T',
      2,
      1,
    ]);
    expect(why.tests).toEqual([
      { name: 'test_a', place: 'tests/test_x.py:4', message: 'AssertionError: 1 != 2' },
    ]);
  });

  it('takes the counts of the score where the output says nothing', () => {
    const values = { pass: 0, exit_code: 1, tests_passed: 7, tests_total: 9 };
    const { title, output } = explained({ detail: { scores: [{ axis: 'pass_rate', values }] } });
    expect([title, output]).toEqual(['2 of 9 tests failed', null]);
  });

  it('says which tests the agent ran after the edit, or that it ran none', () => {
    const given = { spans: [verify(printed('pytest/long'))], changes: edits('calc.py') };
    const run = (startMs: number, failed: number) => ({
      kind: 'tool' as const,
      startNs: startMs * 1e6,
      tally: { passed: 3, failed, failures: [] },
    });
    const words = (transcript: Given['transcript']) => {
      const { ran } = explained({ ...given, transcript: transcript ?? [] });
      return [ran?.before, ran?.tNs, ran?.after];
    };
    expect(words([run(500, 1), run(1500, 0)])).toEqual([
      'The agent ran tests after it, at ',
      1500e6,
      ': all 3 passed.',
    ]);
    expect(words([run(500, 1)])).toEqual([
      'The agent ran no test after it. The last ran at ',
      500e6,
      ': 1 of 4 failed.',
    ]);
    expect(words([])).toEqual(['The agent ran no test that could be read.', null, '']);
  });

  it('shows the last error of a run that ended without a verdict', () => {
    const failed = aSpanJson({ kind: 'tool_call', status: 'error', statusMessage: 'no space left' });
    const { title, excerpt, tests } = explained({ spans: [failed], detail: { outcome: 'agent_error' } });
    expect([title, excerpt, tests]).toEqual(['Agent error', 'no space left', []]);
  });
});

describe('what texts say of files', () => {
  it('a place is a path with a line, in any runner’s form', () => {
    const text =
      'at f (file:///app/src/a.js:3:4)\n  File "/w/b.py", line 7, in x\nat C.d(E.java:9)\n ./g_test.go:12: no';
    expect(placesIn(text)).toEqual([
      { path: '/app/src/a.js', line: 3 },
      { path: '/w/b.py', line: 7 },
      { path: 'E.java', line: 9 },
      { path: 'g_test.go', line: 12 },
    ]);
    expect(placesIn('ratio 3.5:1 on 2026-01-01 at 12.30:40, v1.2')).toEqual([]);
  });

  it('an import is a module, whatever the language', () => {
    expect(importsIn("import a from '../src/a.js'", 'test/a.test.js')).toEqual(['src/a']);
    expect(importsIn('from app.core import run, stop', 'tests/test_x.py')).toEqual([
      'app/core',
      'app/core/run',
      'app/core/stop',
    ]);
    expect(importsIn('import com.shop.Cart;', 'CartTest.java')).toEqual(['com/shop/Cart']);
  });

  it('a test is known by its name or its folder', () => {
    const tests = [
      'a.test.ts',
      'test_a.py',
      'a_test.go',
      'ATest.java',
      'tests/a.py',
      'spec/a_spec.rb',
      'src/__tests__/a.js',
    ];
    const code = ['src/a.ts', 'attest.py', 'latest.js', 'contest/a.py', 'Testable.java'];
    expect(tests.filter((path) => !isTestPath(path))).toEqual([]);
    expect(code.filter(isTestPath)).toEqual([]);
  });

  it('a hostile output takes no time to speak of', () => {
    const output = `${'a/'.repeat(60_000)}.py${':1'.repeat(50_000)}\n${'("'.repeat(60_000)}`;
    const changes = edits('a.py');
    expect(explained({ spans: [verify(output)], changes }).suspect?.rule).toBe('last');
  });
});
