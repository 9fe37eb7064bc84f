// How far a long work is, on one line of a terminal: a bar, a rate and an end. Shows nothing where no terminal is, and nothing
// of what is over in a second.
import { formatDuration } from '../shared/time.ts';
import { megabytes } from './quantities.ts';

const SHOWN_AFTER_MS = 1000;
const BAR_CHARS = 20;
const CLEAR_LINE = '\r\u001b[K';

export class Progress {
  readonly #stream: NodeJS.WriteStream;
  readonly #startMs = performance.now();
  #workMs = this.#startMs;
  #work = '';
  #isShown = false;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  /** @param work what is done; its rate is counted from its first call on */
  tell(work: string, bytes: number, totalBytes: number): void {
    const nowMs = performance.now();
    if (work !== this.#work) {
      this.#work = work;
      this.#workMs = nowMs;
    }
    if (!this.#stream.isTTY || nowMs - this.#startMs < SHOWN_AFTER_MS) return;
    this.#isShown = true;
    this.#stream.write(
      `${CLEAR_LINE}${progressLine(work, { bytes, totalBytes, tookMs: nowMs - this.#workMs })}`,
    );
  }

  clear(): void {
    if (this.#isShown) this.#stream.write(CLEAR_LINE);
    this.#isShown = false;
  }
}

export function progressLine(
  work: string,
  {
    bytes,
    totalBytes,
    tookMs,
  }: { readonly bytes: number; readonly totalBytes: number; readonly tookMs: number },
): string {
  const share = totalBytes === 0 ? 1 : Math.min(1, bytes / totalBytes);
  const full = Math.round(share * BAR_CHARS);
  const bar = `${'█'.repeat(full)}${'░'.repeat(BAR_CHARS - full)}`;
  const said = [
    `${work} ${bar} ${Math.floor(share * 100)} %`,
    `${megabytes(bytes)} of ${megabytes(totalBytes)}`,
  ];
  if (bytes > 0 && tookMs > 0) {
    const bytesAMs = bytes / tookMs;
    said.push(`${megabytes(bytesAMs * 1000)}/s`, `${formatDuration((totalBytes - bytes) / bytesAMs)} left`);
  }
  return said.join(', ');
}
