// Addresses: every cell has a page whose URL means that cell and no other, and nothing else is a page.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cellIdProblem } from '../../../../shared/cell-id.ts';
import { cellHref, readRoute } from '../../../../viewer/state/page/address.ts';

function readHref(href: string) {
  const url = new URL(href, 'http://127.0.0.1:4318');
  return readRoute(url.pathname, url.search);
}

const segment = fc.stringMatching(/^[A-Za-z0-9._:@+-]{1,24}$/).filter((text) => !/^\.\.?$/.test(text));
const cellId = fc
  .tuple(fc.array(segment, { minLength: 2, maxLength: 9 }), fc.integer({ min: 1, max: 40 }))
  .map(([segments, run]) => segments.join('/') + (run > 1 ? `#run${run}` : ''))
  .filter((id) => cellIdProblem(id) === null);

describe('the page of a cell', () => {
  test('is the seed page’s path, its sweep in the query and the model’s slash kept', () => {
    const id =
      'expansion-20260616/openhands/meta/llama-4-maverick-17b-128e-instruct/polyglot/rust-error-handling';
    expect(cellHref(id)).toBe(
      '/cell/openhands/meta/llama-4-maverick-17b-128e-instruct/polyglot/rust-error-handling?sweep=expansion-20260616',
    );
  });

  test('names exactly its cell, whatever the id', () => {
    fc.assert(
      fc.property(cellId, (id) => {
        const route = readHref(cellHref(id));
        expect(route.page === 'cell' && route.address.id).toBe(id);
      }),
    );
  });

  test('carries the moment in readable letters', () => {
    const href = cellHref('s/a/m/f/t', { t: 3310.5, span: 'ab:cd', tab: 'spans' });
    expect(href).toBe('/cell/a/m/f/t?sweep=s&t=3310.5&span=ab:cd&tab=spans');
  });

  test('without a sweep says agent, model and task, from the front and from the back', () => {
    expect(readHref('/cell/pi/local/scripted/polyglot/rust?run=2')).toEqual({
      page: 'cell',
      address: {
        id: null,
        sweep: null,
        agent: 'pi',
        model: 'local/scripted',
        task: 'polyglot/rust',
        attempt: 2,
      },
    });
  });
});

describe('what is no page', () => {
  test.each(['/nowhere', '/cell', '/cell/a/b/c', '/cell/%zz/b/c/d', '/cells'])('%s is not found', (path) => {
    expect(readHref(path).page).toBe('not-found');
  });

  test('never throws, whatever the path', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (path, search) => {
        expect(['cells', 'cell', 'not-found']).toContain(readRoute(`/${path}`, `?${search}`).page);
      }),
    );
  });
});
