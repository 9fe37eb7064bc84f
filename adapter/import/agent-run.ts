// Files that agents printed or kept, on their way into a cell: read, and put together where several tell
// of one run. A run without any clock gets a place in time here, from what is known of the file.
import type { AgentAdapter } from '../agents/agent.ts';
import { joinSessions, shiftRun } from '../agents/reading/assemble.ts';
import type { AgentRun } from '../agents/step.ts';
import { modelCalls, toolCalls } from '../agents/step.ts';
import type { RunFormat, Source } from './format.ts';

type Rank = RunFormat['rank'];
/** What was printed comes first, and with its arrivals before without: the others join it. */
const ranks: readonly Rank[] = ['stamped', 'bare', 'kept'];

/** What one file tells of a run. */
export interface ReadRun<S extends Source = Source> {
  readonly source: S;
  readonly agent: AgentAdapter;
  readonly run: AgentRun;
  /** What it printed, with its arrivals or without, or what it kept. */
  readonly rank: Rank;
}

/** One run with all the files that tell of it; the first is the one that it is named after. */
export interface RunGroup<S extends Source = Source> {
  readonly sources: readonly S[];
  readonly agent: AgentAdapter;
  readonly run: AgentRun;
  /** What most of it was read from. */
  readonly by: 'session' | 'stream' | 'bare';
}

/** Reads the files that tell of a run; of others it knows nothing. @throws ImportError where one holds none. */
export function readRuns<S extends Source>(sources: readonly S[]): ReadRun<S>[] {
  return sources.flatMap((source) => {
    const { format } = source;
    return format.phase === 'run' ? [{ source, rank: format.rank, ...format.read(source) }] : [];
  });
}

/** Puts the files of one run together: those of one agent that name the same session, or none. */
export function groupRuns<S extends Source>(reads: readonly ReadRun<S>[]): RunGroup<S>[] {
  const groups: ReadRun<S>[][] = [];
  const byRank = reads.toSorted((a, b) => ranks.indexOf(a.rank) - ranks.indexOf(b.rank));
  for (const read of byRank) {
    const group = groups.find((others) => belongs(read, others));
    if (group === undefined) groups.push([read]);
    else group.push(read);
  }
  return groups.map((group) => {
    const [first] = group;
    if (first === undefined) throw new Error('a group of files without a file');
    const kept = distinctRuns(group.filter(({ rank }) => rank === 'kept').map(({ run }) => run));
    const sources = group.map(({ source }) => source);
    const { agent } = first;
    return {
      sources,
      agent,
      by: kept.length > 0 ? 'session' : first.rank === 'bare' ? 'bare' : 'stream',
      run: joinSessions(agent, first.rank === 'kept' ? null : first.run, kept) ?? first.run,
    };
  });
}

/** A file that is there twice tells nothing the second time. */
function distinctRuns(runs: readonly AgentRun[]): AgentRun[] {
  const bySteps = new Map<string, AgentRun>();
  for (const run of runs) {
    const steps = JSON.stringify(run.steps, (_key, value) =>
      typeof value === 'bigint' ? String(value) : value,
    );
    if (!bySteps.has(steps)) bySteps.set(steps, run);
  }
  return [...bySteps.values()];
}

/** Whether a file adds to these, or repeats them: bare output says nothing that it does not with arrivals. */
function belongs(read: ReadRun, group: readonly ReadRun[]): boolean {
  const [first] = group;
  const printed = read.rank !== 'kept';
  if (printed && (read.rank !== 'bare' || first?.rank !== 'stamped')) return false;
  if (printed && read.run.sessionId === null) return false;
  return group.every(({ agent, run }) => {
    const named = run.sessionId !== null && read.run.sessionId !== null;
    return agent === read.agent && (!named || run.sessionId === read.run.sessionId);
  });
}

/** Before this, a time is an order and no time. 2 January 1970: no clock of a run was ever there. */
const NO_CLOCK_NS = 86_400_000_000_000n;

/**
 * Gives a run without a clock its place: where the cell's other files begin, else so that it ends when
 * its file was last written.
 */
export function placeRun(run: AgentRun, cellStartNs: bigint | null, modifiedNs: bigint | null): AgentRun {
  if (run.startNs > NO_CLOCK_NS) return run;
  const startNs = cellStartNs ?? (modifiedNs === null ? null : modifiedNs - (run.endNs - run.startNs));
  if (startNs === null) return run;
  const where = cellStartNs === null ? 'at the time of its file' : 'at the start of the cell';
  const remark = `it tells no time and is placed ${where}`;
  return { ...shiftRun(run, startNs - run.startNs), remarks: [...(run.remarks ?? []), remark] };
}

export interface RunCounts {
  readonly tools: number;
  readonly models: number;
  readonly errors: number;
}

/** A few words for people: what a run holds, and what was left out of it. */
export function describeRun(run: AgentRun): string {
  const errors = run.steps.filter((step) => step.type === 'error').length;
  return describeCounts(run, { tools: toolCalls(run).length, models: modelCalls(run).length, errors });
}

/** The same of a run whose steps are not at hand. */
export function describeCounts(run: AgentRun, { tools, models, errors }: RunCounts): string {
  let unknown = 0;
  for (const number of run.unknownEvents.values()) unknown += number;
  return [
    `${run.agent}: ${tools} tool calls, ${models} model calls`,
    errors > 0 ? `${errors} errors` : '',
    run.unparsedLines.length > 0 ? `${run.unparsedLines.length} lines that are no event` : '',
    unknown > 0 ? `${unknown} events of unknown types (${[...run.unknownEvents.keys()].join(', ')})` : '',
    ...(run.remarks ?? []),
  ]
    .filter((part) => part !== '')
    .join(', ');
}
