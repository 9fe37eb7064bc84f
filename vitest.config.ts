// How `npm test` runs: unit tests beside real SQLite, and browser tests against a built viewer, on all cores at
// once. Does not build the viewer.
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

// A collector is several threads, and each would compile its modules anew: half of the time of a test that starts
// one. Node keeps here what it compiled.
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, 'node_modules/.cache/compiled');

/** Ends what hangs. The slowest property takes 9 s on a core that it shares with a browser. */
const HANGS_MS = 60_000;

/** Tests of functions and of what holds no state of its process. */
const pure = [
  'test/{shared,viewer}/**/*.test.ts',
  'test/adapter/{agents,import,record}/**/*.test.ts',
  'test/collector/**/*.test.ts',
];

export default defineConfig({
  test: {
    reporters: ['default', './test/support/tally-reporter.ts'],
    // Vitest's own default leaves a core to itself, which of two is half of them.
    maxWorkers: availableParallelism(),
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/browser/**', 'test/faults/**', 'test/{agents,package,exchange}/**', ...pure],
          testTimeout: HANGS_MS,
        },
      },
      {
        test: {
          name: 'unit-pure',
          include: pure,
          testTimeout: HANGS_MS,
          // The files of a worker share its modules: loading them for each file takes more than half of the time.
          isolate: false,
        },
      },
      {
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          globalSetup: './test/support/browser/demo-folder.ts',
          testTimeout: 2 * HANGS_MS,
          hookTimeout: 2 * HANGS_MS,
          // What follows an event or a fetch is waited for, however busy the machine is.
          expect: { poll: { timeout: 15_000 } },
          // The files of a worker share its modules, and so its Chromium.
          isolate: false,
        },
      },
    ],
  },
});
