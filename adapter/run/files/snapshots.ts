// Snapshots of a working directory and what lies between two of them. They are made of bytes that we read and
// hash ourselves: no program looks at the tree, so nothing in it is run or obeyed. Leaves nothing in the tree.
import type { FileChange } from '../../agents/step.ts';
import { ContentStore } from './content-store.ts';
import type { Snapshot } from './workdir-scan.ts';
import { WorkdirScan } from './workdir-scan.ts';

/** With more files than this in one step, or when so much time is up, the others have no diff. */
const MAX_DIFFS = 200;
const MAX_DIFFS_MS = 5000;

/** A change, and the file's own time for it; null where the file is gone. */
export interface TimedChange extends FileChange {
  readonly mtimeNs: bigint | null;
}

export class Snapshots {
  readonly #store: ContentStore;
  readonly #scan: WorkdirScan;
  /** The most that any look could not read. */
  #unread = 0;
  #refused = 0;
  #isAbandoned = false;

  private constructor(workdir: string, store: ContentStore) {
    this.#store = store;
    this.#scan = new WorkdirScan(workdir, store);
  }

  /**
   * @param dir an empty folder of ours
   * @throws the error of git, or that there is none
   */
  static async create(
    workdir: string,
    dir: string,
    env: Readonly<Record<string, string | undefined>>,
  ): Promise<Snapshots> {
    return new Snapshots(workdir, await ContentStore.create(dir, workdir, env));
  }

  /** @param before null for the first @throws where the tree passes a bound */
  async take(before: Snapshot | null): Promise<Snapshot> {
    const snapshot = await this.#scan.look(before);
    this.#unread = Math.max(this.#unread, snapshot.unread);
    this.#refused = Math.max(this.#refused, snapshot.refused);
    return snapshot;
  }

  /** What changed from one to another, in order of paths. */
  async changes(from: Snapshot, to: Snapshot): Promise<TimedChange[]> {
    const paths: string[] = [];
    for (const [path, file] of to.files) {
      const old = from.files.get(path);
      if (old?.content !== file.content || old.mode !== file.mode) paths.push(path);
    }
    for (const path of from.files.keys()) if (!to.files.has(path)) paths.push(path);
    const found: TimedChange[] = [];
    const startMs = performance.now();
    for (const key of paths.sort()) {
      if (this.#isAbandoned) throw new Error('the diffs were given up');
      const [old, young] = [from.files.get(key), to.files.get(key)];
      const path = Buffer.from(key, 'latin1').toString('utf8');
      const diff =
        found.length < MAX_DIFFS && performance.now() - startMs < MAX_DIFFS_MS
          ? await this.#store.diff(old ?? null, young ?? null, path)
          : null;
      const change = old === undefined ? 'added' : young === undefined ? 'removed' : 'modified';
      found.push({ path, change, diff, mtimeNs: young?.mtimeNs ?? null });
    }
    return found;
  }

  /** What was not read, in sentences. */
  problems(): string[] {
    const { leftOut } = this.#store;
    return [
      ...(this.#unread > 0
        ? [
            `${this.#unread} files were too large or too many to be read: their changes are told by size and time`,
          ]
        : []),
      ...(this.#refused > 0
        ? [`${this.#refused} files or folders could not be looked at: their changes are not recorded`]
        : []),
      ...(leftOut > 0 ? [`${leftOut} texts had no room in the snapshots: their changes have no diff`] : []),
    ];
  }

  /** Ends what is under way. */
  abandon(): void {
    this.#isAbandoned = true;
    this.#scan.abandon();
  }

  close(): void {
    this.#store.close();
  }
}
