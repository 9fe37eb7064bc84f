// Times as agents write them, each with how it is known, and the clock of a run in which some events
// tell a time, some arrived at one, and some have only their place in the order. A time outside the
// years 1970 to 2200 is no time.
import type { TimingGrade } from '../../../shared/span.ts';
import { timingGrades } from '../../../shared/span.ts';
import { nsFromIso, nsFromMs } from '../../../shared/time.ts';
import type { Timed } from '../step.ts';

export interface Moment {
  readonly ns: bigint;
  readonly grade: TimingGrade;
}

/** Moments before it are places in an order of which no date is known: no agent ran in January 1970. */
const FIRST_DATE_NS = nsFromMs(30 * 86_400_000);
const LAST_MS = Date.UTC(2200, 0, 1);
/** What stands between two events of which nothing but the order is known. Their grade says `none`. */
const ORDER_NS = 1_000_000n;

export function weaker(a: TimingGrade, b: TimingGrade): TimingGrade {
  return timingGrades.indexOf(a) < timingGrades.indexOf(b) ? b : a;
}

export function earlier(a: bigint, b: bigint): bigint {
  const before = a < b;
  return before ? a : b;
}

export function later(a: bigint, b: bigint): bigint {
  const after = a > b;
  return after ? a : b;
}

/** Milliseconds since the epoch; null where they are no time. */
export function timeOfMs(ms: number | null): bigint | null {
  return ms !== null && ms > 0 && ms < LAST_MS ? nsFromMs(ms) : null;
}

export function timeOfSeconds(seconds: number | null): bigint | null {
  return seconds === null ? null : timeOfMs(seconds * 1000);
}

/** A length of time in seconds, up to a month; null where it is none. */
export function lengthOfSeconds(seconds: number | null): bigint | null {
  return seconds !== null && seconds >= 0 && seconds < 2_678_400 ? nsFromMs(seconds * 1000) : null;
}

/**
 * ISO 8601, with `T` or a space. A time without a zone is read as this machine's local time, as the
 * programs that write such times mean it; `zoned` tells which it was.
 */
export function timeOfIso(text: string | null): { readonly ns: bigint; readonly zoned: boolean } | null {
  if (text === null || text.length > 64) return null;
  const iso = text.trim().replace(' ', 'T');
  const zoned = /(?:Z|[+-]\d{2}:\d{2})$/.test(iso);
  try {
    const ns = nsFromIso(zoned ? iso : `${iso}Z`) + (zoned ? 0n : localOffset(iso));
    return timeOfMs(Number(ns / 1_000_000n)) === null ? null : { ns, zoned };
  } catch {
    return null;
  }
}

/** By which zone times without one are read. */
export function localZone(): string {
  return `local time, ${Intl.DateTimeFormat().resolvedOptions().timeZone}`;
}

/** What must be added to a local time that was read as UTC. */
function localOffset(iso: string): bigint {
  const seconds = iso.slice(0, 19);
  return BigInt(Date.parse(seconds) - Date.parse(`${seconds}Z`)) * 1_000_000n;
}

/** The nanoseconds of an ISO time, or null. */
export function isoNs(text: string | null): bigint | null {
  return timeOfIso(text)?.ns ?? null;
}

export function isDate(ns: bigint): boolean {
  return ns >= FIRST_DATE_NS;
}

export class RunClock {
  /** What events tell is no time: the run is known to have none. */
  ignoresDates = false;
  /** The latest moment that was told or arrived. */
  latest: Moment | null = null;
  #firstNs: bigint | null = null;
  #firstDatedNs: bigint | null = null;
  /** Where the last of the events was put that came before any date was known. */
  #undatedNs: bigint | null = null;

  /** Whether events came, and none of them bore a date. */
  get isUndated(): boolean {
    return this.#undatedNs !== null && this.#firstDatedNs === null;
  }

  get firstNs(): bigint | null {
    return this.#firstNs;
  }

  /**
   * When an event was: as it told itself, else as it arrived, else right after the one before.
   * The order of events counts for nothing where they tell their times.
   */
  moment(toldNs: bigint | null, arrivedNs: bigint | null): Moment {
    const moment = this.#place(toldNs, arrivedNs);
    this.see(moment);
    return moment;
  }

  /** Right after the latest moment, where an order is all that is known. */
  next(): Moment {
    const moment: Moment = { ns: (this.latest?.ns ?? 0n) + ORDER_NS, grade: 'none' };
    this.see(moment);
    return moment;
  }

  see(moment: Moment): void {
    if (this.#firstNs === null || moment.ns < this.#firstNs) this.#firstNs = moment.ns;
    this.noteDate(moment.ns);
    if (this.latest === null || moment.ns >= this.latest.ns) this.latest = moment;
  }

  /** The step where it belongs, see `settledNs`. */
  settled<T extends Timed>(step: T): T {
    if (step.startNs >= FIRST_DATE_NS) return step;
    const endNs = this.settledNs(step.endNs);
    return { ...step, startNs: earlier(this.settledNs(step.startNs), endNs), endNs };
  }

  /** Of a moment that is not the latest, or not seen: it may be the first that bears a date. */
  noteDate(ns: bigint): void {
    if (this.#firstDatedNs !== null) return;
    if (ns >= FIRST_DATE_NS) this.#firstDatedNs = ns;
    else this.#undatedNs = later(this.#undatedNs ?? 0n, ns);
  }

  /**
   * Where a moment belongs once a date is known: what came before the first date was put near 1970, and stands
   * right before that date, in its order.
   */
  settledNs(ns: bigint): bigint {
    if (this.#firstDatedNs === null || ns >= FIRST_DATE_NS) return ns;
    const placed = this.#firstDatedNs - ORDER_NS - (this.#undatedNs ?? 0n) + ns;
    return later(0n, earlier(this.#firstDatedNs, placed));
  }

  #place(toldNs: bigint | null, arrivedNs: bigint | null): Moment {
    if (toldNs !== null && !this.ignoresDates) return { ns: toldNs, grade: 'measured' };
    if (arrivedNs !== null) return { ns: arrivedNs, grade: 'arrival' };
    if (this.latest === null) return { ns: 0n, grade: 'none' };
    if (this.latest.grade === 'none') return { ns: this.latest.ns + ORDER_NS, grade: 'none' };
    return { ns: this.latest.ns, grade: 'derived' };
  }
}
