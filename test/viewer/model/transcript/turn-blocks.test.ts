// The transcript in blocks: turns whole, subagents folded to a card for each time they were sent, nothing lost.
import { expect, test } from 'vitest';
import { tellStory } from '../../../../viewer/model/actors/story.ts';
import { buildTree, indexRows, rowKeyAt, rowKeyOf } from '../../../../viewer/model/trace/trace-tree.ts';
import { buildTranscript } from '../../../../viewer/model/transcript/transcript.ts';
import { arrange, cardIdOf } from '../../../../viewer/model/transcript/turn-blocks.ts';
import {
  aSpanJson,
  aTrace,
  CLOCK_START_NS,
  spanIdOf,
  type TraceRow,
} from '../../../support/trace-builders.ts';

const MS = 1e6;
const said = (content: string) => ({
  'gen_ai.output.messages': JSON.stringify([{ role: 'assistant', parts: [{ type: 'text', content }] }]),
});
const rows: (TraceRow & { said?: string })[] = [
  { startNs: 0, lengthNs: 1 * MS, kind: 'task_setup', name: 'set-up' },
  { startNs: 2 * MS, lengthNs: 1 * MS, kind: 'model_call', said: 'I send two' },
  { startNs: 4 * MS, lengthNs: 20 * MS, kind: 'tool_call', name: 'execute_tool one' },
  { startNs: 4 * MS, lengthNs: 20 * MS, kind: 'tool_call', name: 'execute_tool two' },
  { startNs: 5 * MS, lengthNs: 1 * MS, kind: 'model_call', parent: 2, said: 'one begins' },
  { startNs: 6 * MS, lengthNs: 1 * MS, kind: 'model_call', parent: 3, said: 'two begins' },
  { startNs: 7 * MS, lengthNs: 1 * MS, kind: 'tool_call', parent: 2, name: 'execute_tool read' },
  { startNs: 8 * MS, lengthNs: 1 * MS, kind: 'model_call', parent: 2, said: 'one ends' },
  { startNs: 30 * MS, lengthNs: 1 * MS, kind: 'model_call', said: 'done' },
  { startNs: 40 * MS, lengthNs: 1 * MS, kind: 'verify', name: 'verify' },
];
const columns = aTrace(rows);
const spans = rows.map((row, index) =>
  aSpanJson({
    ...{ spanId: spanIdOf(index), kind: row.kind ?? 'other', name: row.name ?? 'span' },
    ...{ startMs: row.startNs / MS, endMs: (row.startNs + row.lengthNs) / MS },
    attributes: row.said === undefined ? {} : said(row.said),
  }),
);
const byKey = new Map(spans.map((span) => [rowKeyOf(span), span]));
const index = indexRows(columns);
const rowOf = (key: string) => index.get(key) ?? -1;
const entries = buildTranscript(spans, [], CLOCK_START_NS);
const tree = buildTree(columns);
const spanAt = (row: number) => byKey.get(rowKeyAt(columns, row)) ?? null;
const story = tellStory({ columns, tree, spanAt, calls: [], entries, rowOf });
const all = { chosen: new Set<number>(), opened: new Set<string>() };
const wordsOf = ({ blocks }: ReturnType<typeof arrange>) =>
  blocks.map(({ kind, entries: own }) => `${kind}: ${own.map(({ text }) => text).join(', ')}`);

test('a subagent that was sent is one card, a turn of the main agent one block', () => {
  expect(wordsOf(arrange(entries, story, rowOf, all))).toEqual([
    'loose: set-up',
    'turn: I send two, one, two',
    'card: one begins, read, one ends',
    'card: two begins',
    'turn: done',
    'loose: verify',
  ]);
});

test('opened, its turns stand in order of time, each whole', () => {
  const [first] = story.turns.ofActor[1] ?? [];
  const opened = new Set(first ? [cardIdOf(story, first)] : []);
  expect(wordsOf(arrange(entries, story, rowOf, { ...all, opened }))).toEqual([
    'loose: set-up',
    'turn: I send two, one, two',
    'turn: one begins, read',
    'card: two begins',
    'turn: one ends',
    'turn: done',
    'loose: verify',
  ]);
});

test('of chosen actors the turns alone are shown, with what belongs to nobody', () => {
  const chosen = new Set([2]);
  const arranged = arrange(entries, story, rowOf, { chosen, opened: null });
  expect(wordsOf(arranged)).toEqual(['loose: set-up', 'turn: two begins', 'loose: verify']);
  expect([...arranged.blockOf].filter((block) => block < 0)).toHaveLength(entries.length - 3);
});

test('without a story every entry is a block of its own', () => {
  expect(arrange(entries, null, rowOf, all).blocks).toHaveLength(entries.length);
});
