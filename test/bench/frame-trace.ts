// How long the page's own script runs in each frame, read from Chromium's trace: what the profiler of its
// developer tools shows as yellow. It refuses to guess from timers inside the page.
import type { Page } from 'playwright-core';

interface TraceEvent {
  readonly name: string;
  /** X: complete, with a duration. */
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds. */
  readonly ts: number;
  readonly dur?: number;
  /** Of it, on a processor. */
  readonly tdur?: number;
  readonly args?: { readonly data?: { readonly type?: string } };
}

/** Milliseconds of script in one frame, or for one event. */
export interface ScriptTime {
  readonly wallMs: number;
  /** Without the time that other processes held the core: what counts on a machine that is not quiet. */
  readonly cpuMs: number;
}

const CATEGORIES = 'devtools.timeline,disabled-by-default-devtools.timeline';
const SCRIPT = new Set([
  'EventDispatch',
  'FireAnimationFrame',
  'FireIdleCallback',
  'FunctionCall',
  'RunMicrotasks',
  'TimerFire',
  'EvaluateScript',
]);
/** One a frame on the main thread, after its script and before its layers are handed on. */
const FRAME_END = 'Commit';

/** The script of each frame that was drawn while `work` ran. */
export async function scriptPerFrame(page: Page, work: () => Promise<void>): Promise<ScriptTime[]> {
  return sumByFrame(await traceOf(page, work));
}

/** What each event of a type took, its listeners and the microtasks they left among them. */
export async function scriptPerEvent(
  page: Page,
  type: string,
  work: () => Promise<void>,
): Promise<ScriptTime[]> {
  const events = await traceOf(page, work);
  return events
    .filter(({ name, args }) => name === 'EventDispatch' && args?.data?.type === type)
    .map(({ dur = 0, tdur = dur }) => ({ wallMs: dur / 1000, cpuMs: tdur / 1000 }));
}

async function traceOf(page: Page, work: () => Promise<void>): Promise<TraceEvent[]> {
  const client = await page.context().newCDPSession(page);
  const events: TraceEvent[] = [];
  client.on('Tracing.dataCollected', ({ value }) => events.push(...(value as unknown as TraceEvent[])));
  await client.send('Tracing.start', {
    traceConfig: { includedCategories: CATEGORIES.split(',') },
    transferMode: 'ReportEvents',
  });
  await work();
  const complete = new Promise<void>((resolve) => client.once('Tracing.tracingComplete', () => resolve()));
  await client.send('Tracing.end');
  await complete;
  await client.detach();
  return events;
}

function sumByFrame(events: readonly TraceEvent[]): ScriptTime[] {
  const ends = events.filter((event) => event.name === FRAME_END);
  const thread = busiest(ends);
  const own = events
    .filter((event) => `${event.pid}:${event.tid}` === thread)
    .sort((a, b) => a.ts - b.ts || (b.dur ?? 0) - (a.dur ?? 0));
  const frames: ScriptTime[] = [];
  let [wallUs, cpuUs] = [0, 0];
  let coveredUntilUs = 0;
  for (const event of own) {
    if (event.name === FRAME_END) {
      frames.push({ wallMs: wallUs / 1000, cpuMs: cpuUs / 1000 });
      [wallUs, cpuUs] = [0, 0];
    } else if (SCRIPT.has(event.name) && event.ph === 'X' && event.ts >= coveredUntilUs) {
      wallUs += event.dur ?? 0;
      cpuUs += event.tdur ?? event.dur ?? 0;
      coveredUntilUs = event.ts + (event.dur ?? 0);
    }
  }
  return frames;
}

function busiest(events: readonly TraceEvent[]): string {
  const counts = new Map<string, number>();
  for (const { pid, tid } of events) counts.set(`${pid}:${tid}`, (counts.get(`${pid}:${tid}`) ?? 0) + 1);
  const first = [...counts].sort((a, b) => b[1] - a[1])[0];
  if (!first) throw new Error('the trace shows no frame');
  return first[0];
}
