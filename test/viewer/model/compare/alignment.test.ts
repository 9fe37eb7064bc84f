// Two runs are aligned step by step, and where they part is found.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alignRuns, axisAt, axisLength, momentAt } from '../../../../viewer/model/compare/alignment.ts';
import { type RunStep, stepsOf } from '../../../../viewer/model/compare/run-steps.ts';
import { buildTranscript } from '../../../../viewer/model/transcript/transcript.ts';
import { aChange, aSpanJson, CLOCK_START_NS, spanIdOf, TRACE_ID } from '../../../support/trace-builders.ts';

const SECOND = 1e9;
const steps = (...list: (readonly [key: string, atS: number, result?: string])[]): RunStep[] =>
  list.map(([key, atS, result = ''], entry) => ({
    key,
    label: key,
    startNs: atS * SECOND,
    endNs: (atS + 0.5) * SECOND,
    rowKey: null,
    entry,
    result,
    changed: '',
    isRetried: false,
  }));
const align = (a: RunStep[], b: RunStep[]) =>
  alignRuns(
    { steps: a, lengthNs: 10 * SECOND, name: 'pi' },
    { steps: b, lengthNs: 20 * SECOND, name: 'opencode' },
  );

const anySteps = fc
  .array(fc.tuple(fc.constantFrom('read', 'edit', 'test'), fc.integer({ min: 0, max: 9000 })), {
    maxLength: 20,
  })
  .map((list) => steps(...list.sort((x, y) => x[1] - y[1]).map(([key, ms]) => [key, ms / 1000] as const)));

describe('two runs', () => {
  it('are aligned at their common steps, each step in one pair, in order', () => {
    fc.assert(
      fc.property(anySteps, anySteps, (a, b) => {
        const { pairs, matched } = align(a, b);
        const side = (of: 'a' | 'b') => pairs.map((pair) => pair[of]).filter((index) => index !== null);
        expect(side('a')).toEqual(a.map((_, index) => index));
        expect(side('b')).toEqual(b.map((_, index) => index));
        const both = pairs.filter((pair) => pair.a !== null && pair.b !== null);
        expect(both).toHaveLength(matched);
        for (const pair of both) expect(a[pair.a!]!.key).toBe(b[pair.b!]!.key);
      }),
    );
  });

  it('part first where one does what the other does not', () => {
    const { divergences, pairs } = align(
      steps(['read lib.rs', 1], ['cargo test', 2], ['edit lib.rs', 3]),
      steps(['read lib.rs', 2], ['edit lib.rs', 5], ['cargo test', 6]),
    );
    expect(pairs).toHaveLength(4);
    expect(divergences).toHaveLength(2);
    expect(divergences[0]).toMatchObject({ pair: 1, kind: 'step' });
  });

  it('say what each did instead, and when', () => {
    const { divergences } = align(
      steps(['read', 1], ['ls', 3]),
      steps(['read', 2], ['grep x', 4], ['test', 5]),
    );
    expect(divergences).toEqual([
      {
        pair: 1,
        kind: 'step',
        aNs: 3 * SECOND,
        bNs: 4 * SECOND,
        sentence: 'pi did ls, opencode did grep x.',
      },
    ]);
    const [ended] = align(steps(['read', 1]), steps(['read', 2], ['test', 4])).divergences;
    expect(ended).toMatchObject({
      aNs: 10 * SECOND,
      bNs: 4 * SECOND,
      sentence: 'opencode did test, pi was done.',
    });
    const [waited] = align(
      steps(['read', 1], ['test', 3]),
      steps(['read', 2], ['ls', 4], ['test', 7]),
    ).divergences;
    expect(waited).toMatchObject({
      aNs: 3 * SECOND,
      bNs: 4 * SECOND,
      sentence: 'opencode did ls, pi did not.',
    });
  });

  it('are told in plain words for the tools that all agents have', () => {
    const said = (a: string, b: string) => align(steps([a, 1]), steps([b, 2])).divergences[0]?.sentence;
    expect(said('edit\nsrc/lib.rs', 'shell\ncargo test')).toBe(
      'pi edited src/lib.rs, opencode ran cargo test.',
    );
    expect(said('read\na', 'search\nTODO')).toBe('pi read a, opencode searched for TODO.');
    expect(said('verify', 'fetch\nx')).toBe('pi ran the verifier, opencode did fetch\nx.'.replace('\n', ' '));
  });

  it('say that a step was taken again where its run had taken it before', () => {
    const [again] = align(
      steps(['edit\nsrc/lib.rs', 1], ['verify', 3]),
      steps(['edit\nsrc/lib.rs', 2], ['edit\nsrc/lib.rs', 4], ['verify', 7]),
    ).divergences;
    expect(again?.sentence).toBe('opencode edited src/lib.rs again, pi did not.');
  });

  it('part where the same step came to another result, at the moment it was seen', () => {
    const a = steps(['edit', 1, 'x'], ['test', 3, '1 failed']);
    const b = steps(['edit', 1, 'x'], ['test', 4, '0 failed']);
    expect(align(a, b).divergences).toEqual([
      {
        pair: 1,
        kind: 'result',
        aNs: 3.5 * SECOND,
        bNs: 4.5 * SECOND,
        sentence: 'Both did test, but it came to another result.',
      },
    ]);
    const other = { ...a[0]!, changed: 'y' };
    expect(align([{ ...a[0]!, changed: 'x' }], [other]).divergences[0]?.sentence).toBe(
      'Both did edit, but changed other lines.',
    );
    // Where one result was not recorded, nothing is said.
    expect(align(a, steps(['edit', 1], ['test', 4])).divergences).toEqual([]);
  });

  it('never part where they are alike', () => {
    fc.assert(
      fc.property(anySteps, (a) => {
        expect(align(a, a)).toMatchObject({ divergences: [], matched: a.length });
      }),
    );
  });
});

