// Plumbing spans are folded, and nothing that tells something is hidden.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { failedRows, foldNoise, noisyRows, passedRows } from '../../../../viewer/model/trace/noise.ts';
import { noiseRules } from '../../../../viewer/model/trace/noise-rules.ts';
import { buildTree, unfoldedRows } from '../../../../viewer/model/trace/trace-tree.ts';
import { aTrace, type TraceRow } from '../../../support/trace-builders.ts';

const none: ReadonlySet<number> = new Set();

function fold(rows: TraceRow[], closed = none, opened = none) {
  const trace = aTrace(rows);
  const tree = buildTree(trace);
  const noisy = noisyRows(tree, trace);
  const result = foldNoise(tree, trace, noisy, closed, opened);
  const shown = [...result.items].map((item) =>
    item >= 0 ? (trace.names[trace.name[item]!] ?? '') : `(${result.folds[-1 - item]?.label})`,
  );
  return { ...result, tree, noisy, shown };
}
const row = (name: string, parent: number, more: Partial<TraceRow> = {}): TraceRow => ({
  startNs: 0,
  lengthNs: 1,
  name,
  parent,
  ...more,
});

const anyRows = fc
  .array(
    fc.tuple(
      fc.nat(),
      fc.constantFrom(
        'sql.execute',
        'fs.read_file',
        'append_items',
        'AppProcess.run',
        'run',
        'ai.streamText',
      ),
      fc.constantFrom('other' as const, 'tool_call' as const),
      fc.constantFrom('ok' as const, 'ok' as const, 'error' as const),
    ),
    { maxLength: 50 },
  )
  .map((list) =>
    list.map(([up, name, kind, status], index) =>
      row(name, index === 0 ? -1 : (up % (index + 1)) - 1, { startNs: index, kind, status }),
    ),
  );
const someRows = fc.uniqueArray(fc.nat(49)).map((list) => new Set(list));

