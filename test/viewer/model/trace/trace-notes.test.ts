// What is odd about a trace as a whole.
import { expect, test } from 'vitest';
import { spanFlag } from '../../../../shared/span.ts';
import { conflictNote } from '../../../../viewer/model/trace/trace-notes.ts';

const flagged = (...flags: number[]) => conflictNote({ flags: Uint16Array.from(flags) });

test('spans that were sent again with other content are counted, whatever else is odd about them', () => {
  expect(flagged(0, spanFlag.orphan, 0)).toBeNull();
  expect(flagged(0, spanFlag.conflict)).toMatch(/^1 span was sent again with other content\./);
  expect(flagged(spanFlag.conflict, spanFlag.conflict | spanFlag.orphan)).toMatch(/^2 spans were sent again/);
});
