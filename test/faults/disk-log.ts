// What one process did to its disk, read from strace's log, and what a power cut at any moment could have
// left of it. A write is safe once its file was synced; until then each of its 512-byte sectors may have
// reached the disk or not, whatever came before or after it. What a failed sync was meant to keep stays
// unsafe for good, as Linux marks such pages clean without having written them.
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Random } from './random.ts';

const SECTOR_BYTES = 512;
/** Files beside the database that a machine's start finds again. Shared memory is not among them. */
const keptEndings = ['', '-wal', '-journal', '-head'];

interface Write {
  readonly kind: 'write';
  readonly file: string;
  readonly at: number;
  readonly data: Uint8Array;
}

type DiskEvent =
  | Write
  | { readonly kind: 'truncate'; readonly file: string; readonly bytes: number }
  | { readonly kind: 'unlink'; readonly file: string }
  | { readonly kind: 'sync'; readonly file: string; readonly failed: boolean }
  /** A line of the marks file: something outside was told so. */
  | { readonly kind: 'mark'; readonly text: string };

/** strace's words for a run that `readDiskLog` can read. */
export function straceTo(logPath: string, ...more: string[]): string[] {
  const calls = 'openat,pwrite64,write,pwritev,ftruncate,fsync,fdatasync,rename,unlink';
  const quiet = ['-f', '-y', '-xx', '-s', '4000000', '-e', 'signal=none'];
  return ['strace', ...quiet, '-e', `trace=${calls}`, ...more, '-o', logPath];
}

/** The events of one database's files, and of the marks file, in the order of their completion. */
export function readDiskLog(logPath: string, dbPath: string, marksPath: string): DiskEvent[] {
  const names = new Set(keptEndings.map((ending) => dbPath + ending));
  const events: DiskEvent[] = [];
  for (const { call, args, result, path } of completedCalls(readFileSync(logPath, 'latin1'))) {
    if (path === marksPath && call === 'write') events.push({ kind: 'mark', text: text(args).trim() });
    if (!names.has(path)) continue;
    const file = basename(path);
    const failed = result < 0;
    if (call === 'fsync' || call === 'fdatasync') events.push({ kind: 'sync', file, failed });
    else if (failed || call === 'openat') continue;
    else if (call === 'pwrite64' || call === 'write') {
      const data = bytesIn(args).subarray(0, result);
      const at = call === 'write' ? 0 : Number(/, (\d+)$/.exec(args)?.[1]);
      if (!Number.isSafeInteger(at)) throw new Error(`cannot read ${args.slice(-60)}`);
      events.push({ kind: 'write', file, at, data });
    } else if (call === 'ftruncate')
      events.push({ kind: 'truncate', file, bytes: Number(/, (\d+)$/.exec(args)?.[1]) });
    else if (call === 'unlink') events.push({ kind: 'unlink', file });
    else throw new Error(`${call} on ${file} is not modelled`);
  }
  return events;
}

interface Call {
  readonly call: string;
  readonly args: string;
  readonly result: number;
  readonly path: string;
}

/** Calls as lines of one piece: another thread's call may have come in between. */
function* completedCalls(log: string): Generator<Call> {
  const begun = new Map<string, string>();
  for (const line of log.split('\n')) {
    const [, pid = '', rest = ''] = /^(\d+) +(.*)$/s.exec(line) ?? [];
    const unfinished = ' <unfinished ...>';
    if (rest.endsWith(unfinished)) {
      begun.set(pid, rest.slice(0, -unfinished.length));
      continue;
    }
    const resumed = /^<\.\.\. \w+ resumed>/.exec(rest);
    const whole = resumed ? (begun.get(pid) ?? '') + rest.slice(resumed[0].length) : rest;
    const match = /^(\w+)\((.*)\) += (-?\d+)/s.exec(whole);
    if (!match) continue;
    const [, call = '', args = '', result = ''] = match;
    yield { call, args, result: Number(result), path: pathOf(call, args) };
  }
}

/** The file that a call is about: strace -y says it behind the descriptor. */
function pathOf(call: string, args: string): string {
  const named = call === 'unlink' ? /^"([^"]*)"/ : /^\d+<([^>]*)>/;
  return unhex(named.exec(args)?.[1] ?? '').toString();
}

function unhex(hex: string): Buffer {
  return Buffer.from(hex.replaceAll('\\x', ''), 'hex');
}

function bytesIn(args: string): Buffer {
  const quoted = /"([^"]*)"(\.\.\.)?/.exec(args);
  if (!quoted || quoted[2]) throw new Error('the log cuts a write short');
  return unhex(quoted[1] ?? '');
}

