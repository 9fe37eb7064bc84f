// Markers: the named moments between which `[` and `]` jump - asciicast's own markers, the phases of the
// run, prompts, verdicts and moments that a reader set. It refuses to move the playhead: see playback.
import type { TranscriptEntry } from './transcript.ts';

export interface Marker {
  readonly tNs: number;
  /** asciicast: recorded; phase: a phase begins; prompt: the agent was asked; score: a verdict came; own: set by hand. */
  readonly kind: 'asciicast' | 'phase' | 'prompt' | 'score' | 'own';
  readonly label: string;
  readonly rowKey: string | null;
}

/**
 * In order of time; markers of one moment are one, the more telling kind first in its label.
 * @param recorded asciicast "m" events, nanoseconds from the clock's zero
 * @param scores moments at which score events came
 * @param own set by hand
 */
export declare function buildMarkers(
  transcript: readonly TranscriptEntry[],
  recorded: readonly { readonly tNs: number; readonly label: string }[],
  scores: readonly { readonly tNs: number; readonly label: string }[],
  own: readonly { readonly tNs: number; readonly label: string }[],
  lengthNs: number,
): Marker[];

/** The markers' moments, for playback's `marker` event. */
export declare function markerTimes(markers: readonly Marker[]): Float64Array;
