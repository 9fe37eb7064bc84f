// The made long run as turns, chapters, context and cost: what its plan says is what is read. And smart speed over it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { importFiles } from '../../../../adapter/import/import.ts';
import { madeFiles } from '../../../../bin/demo.ts';
import { chaptersOf } from '../../../../viewer/model/actors/chapters.ts';
import {
  compactionsOf,
  contextAt,
  contextSteps,
  costAt,
  costSteps,
} from '../../../../viewer/model/actors/context.ts';
import { eventMoments, workingKeys } from '../../../../viewer/model/actors/moments.ts';
import { turnAt } from '../../../../viewer/model/actors/turns.ts';
import { runAt } from '../../../../viewer/model/timeline/idle-map.ts';
import { smartMap, smartRateAt } from '../../../../viewer/model/timeline/smart-speed.ts';
import { rowKeyAt } from '../../../../viewer/model/trace/trace-tree.ts';
import { buildTranscript } from '../../../../viewer/model/transcript/transcript.ts';
import { TestCollector } from '../../../support/collector.ts';
import { type ReadRun, readRun } from '../../../support/long-run/read-run.ts';
import { longRunId } from '../../../support/long-run/record.ts';

let collector: TestCollector;
let run: ReadRun;
let entries: ReturnType<typeof buildTranscript>;
const folder = mkdtempSync(join(tmpdir(), 'playhead-turns-'));
beforeAll(async () => {
  collector = await TestCollector.unattended(join(folder, 'playhead.db'));
  await importFiles([madeFiles()[0] ?? ''], { endpoint: collector.url });
  run = await readRun(collector, longRunId(1));
  const { changes } = await collector.changes(longRunId(1));
  entries = buildTranscript(run.spans, changes, run.columns.startNs);
});
afterAll(async () => {
  await collector.close();
  rmSync(folder, { recursive: true, force: true });
});

const minutes = (ns: number) =>
  `${Math.floor(ns / 60e9)}:${String(Math.floor((ns / 1e9) % 60)).padStart(2, '0')}`;

test('every answer is a turn, and every tool that an actor called stands in a turn of that actor', () => {
  const { columns, actors, turns } = run;
  expect(turns.list).toHaveLength(145);
  expect(turns.list.map(({ number }) => number)).toEqual(turns.list.map((_, index) => index + 1));
  for (const turn of turns.list) for (const row of turn.tools) expect(actors.ofRow[row]).toBe(turn.actor);
  const tools = turns.list.flatMap((turn) => turn.tools);
  expect(new Set(tools).size).toBe(run.spans.filter(({ kind }) => kind === 'tool_call').length);
  for (const [index, turn] of turns.list.entries())
    expect(turns.list[turnAt(turns.list, turn.startNs)]?.startNs).toBe(turns.list[index]?.startNs);
  expect(turnAt(turns.list, -1)).toBe(-1);
  expect(columns.count).toBeGreaterThan(300);
});

test('its chapters are these, and they tile the run', () => {
  const working = workingKeys(entries);
  const verify = entries.filter(({ kind }) => kind === 'verify');
  const sources = {
    lengthNs: run.columns.lengthNs,
    turns: run.turns.list,
    works: ({ tools }: { tools: readonly number[] }) =>
      tools.some((row) => working.has(rowKeyAt(run.columns, row))),
    verifiers: verify.map(({ startNs, endNs }) => ({ startNs, endNs: endNs ?? startNs })),
  };
  const chapters = chaptersOf(sources);
  expect(chapters.map(({ title, startNs }) => `${minutes(startNs)} ${title}`)).toEqual([
    '0:00 Set-up',
    '0:06 Explore',
    '4:16 Edit and test',
    '10:25 3 subagents',
    '18:26 Edit and test',
    '24:53 Compaction',
    '25:25 Edit and test',
    '36:16 2 subagents',
    '37:42 Explore',
    '38:16 Edit and test',
    '39:38 Verify',
    '39:59 Clean-up',
  ]);
  expect(chapters[0]?.startNs).toBe(0);
  for (const [index, { endNs }] of chapters.entries())
    expect(endNs).toBe(chapters[index + 1]?.startNs ?? run.columns.lengthNs);
  expect(chaptersOf(sources)).toEqual(chapters);
});

test('one context was compacted, and no fall from agent to agent is taken for it', () => {
  expect(
    compactionsOf(run.turns.list).map(({ turn, beforeTokens, afterTokens }) => [
      ...[turn.actor, beforeTokens, afterTokens],
    ]),
  ).toEqual([[0, 182_000, 24_000]]);
});

test('context and cost at every call are those of the calls and their sums', () => {
  const { turns, actors } = run;
  const cost = costSteps(turns.list);
  for (const { index } of actors.list) {
    const own = turns.ofActor[index] ?? [];
    const steps = contextSteps(own);
    for (const turn of own)
      if (turn.call?.inputTokens != null) expect(contextAt(steps, turn.startNs)).toBe(turn.call.inputTokens);
  }
  for (const { answerEndNs } of turns.list) {
    const spent = turns.list
      .filter((turn) => turn.answerEndNs <= answerEndNs)
      .reduce((sum, { call }) => sum + (call?.costUsd ?? 0), 0);
    expect(costAt(cost, answerEndNs)).toBeCloseTo(spent, 9);
  }
  const byActor = turns.ofActor.map((own) => costAt(costSteps(own), run.columns.lengthNs) ?? 0);
  const total = costAt(cost, run.columns.lengthNs) ?? 0;
  expect(byActor.reduce((sum, one) => sum + one, 0)).toBeCloseTo(total, 9);
});

test('smart speed shows the forty minutes in about two, slow at each edit, error and message', () => {
  const moments = eventMoments(entries);
  const map = smartMap(moments, run.columns.lengthNs);
  expect(map.watchedLengthNs / 1e9).toBeGreaterThan(90);
  expect(map.watchedLengthNs / 1e9).toBeLessThan(150);
  for (const tNs of moments) expect(smartRateAt(map, tNs)).toBeLessThanOrEqual(2.000001);
});

test('what smart speed announces is what playing takes, for any moments', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -10, max: 4_000_000 }), { maxLength: 200 }),
      fc.integer({ min: 1, max: 3_600_000 }),
      (momentsMs, lengthMs) => {
        const lengthNs = lengthMs * 1e6;
        const map = smartMap(
          momentsMs.map((ms) => ms * 1e6),
          lengthNs,
        );
        const { from, to } = map.watchedOfRun;
        expect(from.at(-1)).toBe(lengthNs);
        for (let at = 1; at < from.length; at++) {
          const rate = (from[at]! - from[at - 1]!) / (to[at]! - to[at - 1]!);
          expect(rate).toBeGreaterThan(1.999);
          expect(rate).toBeLessThan(60.001);
        }
        // Frame by frame, as the page plays it.
        expect(runAt(map, map.watchedLengthNs)).toBe(lengthNs);
        expect(runAt(map, map.watchedLengthNs * 0.95)).toBeLessThan(lengthNs);
        for (const ms of momentsMs)
          if (ms >= 0 && ms < lengthMs) expect(smartRateAt(map, ms * 1e6)).toBeLessThanOrEqual(2.001);
      },
    ),
  );
});
