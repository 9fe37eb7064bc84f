// How `npm run test:package` runs: the packed package in folders of its own, under each Node that it is for. Fetches
// those and the judges of packages from npm. Not a part of `npm test`.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    name: 'package',
    include: ['test/package/**/*.test.ts'],
    reporters: ['default', './test/support/tally-reporter.ts'],
    testTimeout: 180_000,
    hookTimeout: 600_000,
  },
});
