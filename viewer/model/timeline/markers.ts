// Markers: the named moments between which `[` and `]` jump - asciicast's own markers, the phases of the
// run, prompts, verdicts and moments that a reader set. It refuses to move the playhead: see playback.
import type { SpanKind } from '../../../shared/span.ts';
import type { TerminalEvent } from '../../../shared/terminal.ts';
import { shownLine } from '../display/display-text.ts';
import type { TranscriptEntry } from '../transcript/entry.ts';

export interface Marker {
  readonly tNs: number;
  /** asciicast: recorded; phase: a phase begins; prompt: the agent was asked; score: a verdict came; own: set by hand. */
  readonly kind: 'asciicast' | 'phase' | 'prompt' | 'score' | 'own';
  readonly label: string;
  readonly rowKey: string | null;
}

export interface Named {
  readonly tNs: number;
  readonly label: string;
}

/** Of markers at one moment the first of these gives kind and label. */
const rank: Record<Marker['kind'], number> = { own: 0, asciicast: 1, score: 2, prompt: 3, phase: 4 };

/** A prompt may be a page long. */
const MAX_LABEL_CHARS = 80;
/** A recording may hold two million markers of a megabyte each; nobody jumps through more than these. */
const MAX_RECORDED = 10_000;
const MAX_RECORDED_CHARS = 400;

/**
 * The markers of a recording, asciicast's "m" events, in order of time.
 * @param offsetNs where the recording's zero lies on the cell's clock
 */
export function recordedMarkers(events: readonly TerminalEvent[], offsetNs: number): Named[] {
  const markers: Named[] = [];
  for (const { us, code, data } of events)
    if (code === 'm' && markers.length < MAX_RECORDED)
      markers.push({ tNs: offsetNs + us * 1000, label: data.slice(0, MAX_RECORDED_CHARS) });
  return markers;
}

/**
 * In order of time; markers of one moment are one, that which says most. Own markers and recorded ones
 * come before verdicts, prompts and phases.
 * @param recorded asciicast "m" events, nanoseconds from the clock's zero
 * @param scores moments at which score events came
 * @param own set by hand
 */
export function buildMarkers(
  transcript: readonly TranscriptEntry[],
  recorded: readonly Named[],
  scores: readonly Named[],
  own: readonly Named[],
  lengthNs: number,
): Marker[] {
  const markers: Marker[] = [];
  const add = (kind: Marker['kind'], tNs: number, label: string, rowKey: string | null) => {
    if (tNs >= 0 && tNs <= lengthNs)
      markers.push({ tNs, kind, label: shownLine(label, MAX_LABEL_CHARS), rowKey });
  };
  for (const { tNs, label } of own) add('own', tNs, label, null);
  for (const { tNs, label } of recorded) add('asciicast', tNs, label.trim() || 'marker', null);
  for (const { tNs, label } of scores) add('score', tNs, label, null);
  for (const entry of transcript)
    if (entry.kind === 'prompt') add('prompt', entry.startNs, entry.text, entry.rowKey);
    else if (isPhase(entry)) add('phase', entry.startNs, entry.text, entry.rowKey);
  markers.sort((a, b) => a.tNs - b.tNs || rank[a.kind] - rank[b.kind]);
  return markers.filter((marker, index) => index === 0 || markers[index - 1]?.tNs !== marker.tNs);
}

function isPhase({ kind, spanKind }: TranscriptEntry): boolean {
  if (kind === 'verify') return true;
  return kind === 'phase' && spanKind !== null && phaseKinds.has(spanKind);
}
const phaseKinds: ReadonlySet<SpanKind> = new Set(['task_setup', 'adapter_run', 'container', 'cleanup']);

/** The markers' moments, for playback's `marker` event. */
export function markerTimes(markers: readonly Marker[]): Float64Array {
  return Float64Array.from(markers, (marker) => marker.tNs);
}
