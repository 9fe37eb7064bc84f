// The fault tests: minutes long and hard on the disk, so apart from `npm test`. Run by main.ts.
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: join(import.meta.dirname, '../..'),
  test: {
    name: 'faults',
    include: ['test/faults/**/*.test.ts'],
    reporters: ['default', './test/support/tally-reporter.ts'],
    maxWorkers: 2,
  },
});
