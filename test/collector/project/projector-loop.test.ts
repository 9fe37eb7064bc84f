// The projector where its database cannot be read or written for a while: it says that it waits, tries again, and goes on
// behind what was written.
import { expect, onTestFinished, test, vi } from 'vitest';
import type { ProjectorStore } from '../../../collector/cell/stores.ts';
import { UnavailableError } from '../../../collector/errors.ts';
import { ProjectorLoop } from '../../../collector/project/projector-loop.ts';
import { type Report, SLOTS } from '../../../collector/project/projector-messages.ts';
import { Store } from '../../../collector/store/store.ts';
import { TestCollector } from '../../support/collector.ts';
import { aBatch, aSpan } from '../../support/otlp/otlp-builders.ts';

const CELL = 's/a/m/f/retry';
const RETRY_MS = 250;

/** A real store on a disk that refuses what is named. */
class ShakyDisk {
  refuses = new Set<'read' | 'write'>();
  readonly store: ProjectorStore;

  constructor(real: Store) {
    const ask = <T>(what: 'read' | 'write', answer: () => T): T => {
      if (this.refuses.has(what)) throw new UnavailableError('io', `no ${what}`);
      return answer();
    };
    this.store = {
      get flushed() {
        return ask('read', () => real.flushed);
      },
      flush: () => ask('write', () => real.flush()),
      write: (changes) => ask('write', () => real.write(changes)),
      beginRun: () => undefined,
      discard: () => undefined,
      close: () => real.close(),
    };
  }
}

/** The loop on a database of three requests of which nothing is projected yet. */
async function aLoop() {
  const collector = await TestCollector.start();
  for (let request = 0; request < 3; request++)
    await collector.sendTraces([aBatch([aSpan()])], { cell: CELL });
  await collector.close();
  vi.useFakeTimers({ toFake: ['setTimeout', 'setImmediate'] });
  onTestFinished(() => void vi.useRealTimers());
  const real = new Store(collector.dbPath);
  real.dropProjections();
  const disk = new ShakyDisk(real);
  const reports: Report[] = [];
  const shared = new Int32Array(new SharedArrayBuffer(4 * SLOTS));
  const loop = new ProjectorLoop(disk.store, shared, (report) => reports.push(report));
  return { loop, disk, reports, spansOf: async () => (await real.reads.cells.find(CELL))?.spans.count };
}

const kindsOf = (reports: readonly Report[]) => reports.map(({ kind }) => kind);

test('waits while it cannot write, nor read where to go on, and then projects each entry once', async () => {
  const { loop, disk, reports, spansOf } = await aLoop();
  disk.refuses = new Set(['write']);
  loop.onCommand({ kind: 'project', to: 3 });
  vi.advanceTimersByTime(0);
  expect(kindsOf(reports)).toEqual(['waiting']);
  disk.refuses = new Set(['read', 'write']);
  vi.advanceTimersByTime(RETRY_MS);
  disk.refuses = new Set(['read']);
  vi.advanceTimersByTime(RETRY_MS);
  expect(kindsOf(reports)).toEqual(['waiting', 'waiting', 'waiting']);
  disk.refuses = new Set();
  vi.runAllTimers();
  expect(new Set(kindsOf(reports.slice(3)))).toEqual(new Set(['projected']));
  expect(reports.at(-1)).toMatchObject({ seq: 3 });
  expect(await spansOf()).toBe(3);
  loop.stop();
});

test('takes a word that the projections begin again while it waits, and begins with the first entry', async () => {
  const { loop, disk, reports, spansOf } = await aLoop();
  disk.refuses = new Set(['write']);
  loop.onCommand({ kind: 'project', to: 3 });
  vi.advanceTimersByTime(0);
  loop.onCommand({ kind: 'restart', run: 1 });
  disk.refuses = new Set();
  vi.runAllTimers();
  // How many groups the entries are is the machine's to say.
  const [waited, ...after] = reports;
  expect(waited).toMatchObject({ kind: 'waiting', run: 0 });
  expect(after.every(({ kind, run }) => kind === 'projected' && run === 1)).toBe(true);
  expect(after.at(-1)).toMatchObject({ seq: 3 });
  expect(await spansOf()).toBe(3);
  loop.stop();
});

test('asks no more once it is stopped', async () => {
  const { loop, disk, reports } = await aLoop();
  disk.refuses = new Set(['write']);
  loop.onCommand({ kind: 'project', to: 3 });
  vi.advanceTimersByTime(0);
  loop.stop();
  vi.advanceTimersByTime(10 * RETRY_MS);
  expect(kindsOf(reports)).toEqual(['waiting']);
});
