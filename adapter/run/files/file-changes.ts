// Watches the working directory while the agent runs and says which file changed, how, and when: looks
// whenever a tool call ended, and every so often in between. The moment of a change is the file's own where
// the file system tells it, else the moment of looking. Which tool call made it is settled in
// record/change-owner.ts.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compareNs } from '../../../shared/time.ts';
import type { FileChange } from '../../agents/step.ts';
import type { SeenChange } from '../../record/observations.ts';
import { nowNs } from '../../sdk/instant.ts';
import { Snapshots } from './snapshots.ts';
import type { Snapshot } from './workdir-scan.ts';

/** What a whole run left behind: the difference between its first and its last moment. */
export interface NetChanges {
  readonly changes: readonly FileChange[];
  /** A git repository lies where none lay before. */
  readonly extraGitDir: boolean;
  /** What was not read of the tree, in sentences. */
  readonly problems: readonly string[];
}

/** Looking is never more than a twentieth of the time, and an agent's edits are seconds apart. */
const MIN_PAUSE_MS = 500;
const PAUSE_PER_LOOK = 20;

export class FileChanges {
  readonly #dir: string;
  readonly #snapshots: Snapshots;
  readonly #base: Snapshot;
  #onChange: (changes: readonly SeenChange[]) => void = () => undefined;
  #last: Snapshot;
  #lastNs: bigint;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | null = null;
  #again = false;
  #stopped = false;

  private constructor(dir: string, snapshots: Snapshots, base: Snapshot) {
    this.#dir = dir;
    this.#snapshots = snapshots;
    this.#base = base;
    this.#last = base;
    this.#lastNs = nowNs();
  }

  /**
   * Takes the first snapshot.
   * @throws the error of git, or ENOENT where there is no git
   */
  static async start(
    workdir: string,
    env: Readonly<Record<string, string | undefined>>,
  ): Promise<FileChanges> {
    const dir = await mkdtemp(join(tmpdir(), 'playhead-snapshots-'));
    try {
      const snapshots = await Snapshots.create(workdir, dir, env);
      return new FileChanges(dir, snapshots, await snapshots.take(null));
    } catch (error) {
      await rm(dir, { recursive: true, force: true });
      throw error;
    }
  }

  /** Says who is told of changes from now on. */
  listen(onChange: (changes: readonly SeenChange[]) => void): void {
    this.#onChange = onChange;
  }

  /** Begins to look every so often. */
  watch(): void {
    this.#schedule(MIN_PAUSE_MS);
  }

  /** Looks now; two calls at once share the second look. */
  look(): Promise<void> {
    if (this.#looking) {
      this.#again = true;
      return this.#looking;
    }
    this.#looking = this.#lookUntilStill().finally(() => {
      this.#looking = null;
    });
    return this.#looking;
  }

  /** Looks for the last time and says what the run left behind. @throws where that look failed */
  async finish(): Promise<NetChanges> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#looking?.catch(() => undefined);
    await this.look();
    const net = await this.#snapshots.changes(this.#base, this.#last);
    return {
      changes: net.map(({ path, change, diff }) => ({ path, change, diff })),
      extraGitDir: [...this.#last.gitDirs].some((path) => !this.#base.gitDirs.has(path)),
      problems: this.#snapshots.problems(),
    };
  }

  /** Removes the snapshots; ends a look that is under way. */
  async remove(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#snapshots.abandon();
    await this.#looking?.catch(() => undefined);
    this.#snapshots.close();
    await rm(this.#dir, { recursive: true, force: true });
  }

  #schedule(afterMs: number): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => {
      const began = performance.now();
      // A look that failed (a file vanished under it) is made up for by the next one.
      this.look()
        .catch(() => undefined)
        .finally(() => this.#schedule(Math.max(MIN_PAUSE_MS, (performance.now() - began) * PAUSE_PER_LOOK)));
    }, afterMs);
    this.#timer.unref();
  }

  async #lookUntilStill(): Promise<void> {
    do {
      this.#again = false;
      await this.#lookOnce();
    } while (this.#again);
  }

  async #lookOnce(): Promise<void> {
    const fromNs = this.#lastNs;
    const startNs = nowNs();
    const snapshot = await this.#snapshots.take(this.#last);
    const changes = await this.#snapshots.changes(this.#last, snapshot);
    this.#last = snapshot;
    this.#lastNs = startNs;
    if (changes.length === 0) return;
    const endNs = nowNs();
    const seen: SeenChange[] = [];
    for (const { mtimeNs: ownNs, ...change } of changes) {
      // A time outside the two looks was set by hand: `touch -d`, an archive, a checkout. The file
      // system's clock is coarser than ours by a few milliseconds.
      const told = ownNs !== null && ownNs >= fromNs - 20_000_000n && ownNs <= endNs;
      seen.push({ ...change, atNs: told ? ownNs : startNs, timing: told ? 'measured' : 'arrival' });
    }
    this.#onChange(seen.sort((a, b) => compareNs(a.atNs, b.atNs)));
  }
}
