// How far the import of a large file came before it was interrupted, kept in a small file of the user's. Believed only where
// the collector still has as much of the cell.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readCellOutline } from '../../sdk/collector-client.ts';
import type { ImportOptions } from '../format.ts';

interface Records {
  readonly spans: number;
  readonly logs: number;
  /** Of a file of requests: its lines. */
  readonly lines?: number;
}

export class Resume {
  /** What the collector took before. */
  readonly acknowledged: Records;
  readonly #path: string | null;

  private constructor(path: string | null, acknowledged: Records) {
    this.#path = path;
    this.acknowledged = acknowledged;
  }

  /** @throws CollectorError */
  static async open(
    { endpoint, token, stateFolder }: ImportOptions,
    { cellId, digest }: { readonly cellId: string; readonly digest: string },
  ): Promise<Resume> {
    const none = { spans: 0, logs: 0 };
    if (stateFolder === undefined) return new Resume(null, none);
    const name = createHash('sha256')
      .update([endpoint, cellId, digest].join('\n'))
      .digest('hex')
      .slice(0, 32);
    const path = join(stateFolder, `${name}.json`);
    const noted = readNote(path);
    if (noted === null) return new Resume(path, none);
    const cell = await readCellOutline({ endpoint, token }, cellId);
    return new Resume(path, cell !== null && cell.spans >= noted.spans ? noted : none);
  }

  note(records: Records): void {
    if (this.#path === null) return;
    mkdirSync(join(this.#path, '..'), { recursive: true });
    writeFileSync(this.#path, JSON.stringify(records));
  }

  done(): void {
    if (this.#path !== null) rmSync(this.#path, { force: true });
  }
}

function readNote(path: string): Records | null {
  try {
    const { spans, logs, lines = 0 } = JSON.parse(readFileSync(path, 'utf8')) as Partial<Records>;
    return [spans, logs, lines].every(Number.isSafeInteger)
      ? { spans: spans ?? 0, logs: logs ?? 0, ...(lines > 0 && { lines }) }
      : null;
  } catch {
    return null;
  }
}