describe('the common clock', () => {
  const a = steps(['read', 1], ['test', 3], ['edit', 5]);
  const b = steps(['read', 2], ['ls', 4], ['edit', 12]);
  const both = align(a, b);

  it('by time shows both at the same moment, each until its end', () => {
    expect(axisLength(both, 'time')).toBe(20 * SECOND);
    expect(momentAt(both, 'time', 'a', 15 * SECOND)).toBe(10 * SECOND);
    expect(axisAt(both, 'time', 'b', 15 * SECOND)).toBe(15 * SECOND);
  });

  it('by step shows both at the same pair, and lets one wait while the other does more', () => {
    // read | test (a alone) | ls (b alone) | edit
    expect(axisLength(both, 'step')).toBe(5);
    const at = (place: number) => [momentAt(both, 'step', 'a', place), momentAt(both, 'step', 'b', place)];
    expect(at(0)).toEqual([0, 0]);
    expect(at(1)).toEqual([1 * SECOND, 2 * SECOND]);
    expect(at(2)).toEqual([3 * SECOND, 4 * SECOND]);
    expect(at(3)).toEqual([5 * SECOND, 4 * SECOND]);
    expect(at(4)).toEqual([5 * SECOND, 12 * SECOND]);
    expect(at(5)).toEqual([10 * SECOND, 20 * SECOND]);
    expect(at(0.5)).toEqual([0.5 * SECOND, 1 * SECOND]);
  });

  it('only ever goes on, and leads back to the moment it came from', () => {
    const place = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(anySteps, anySteps, place, place, (x, y, p, q) => {
        const aligned = align(x, y);
        for (const clock of ['time', 'step'] as const)
          for (const side of ['a', 'b'] as const) {
            const length = axisLength(aligned, clock);
            const early = momentAt(aligned, clock, side, Math.min(p, q) * length);
            const late = momentAt(aligned, clock, side, Math.max(p, q) * length);
            expect(early).toBeLessThanOrEqual(late);
            const tNs = p * (side === 'a' ? aligned.aLengthNs : aligned.bLengthNs);
            expect(momentAt(aligned, clock, side, axisAt(aligned, clock, side, tNs))).toBeCloseTo(tNs, -3);
          }
      }),
    );
  });
});

describe('the steps of a transcript', () => {
  const aTool = (name: string, args: object, more: Parameters<typeof aSpanJson>[0] = {}) =>
    aSpanJson({
      kind: 'tool_call',
      name,
      ...more,
      attributes: {
        'gen_ai.tool.name': name,
        'gen_ai.tool.call.arguments': JSON.stringify(args),
        ...more.attributes,
      },
    });
  const keysOf = (...spans: Parameters<typeof buildTranscript>[0]) =>
    stepsOf(buildTranscript(spans, [], CLOCK_START_NS)).map(({ key }) => key);

  it('are the same whatever an agent calls its tools and lays out its arguments', () => {
    expect(keysOf(aTool('bash', { command: 'cargo  test\n' }))).toEqual(['shell\ncargo test']);
    expect(keysOf(aTool('run_shell_command', { command: 'cargo test' }))).toEqual(['shell\ncargo test']);
    expect(keysOf(aTool('exec_command', { cmd: ['bash', '-lc', 'cargo test'] }))).toEqual([
      'shell\ncargo test',
    ]);
    expect(keysOf(aTool('read', { path: 'src/lib.rs' }))).toEqual(
      keysOf(aTool('read_file', { filePath: 'src/lib.rs' })),
    );
    expect(keysOf(aTool('bash', { command: 'ls' }))).not.toEqual(keysOf(aTool('bash', { command: 'pwd' })));
  });

  it('come to a result that does not depend on how a diff was written', () => {
    const changed = (diff: string) => {
      const span = aTool('edit', { path: 'a' }, { spanId: spanIdOf(4) });
      const change = aChange({ path: 'a', diff, traceId: TRACE_ID, spanId: spanIdOf(4) });
      return stepsOf(buildTranscript([span], [change], CLOCK_START_NS))[0]!.changed;
    };
    const wide = '--- a\n+++ b\n@@ -1,3 +1,3 @@\n x\n-old\n+new\n y\n';
    const narrow = '--- a/a\n+++ b/a\n@@ -2 +2 @@\n-old\n+new\n';
    expect(changed(wide)).toBe(changed(narrow));
    expect(changed(wide)).not.toBe(changed(wide.replace('+new', '+other')));
  });

  it('hold tool calls and the verifier, nothing that was only said', () => {
    const said = aSpanJson({
      kind: 'model_call',
      attributes: { 'gen_ai.output.messages': [{ role: 'assistant', content: 'Hello' }] },
    });
    expect(keysOf(said, aSpanJson({ kind: 'verify', name: 'verify:x', startMs: 1 }))).toEqual(['verify']);
  });
});
