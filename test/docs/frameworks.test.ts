// The table of docs/frameworks.md is what the captures' truths say.
import { expect, test } from 'vitest';
import { capturedFrameworks } from '../frameworks/reading.ts';
import { frameworksTable, statedTable } from '../frameworks/table.ts';

test('the page says of every captured framework what it tells', () => {
  expect(statedTable()).toBe(frameworksTable(capturedFrameworks()).trimEnd());
});
