// Imports folders as they grow: looks at them again and again, and imports what changed since it was last imported. Keeps no
// state on disk: a watcher that was killed begins with all there is, and what the collector has already is known to it by its
// ids. Half a file is imported as far as it goes, or when it is whole. Prints nothing.

import type { ImportOptions } from '../format.ts';
import { type ImportReport, importFiles } from '../import.ts';
import { type Unit, Units, type WatchedFolder } from './units.ts';

/** A run to which nothing was written for so long is taken to be over. */
export const REST_MS = 10 * 60_000;
/** A file that is broken may be half written: that it is broken is told when it has been so for this long. */
const TELL_BROKEN_AFTER_MS = 5000;
/** Between looks, so that a run shows within two seconds. */
const MIN_PAUSE_MS = 300;
const MAX_PAUSE_MS = 1200;
/** Looking is held to a fifth of the time. */
const PAUSE_PER_LOOK = 4;

export interface WatchOptions extends ImportOptions {
  /** Told of each import that loaded something, or that went wrong. */
  readonly onImport: (report: ImportReport) => void;
  /** Milliseconds since the epoch; the wall clock where absent. */
  readonly now?: () => number;
}

interface Known {
  /** The state that was imported. */
  state: string;
  /** It was imported as one that goes on. */
  isUnderWay: boolean;
  /** What of it the collector has taken. */
  readonly sent: Set<string>;
  told: string;
}

export class FolderWatcher {
  readonly #options: WatchOptions;
  readonly #units: Units;
  readonly #known = new Map<string, Known>();

  constructor(folders: readonly WatchedFolder[], options: WatchOptions) {
    this.#options = options;
    this.#units = new Units(folders);
  }

  /** Looks once, and imports what changed. @returns how many imports that were */
  async look(): Promise<number> {
    let count = 0;
    for (const unit of await this.#units.look()) {
      if (this.#options.signal?.aborted) break;
      if (await this.#take(unit)) count++;
    }
    return count;
  }

  async #take(unit: Unit): Promise<boolean> {
    const [lead = ''] = unit.paths;
    const known = this.#known.get(lead) ?? { state: '', isUnderWay: false, sent: new Set(), told: '' };
    this.#known.set(lead, known);
    const idleMs = (this.#options.now ?? Date.now)() - unit.newestMs;
    const isUnderWay = idleMs < REST_MS;
    if (known.state === unit.state && known.isUnderWay === isUnderWay) return false;
    const { onImport, now: _now, ...options } = this.#options;
    const report = await importFiles(unit.paths, { ...options, isUnderWay, sent: known.sent });
    const failed = report.entries.filter(({ outcome }) => outcome === 'failed');
    const codes = new Set(failed.map(({ error }) => error?.code));
    const isLost = codes.has('collector_unreachable') || codes.has('collector_refused');
    const isHalf = failed.length > 0 && !isLost && idleMs < TELL_BROKEN_AFTER_MS;
    if (isLost) known.sent.clear();
    // What failed is tried again at the next look: the collector may be back, the file whole.
    if (!isLost && !isHalf) {
      known.state = unit.state;
      known.isUnderWay = isUnderWay;
    }
    const told = JSON.stringify([report.cells, isHalf ? [] : report.problems]);
    if (told !== known.told && !codes.has('unknown_format'))
      onImport(isHalf ? { ...report, problems: [] } : report);
    known.told = told;
    return true;
  }
}

/** Watches until it is told to stop. @param pause waits so many milliseconds, or until the signal */
export async function watchFolders(
  folders: readonly WatchedFolder[],
  options: WatchOptions & { readonly signal: AbortSignal },
): Promise<void> {
  const watcher = new FolderWatcher(folders, options);
  const { signal } = options;
  while (!signal.aborted) {
    const began = performance.now();
    await watcher.look();
    const pauseMs = Math.min(
      MAX_PAUSE_MS,
      Math.max(MIN_PAUSE_MS, (performance.now() - began) * PAUSE_PER_LOOK),
    );
    await new Promise<void>((resolve) => {
      const timer = setTimeout(done, pauseMs);
      signal.addEventListener('abort', done);
      function done(): void {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      }
    });
  }
}
