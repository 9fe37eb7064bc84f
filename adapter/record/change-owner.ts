// Which tool call changed a file: the one that was running when it changed, told from the times of tool calls
// and model calls alone. Pure; where nothing tells, it says null and guesses nothing.
import type { Json } from '../agents/step.ts';
import type { Phase } from '../sdk/phase.ts';
import type { SeenChange } from './observations.ts';

/** How far the agent's clock and the file system's may stand apart. */
const SLACK_NS = 50_000_000n;

interface Call {
  readonly startNs: bigint;
  readonly endNs: bigint;
}

export interface RecordedTool extends Call {
  readonly phase: Phase;
  readonly arguments: Json;
}

export interface Surroundings {
  readonly tools: readonly RecordedTool[];
  /** Model calls as the proxy measured them. */
  readonly calls: readonly Call[];
  /** When the model calls began that the agent reports. */
  readonly reportedStarts: readonly bigint[];
}

/** Whether the steps known so far reach past a change: no tool call that comes later can be its owner. */
export function isPast({ atNs }: SeenChange, tools: readonly RecordedTool[]): boolean {
  return tools.some(({ endNs }) => endNs > atNs + SLACK_NS);
}

/** The tool call that was running when the file changed; of several the one that names the file. */
export function ownerOf({ atNs, path }: SeenChange, around: Surroundings): Phase | null {
  const running = around.tools.filter(
    ({ startNs, endNs }) => startNs - SLACK_NS <= atNs && atNs <= endNs + SLACK_NS,
  );
  const name = path.slice(path.lastIndexOf('/') + 1);
  const naming = running.filter((tool) => JSON.stringify(tool.arguments).includes(name));
  const inside = (naming.length > 0 ? naming : running).toSorted((a, b) =>
    distance(a, atNs) < distance(b, atNs) ? -1 : 1,
  );
  return inside[0]?.phase ?? nextToolAfter(atNs, around);
}

/**
 * Some agents stamp a tool call when it is over (Codex: start and end are often one). A change before it
 * is its own where the model had asked for it by then: where no model call began in between.
 */
function nextToolAfter(atNs: bigint, { tools, calls, reportedStarts }: Surroundings): Phase | null {
  let next: RecordedTool | null = null;
  for (const tool of tools)
    if (tool.startNs >= atNs && (next === null || tool.startNs < next.startNs)) next = tool;
  if (next === null) return null;
  const toNs = next.startNs;
  const starts = [...calls.map(({ startNs }) => startNs), ...reportedStarts];
  const asked = starts.some((startNs) => startNs < atNs);
  const between = starts.some((startNs) => startNs >= atNs && startNs <= toNs);
  // While the model was still answering, what changes is the agent's own doing.
  const answering = calls.some(({ startNs, endNs }) => startNs <= atNs && atNs < endNs);
  return asked && !between && !answering ? next.phase : null;
}

function distance({ startNs, endNs }: Call, atNs: bigint): bigint {
  if (atNs < startNs) return startNs - atNs;
  return atNs > endNs ? atNs - endNs : 0n;
}
