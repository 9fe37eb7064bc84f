// The adapter against the real collector: what goes in by the adapter's hands comes out of the public
// API. The other adapter tests look at the wire; these look at what a viewer is told.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { importFiles } from '../../adapter/import/import.ts';
import { openCell } from '../../adapter/sdk/cell-recorder.ts';
import type { Collector } from '../../collector/main.ts';
import { startCollector } from '../../collector/main.ts';
import type {
  CellDetail,
  CellsPage,
  ChangesJson,
  ModelCallsJson,
  ScoresBody,
  TraceJson,
} from '../../shared/wire.ts';
import { databaseFolder } from '../support/machine/database-folder.ts';
import { examplePath, readExample } from '../support/recordings.ts';

const opencodeId = 'demo-20261122/opencode/local/scripted-model/polyglot/rust-error-handling';
const piId = 'demo-20261122/pi/local/scripted-model/polyglot/rust-error-handling';
const seedId =
  'expansion-20260616/openhands/meta/llama-4-maverick-17b-128e-instruct/polyglot/rust-error-handling';
const manifests = [
  'openhands-llama-4-maverick',
  'opencode-rust-error-handling-solved',
  'pi-rust-error-handling-failed',
].map((name) => examplePath(`${name}/cell.json`));

let folder: string;
let collector: Collector;
beforeEach(async () => {
  folder = databaseFolder();
  const dbPath = join(folder, 'playhead.db');
  collector = await startCollector({ port: 0, host: '127.0.0.1', dbPath, viewerDir: folder });
});
afterEach(async () => {
  await collector.close();
  rmSync(folder, { recursive: true, force: true });
});

async function get<T>(path: string): Promise<T> {
  const answer = await fetch(`${collector.url}${path}`);
  expect(answer.status).toBe(200);
  return (await answer.json()) as T;
}

const cellPath = (id: string, rest = ''): string => `/api/cells/${encodeURIComponent(id)}${rest}`;

describe('the three examples', () => {
  test('become three cells with outcomes, scores and terminals', async () => {
    const report = await importFiles(manifests, { endpoint: collector.url });
    expect(report.problems).toEqual([]);
    const { cells } = await get<CellsPage>('/api/cells');
    expect(
      cells.map(({ id, outcome, spans, modelCalls, hasTerminal, durationMs }) => ({
        id,
        outcome,
        spans,
        modelCalls,
        hasTerminal,
        durationMs,
      })),
    ).toEqual([
      { id: piId, outcome: 'failed', spans: 11, modelCalls: 5, hasTerminal: true, durationMs: 4436 },
      { id: opencodeId, outcome: 'passed', spans: 13, modelCalls: 6, hasTerminal: true, durationMs: 10399 },
      { id: seedId, outcome: 'no_op', spans: 5, modelCalls: 0, hasTerminal: false, durationMs: 13172.798 },
    ]);
  });

  test('keep every score record as its file gives it', async () => {
    await importFiles(manifests, { endpoint: collector.url });
    const files: [string, string][] = [
      [seedId, 'openhands-llama-4-maverick'],
      [opencodeId, 'opencode-rust-error-handling-solved'],
      [piId, 'pi-rust-error-handling-failed'],
    ];
    for (const [id, name] of files) {
      const { scores } = await get<CellDetail>(cellPath(id));
      const given = JSON.parse(readExample(`${name}/scores.json`)) as ScoresBody;
      const byAxis = (records: ScoresBody['scores']) =>
        new Map(records.map(({ axis, values }) => [axis, values]));
      expect(byAxis(scores)).toEqual(byAxis(given.scores));
    }
  });

  test('loaded twice are the same cells, not more of everything', async () => {
    await importFiles(manifests, { endpoint: collector.url });
    const count = async () => {
      const { cells } = await get<CellsPage>('/api/cells');
      const { changes } = await get<ChangesJson>(cellPath(opencodeId, '/changes'));
      return [cells.map(({ id, spans, modelCalls }) => [id, spans, modelCalls]), changes.length];
    };
    const once = await count();
    const again = await importFiles(manifests, { endpoint: collector.url });
    expect(again.problems).toEqual([]);
    expect(await count()).toEqual(once);
    const { conflicts } = await get<TraceJson>(cellPath(opencodeId, '/trace'));
    expect(conflicts ?? []).toEqual([]);
  });

  test('tie each file change to the tool call that made it', async () => {
    await importFiles(manifests, { endpoint: collector.url });
    const { changes } = await get<ChangesJson>(cellPath(opencodeId, '/changes'));
    const { spans } = await get<TraceJson>(cellPath(opencodeId, '/trace'));
    const makers = changes.map((change) => spans.find((span) => span.spanId === change.spanId)?.name);
    expect(makers).toEqual(['execute_tool edit', 'execute_tool edit']);
  });

  test('tell the tokens of each model call', async () => {
    await importFiles(manifests, { endpoint: collector.url });
    const { modelCalls } = await get<ModelCallsJson>(cellPath(piId, '/model-calls'));
    expect(
      modelCalls.map(({ inputTokens, outputTokens, finishReason }) => [
        inputTokens,
        outputTokens,
        finishReason,
      ]),
    ).toEqual([
      [1200, 45, 'toolUse'],
      [1500, 45, 'toolUse'],
      [1800, 58, 'toolUse'],
      [2100, 45, 'toolUse'],
      [2400, 44, 'stop'],
    ]);
  });
});

test('a run that is recorded live is there with its phases, terminal, scores and exit code', async () => {
  const cell = openCell({
    endpoint: collector.url,
    sweep: 'live',
    agent: 'pi',
    agentVersion: '0.73.1',
    model: 'local/m',
    task: 'polyglot/rust',
    taskTitle: '修复 Rust · žluťoučký',
    image: 'bench/pi:1',
    imageDigest: `sha256:${'ab'.repeat(32)}`,
  });
  cell.phase('task_setup', 'prepare').end();
  const run = cell.phase('adapter_run', 'pi:polyglot/rust');
  cell.resize(80, 24);
  cell.terminal('$ cargo test\r\n');
  run.toolCall({ tool: 'bash', arguments: { command: 'cargo test' } }).end({ exitCode: 101 });
  run.end({ attributes: { 'process.exit.code': 3 } });
  cell.score({ axis: 'pass_rate', values: { pass: 0 } });
  await cell.close();
  expect(cell.problems).toEqual([]);
  const detail = await get<CellDetail>(cellPath(cell.cellId));
  expect(detail).toMatchObject({ spans: 3, outcome: 'agent_error', hasTerminal: true });
  expect(detail.identity).toMatchObject({
    agentVersion: '0.73.1',
    taskTitle: '修复 Rust · žluťoučký',
    containerImage: 'bench/pi:1',
    imageDigest: `sha256:${'ab'.repeat(32)}`,
    exitCode: 3,
  });
  const terminal = await (await fetch(`${collector.url}${cellPath(cell.cellId, '/terminal')}`)).text();
  expect(terminal).toContain('$ cargo test');
});
