// What a page and the player in its frame say to each other. A page may be anybody's: what it says is read
// strictly, anything else is nobody's word; what it is told are times and states, nothing of the cell.

/** The version of these messages, and what tells them from others that a page may exchange. */
export const MESSAGE_VERSION = 1;

/** `tMs` beside play and pause: goes there first. */
export interface EmbedCommand {
  readonly type: 'seek' | 'play' | 'pause';
  /** Milliseconds from the cell's start; null where none is given. A seek has one. */
  readonly tMs: number | null;
}

export type EmbedState = 'playing' | 'paused' | 'ended';

/** `ready` once, `state` when it changes and as the answer to every command, `time` while time moves. */
export interface EmbedReport {
  readonly playhead: typeof MESSAGE_VERSION;
  readonly type: 'ready' | 'time' | 'state';
  readonly state: EmbedState;
  /** Milliseconds, to the microsecond. */
  readonly tMs: number;
  readonly lengthMs: number;
}

const commandTypes = ['seek', 'play', 'pause'] as const;
const keys: ReadonlySet<string> = new Set(['playhead', 'type', 'tMs']);

/** The command in a message's data; null for anything that is not exactly one. */
export function readCommand(data: unknown): EmbedCommand | null {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return null;
  if (Object.keys(data).some((key) => !keys.has(key))) return null;
  const given = (key: string): unknown =>
    Object.hasOwn(data, key) ? (data as Record<string, unknown>)[key] : undefined;
  const type = commandTypes.find((one) => one === given('type'));
  const tMs = given('tMs');
  if (given('playhead') !== MESSAGE_VERSION || type === undefined) return null;
  if (tMs === undefined) return type === 'seek' ? null : { type, tMs: null };
  return typeof tMs === 'number' && Number.isFinite(tMs) ? { type, tMs } : null;
}

/** What a page is told of a player. */
export function embedReport(
  type: EmbedReport['type'],
  player: { readonly mode: EmbedState; readonly positionNs: number; readonly lengthNs: number },
): EmbedReport {
  return {
    playhead: MESSAGE_VERSION,
    type,
    state: player.mode,
    tMs: toMs(player.positionNs),
    lengthMs: toMs(player.lengthNs),
  };
}

function toMs(ns: number): number {
  return Math.round(ns / 1000) / 1000;
}
