// Hits as they are read: equal ones folded, fields by their meaning, no signs of JSON.
import { describe, expect, it } from 'vitest';
import type { SearchHit } from '../../../../shared/wire.ts';
import { fieldWords, foldHits, hitParts } from '../../../../viewer/model/search/hit-words.ts';

const aHit = (parts: Partial<SearchHit>): SearchHit => ({
  cell: 's/a/m/f/t',
  outcome: 'failed',
  source: 'terminal',
  tMs: 0,
  span: null,
  field: 'output',
  text: 'x',
  from: 0,
  to: 1,
  ...parts,
});

describe('hits of a run', () => {
  it('that a screen drew again are one, from the first to the last', () => {
    const hits = [
      aHit({ text: '⠋ Building (3s)', tMs: 49_000 }),
      aHit({ text: '⠙ Building (4s)', tMs: 50_000 }),
      aHit({ text: 'Building failed', tMs: 51_000 }),
      aHit({ text: '⠹  Building (12s)', tMs: 88_000, more: true }),
    ];
    expect(foldHits(hits)).toEqual([
      { hit: hits[0], count: 3, lastMs: 88_000, more: true },
      { hit: hits[2], count: 1, lastMs: 51_000, more: false },
    ]);
  });

  it('stay apart in other places', () => {
    const hits = [aHit({}), aHit({ source: 'log' }), aHit({ field: 'name' }), aHit({ text: 'y' })];
    expect(foldHits(hits).map(({ hit }) => hit)).toEqual(hits);
  });

  it('say what holds them by its meaning, in any dialect', () => {
    expect(
      ['gen_ai.tool.call.arguments', 'ai.toolCall.args', 'input.value'].map(fieldWords).slice(0, 2),
    ).toEqual(['Tool call', 'Tool call']);
    expect(fieldWords('gen_ai.tool.call.result')).toBe('Tool result');
    expect(fieldWords('gen_ai.output.messages')).toBe('Answer');
    expect(fieldWords('my.own.key')).toBe('my.own.key');
  });

  it('of structured values are read without escapes, and the match stays the match', () => {
    const text = '{"command":"echo \\"needle\\"\\nls"}';
    const from = text.indexOf('needle');
    const hit = aHit({ field: 'gen_ai.tool.call.arguments', text, from, to: from + 6 });
    expect(hitParts(hit)).toEqual(['{"command":"echo "', 'needle', '" ls"}']);
    expect(hitParts({ ...hit, field: 'output' })[2]).toBe('\\"\\nls"}');
  });
});
