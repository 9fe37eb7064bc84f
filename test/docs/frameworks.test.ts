// The tables of docs/frameworks.md are what the captures' truths say.
import { expect, test } from 'vitest';
import { keptRuns } from '../frameworks/kept-runs.ts';
import { capturedFrameworks } from '../frameworks/reading.ts';
import { agentsTable, frameworksTable, statedTable } from '../frameworks/table.ts';

test('the page says of every captured framework what it tells', () => {
  expect(statedTable('frameworks')).toBe(frameworksTable(capturedFrameworks()).trimEnd());
});

test('and of every agent whose files are read beside what was served', () => {
  expect(statedTable('agents')).toBe(agentsTable(keptRuns()).trimEnd());
});
