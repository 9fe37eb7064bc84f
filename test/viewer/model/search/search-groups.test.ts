// What a search across runs asks for in a URL, and how its hits gather by cell.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { outcomes } from '../../../../shared/outcome-words.ts';
import { searchSources } from '../../../../shared/text-match.ts';
import type { SearchHit } from '../../../../shared/wire.ts';
import {
  addHits,
  isNarrowed,
  readFacets,
  type SearchFacets,
  writeFacets,
} from '../../../../viewer/model/search/search-groups.ts';

const name = fc.string({ unit: 'grapheme', maxLength: 20 });
const facets: fc.Arbitrary<SearchFacets> = fc.record({
  q: name,
  sources: fc.subarray([...searchSources]),
  sweep: name,
  agent: name,
  model: name,
  task: name,
  outcome: fc.constantFrom('' as const, ...outcomes),
});

function aHit(cell: string, text = 'x'): SearchHit {
  return { cell, outcome: 'failed', source: 'span', tMs: 0, span: null, field: 'name', text, from: 0, to: 1 };
}

test('what is asked for goes into a URL and comes back', () => {
  fc.assert(
    fc.property(facets, (asked) => {
      expect(readFacets(new URLSearchParams(String(writeFacets(asked))))).toEqual(asked);
    }),
  );
});

test('what no search knows is left out', () => {
  const asked = readFacets(new URLSearchParams(`q=${'x'.repeat(300)}&in=span,files&outcome=good`));
  expect(asked.q.length).toBe(200);
  expect(asked.sources).toEqual(['span']);
  expect(asked.outcome).toBe('');
});

test('a text alone narrows nothing, a source or a filter does', () => {
  expect(isNarrowed(readFacets(new URLSearchParams('q=x')))).toBe(false);
  expect(isNarrowed(readFacets(new URLSearchParams('in=log')))).toBe(true);
  expect(isNarrowed(readFacets(new URLSearchParams('agent=pi')))).toBe(true);
});

test('hits gather by cell in the order of cells, also over two answers', () => {
  const first = addHits([], [aHit('a', '1'), aHit('b', '2')]);
  const both = addHits(first, [aHit('b', '3'), aHit('c', '4')]);
  expect(both.map(({ cell, hits }) => [cell, hits.map(({ text }) => text)])).toEqual([
    ['a', ['1']],
    ['b', ['2', '3']],
    ['c', ['4']],
  ]);
  expect(first[1]?.hits).toHaveLength(1);
});
