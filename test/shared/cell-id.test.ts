// Cell ids: written from parts, read back, and refused where they are not legal.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cellIdProblem, formatCellId, parseCellId } from '../../shared/cell-id.ts';

describe('the id of a cell', () => {
  test('a model with slashes is read between agent and family', () => {
    expect(parseCellId('exp/openhands/meta/llama-4/polyglot/rust#run3')).toEqual({
      sweep: 'exp',
      agent: 'openhands',
      model: 'meta/llama-4',
      family: 'polyglot',
      task: 'rust',
      attempt: 3,
    });
  });

  test('a short id names only sweep and agent', () => {
    expect(parseCellId('adhoc/codex/457becc448ea8f52252ed3b681c034d7')).toMatchObject({
      sweep: 'adhoc',
      agent: 'codex',
      model: null,
      task: null,
      attempt: 1,
    });
  });

  test.each([
    '',
    'one',
    'a//b',
    '../etc/passwd',
    'a/./b',
    'a\\b/c',
    'a/\0',
    'a/b c',
    'é/b',
    'a/b#run0',
    `a/${'x'.repeat(600)}`,
  ])('%j is refused', (id) => expect(cellIdProblem(id)).not.toBeNull());

  test('what is written from parts is legal and reads back as its parts', () => {
    const segment = fc.stringMatching(/^[A-Za-z0-9_:@+-][A-Za-z0-9._:@+-]{0,20}$/);
    const model = fc.array(segment, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
    fc.assert(
      fc.property(
        segment,
        segment,
        model,
        segment,
        segment,
        fc.integer({ min: 1, max: 99 }),
        (sweep, agent, m, family, task, attempt) => {
          const id = formatCellId({ sweep, agent, model: m, task: `${family}/${task}`, attempt });
          expect(cellIdProblem(id)).toBeNull();
          expect(parseCellId(id)).toEqual({ sweep, agent, model: m, family, task, attempt });
        },
      ),
    );
  });

  test('parts of any text still make a legal id', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), (text) => {
        const id = formatCellId({ sweep: 's', agent: text.replaceAll('/', ''), model: 'm', task: 'f/t' });
        expect(cellIdProblem(id)).toBeNull();
      }),
    );
  });
});
