// How `npm run test:exchange` runs: harnesses in other languages, built with their own package managers in a
// temporary folder. Not a part of `npm test`.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    name: 'exchange',
    include: ['test/exchange/**/*.test.ts'],
    reporters: ['default', './test/support/tally-reporter.ts'],
    fileParallelism: false,
    testTimeout: 240_000,
    hookTimeout: 60_000,
  },
});