describe('noise', () => {
  it('is what the agents trace by the hundred, by name', () => {
    const labelOf = (name: string) => noiseRules.find(({ pattern }) => pattern.test(name))?.label ?? null;
    expect(labelOf('sql.execute')).toBe('storage');
    expect(labelOf('append_items')).toBe('storage');
    expect(labelOf('fs.get_metadata')).toBe('files');
    expect(labelOf('FileSystem.readJson')).toBe('files');
    expect(labelOf('AppProcess.run')).toBe('processes');
    expect(labelOf('Config.get')).toBe('configuration');
    expect(labelOf('Session.updatePart')).toBe('bookkeeping');
    for (const telling of [
      'ai.streamText',
      'Tool.execute',
      'execute_tool bash',
      'codex.sampling',
      'exec_command',
      'SessionProcessor.process',
      'Permission.ask',
      'fs',
      'sqlmap',
    ])
      expect(labelOf(telling), telling).toBeNull();
  });

  it('folds neighbours of one parent with all below them, and says what and how many', () => {
    const { shown, folds, foldedCount } = fold([
      row('run', -1, { lengthNs: 100 }),
      row('sql.execute', 0, { startNs: 1 }),
      row('fs.read', 0, { startNs: 2, lengthNs: 5 }),
      row('sql.execute', 2, { startNs: 3 }),
      row('Config.get', 0, { startNs: 8, lengthNs: 2 }),
      row('ai.streamText', 0, { startNs: 20 }),
      row('sql.execute', 0, { startNs: 30 }),
    ]);
    expect(shown).toEqual([
      'run',
      '(sql.execute × 2, fs.read × 1 and 1 more)',
      'ai.streamText',
      'sql.execute',
    ]);
    expect(folds[0]).toMatchObject({ firstRow: 1, depth: 1, count: 4, startNs: 1, endNs: 10 });
    expect(foldedCount).toBe(4);
  });

  it('never hides what failed, what tells something, or what holds either', () => {
    const { shown } = fold([
      row('sql.execute', -1),
      row('fs.read', -1, { startNs: 1, status: 'error' }),
      row('AppProcess.run', -1, { startNs: 2 }),
      row('ai.streamText', 2, { startNs: 2 }),
      row('AppProcess.run', -1, { startNs: 3, kind: 'tool_call' }),
      row('sql.execute', -1, { startNs: 4 }),
      row('sql.execute', -1, { startNs: 5 }),
    ]);
    expect(shown).toEqual([
      'sql.execute',
      'fs.read',
      'AppProcess.run',
      'ai.streamText',
      'AppProcess.run',
      '(sql.execute × 2)',
    ]);
  });

  it('is also what plumbing failed at below something that did not, and a crowd beside the agent’s acts', () => {
    const acts = [
      row('run', -1, { kind: 'adapter_run', lengthNs: 999 }),
      row('Auth.all', 0),
      row('FileSystem.readJson', 1, { status: 'error' }),
      row('chat', 0, { kind: 'model_call' }),
    ];
    const crowd = Array.from({ length: 80 }, (_, at) => row(`Service.step${at}`, 0, { startNs: at }));
    expect([...passedRows(aTrace(acts))]).toEqual([0, 1, 1, 0]);
    expect(failedRows(aTrace(acts)).includes(1)).toBe(false);
    const passed = passedRows(aTrace([...acts, ...crowd]));
    expect(passed.reduce((sum, is) => sum + is, 0)).toBe(82);
    // Without model and tool calls nobody knows what the acts are.
    expect(passedRows(aTrace(crowd.map((one) => ({ ...one, parent: -1 })))).includes(1)).toBe(false);
    const lost = [...acts, row('Service.failed', 0, { status: 'error' }), ...crowd];
    expect(passedRows(aTrace(lost))[4]).toBe(0);
    expect([...failedRows(aTrace(lost))].indexOf(1)).toBe(4);
  });

  it('stands as it is where a fold was opened', () => {
    const rows = [row('sql.execute', -1), row('fs.read', 0), row('fs.read', -1, { startNs: 2 })];
    expect(fold(rows).shown).toEqual(['(fs.read × 2, sql.execute × 1)']);
    expect(fold(rows, none, new Set([0])).shown).toEqual(['sql.execute', 'fs.read', 'fs.read']);
    expect(fold(rows, new Set([0]), new Set([0])).shown).toEqual(['sql.execute', 'fs.read']);
  });

  it('drops nothing: every row of the tree table stands for itself or is counted in one fold', () => {
    fc.assert(
      fc.property(anyRows, someRows, (rows, opened) => {
        const { items, folds, tree, noisy, foldedCount } = fold(rows, none, opened);
        const shown = [...items].filter((item) => item >= 0);
        expect(new Set(shown).size).toBe(shown.length);
        expect(shown.length + foldedCount).toBe(rows.length);
        expect(folds.reduce((sum, { count }) => sum + count, 0)).toBe(foldedCount);
        const hidden = rows.map((_, index) => index).filter((index) => !shown.includes(index));
        for (const index of hidden) {
          expect(noisy[index]).not.toBe(0);
          // A failure is hidden only below what it did not make fail.
          const caller = rows[index]?.parent ?? -1;
          if (rows[index]?.status === 'error') expect(caller).toBeGreaterThanOrEqual(0);
          expect(rows[index]?.kind).toBe('other');
        }
        // What is shown keeps the order of the tree.
        const places = shown.map((index) => tree.position[index]!);
        expect(places).toEqual([...places].sort((a, b) => a - b));
      }),
    );
  });

  it('is the plain tree table where nothing is noise', () => {
    fc.assert(
      fc.property(anyRows, someRows, (rows, closed) => {
        const quiet = rows.map((one) => ({ ...one, name: 'run' }));
        const { items, tree } = fold(quiet, closed);
        expect([...items]).toEqual([...unfoldedRows(tree, closed)]);
      }),
    );
  });
});