function text(args: string): string {
  return bytesIn(args).toString();
}

/** Bytes of a file; grows in place. */
class Content {
  #bytes: Buffer;
  #length: number;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.#length = bytes.length;
  }

  clone(): Content {
    return new Content(Buffer.from(this.bytes()));
  }

  bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  write(at: number, data: Uint8Array): void {
    const end = at + data.length;
    if (end > this.#bytes.length) {
      const larger = Buffer.alloc(end * 2);
      this.#bytes.copy(larger, 0, 0, this.#length);
      this.#bytes = larger;
    }
    if (end > this.#length) this.#length = end;
    this.#bytes.set(data, at);
  }

  truncate(length: number): void {
    if (length < this.#length) this.#bytes.fill(0, length, this.#length);
    else if (length > this.#length) this.write(length - 1, new Uint8Array(1));
    this.#length = length;
  }
}

type Change = Write | { readonly kind: 'truncate'; readonly bytes: number };

/** One file: what is safe, and what was done to it since. */
class FileOnDisk {
  readonly #safe = new Content(Buffer.alloc(0));
  /** Whether its name would be found after a cut. */
  #isNamed = false;
  #since: Change[] = [];
  /** What a failed sync gave up: it may be there or not, whatever is synced later. */
  #givenUp: Write[] = [];

  do(change: Change): void {
    this.#since.push(change);
  }

  sync(failed: boolean): void {
    if (failed) {
      for (const change of this.#since) if (change.kind === 'write') this.#givenUp.push(change);
      this.#since = this.#since.filter(({ kind }) => kind === 'truncate');
      return;
    }
    this.#isNamed = true;
    for (const change of this.#since) apply(this.#safe, change);
    // Written again and synced: it no longer matters what became of the first attempt.
    this.#givenUp = this.#givenUp.filter((lost) => !this.#since.some((change) => covers(change, lost)));
    this.#since = [];
  }

  /** Its content after a cut, or null where it has no name. */
  cut(random: Random): Buffer | null {
    if (!this.#isNamed && random.chance(0.5)) return null;
    // Nothing, everything, or any part of it got through.
    const share = random.pick([0, 1, 0.5, 0.9, 0.1]);
    const content = this.#safe.clone();
    for (const lost of this.#givenUp) tear(content, lost, random.pick([0, 0, 1, 0.5]), random);
    for (const change of this.#since) {
      if (change.kind === 'write') tear(content, change, share, random);
      else if (random.chance(share)) apply(content, change);
    }
    return content.bytes();
  }
}

function apply(content: Content, change: Change): void {
  if (change.kind === 'write') content.write(change.at, change.data);
  else content.truncate(change.bytes);
}

/** Lets each sector of a write through with a probability of `share`. */
function tear(content: Content, { at, data }: Write, share: number, random: Random): void {
  for (let from = 0; from < data.length; ) {
    const until = Math.min(data.length, from + SECTOR_BYTES - ((at + from) % SECTOR_BYTES));
    if (random.chance(share)) content.write(at + from, data.subarray(from, until));
    from = until;
  }
}

function covers(change: Change, lost: Write): boolean {
  if (change.kind !== 'write') return false;
  return change.at <= lost.at && change.at + change.data.length >= lost.at + lost.data.length;
}

/** A machine that does again what a log says, and whose power can be cut on the way. */
export class Machine {
  readonly #events: readonly DiskEvent[];
  readonly #files = new Map<string, FileOnDisk>();
  /** The marks made so far. */
  readonly marks: string[] = [];
  #at = 0;

  constructor(events: readonly DiskEvent[]) {
    this.#events = events;
  }

  /** Goes on until just before event `at`. */
  runTo(at: number): void {
    for (; this.#at < at; this.#at++) {
      const event = this.#events[this.#at];
      if (!event) return;
      if (event.kind === 'mark') this.marks.push(event.text);
      else this.#do(event);
    }
  }

  /** Writes into an empty folder what a power cut at this moment could have left. */
  cutPower(folder: string, random: Random): void {
    for (const [name, file] of this.#files) {
      const content = file.cut(random);
      if (content) writeFileSync(join(folder, name), content);
    }
  }

  #do(event: Exclude<DiskEvent, { kind: 'mark' }>): void {
    // SQLite syncs the folder where that matters; a log that came back is an old one, folded already.
    if (event.kind === 'unlink') {
      this.#files.delete(event.file);
      return;
    }
    const file = this.#files.get(event.file) ?? new FileOnDisk();
    this.#files.set(event.file, file);
    if (event.kind === 'sync') file.sync(event.failed);
    else file.do(event);
  }
}
