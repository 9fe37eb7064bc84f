// The spans of an Inspect sample: which call of a tool an event belongs to, what a call's command ended with, and the
// parts of a sample that are not the agent's. Read before the events, for a call is told before what runs in it.
import { isoNs, type Moment } from '../../agents/reading/clock.ts';
import { listAt, numberAt, textAt } from '../../agents/reading/json-value.ts';
import type { Json } from '../../agents/step.ts';

export interface SampleSpan {
  readonly id: string;
  readonly parent: string | null;
  readonly name: string;
  readonly part: 'set-up' | 'scoring' | 'other';
  readonly at: Moment;
}

/** Spans that lie in one another; a file may tell any number. */
const MAX_DEPTH = 100;

export class SampleSpans {
  /** When the set-up ended; null where none is told. */
  readonly setUpNs: bigint | null;
  readonly #spans = new Map<string, SampleSpan>();
  readonly #isOpen = new Set<string>();
  /** By span, the call that runs in it. */
  readonly #calls = new Map<string, string>();
  /** By call, what its commands ended with. */
  readonly #exits = new Map<string, number[]>();

  constructor(events: readonly Json[], momentOf: (event: Json) => Moment) {
    let setUpNs: bigint | null = null;
    for (const event of events) {
      const kind = textAt(event, 'event');
      if (kind === 'span_begin') this.#begin(event, momentOf(event));
      else if (kind === 'tool') this.#noteCall(event);
      else if (kind === 'span_end' && this.#spans.get(textAt(event, 'id') ?? '')?.part === 'set-up')
        setUpNs ??= isoNs(textAt(event, 'timestamp'));
    }
    this.setUpNs = setUpNs;
    for (const event of events) {
      this.#noteExit(event, this.callAround(textAt(event, 'span_id'), null));
      // Older logs keep what runs in a call in the call.
      for (const inner of listAt(event, 'events')) this.#noteExit(inner, textAt(event, 'id'));
    }
  }

  /** The call in whose span an event lies; a call does not lie in itself. */
  callAround(spanId: string | null, ownId: string | null): string | null {
    let id = spanId;
    for (let depth = 0; id !== null && depth < MAX_DEPTH; depth++) {
      const callId = this.#calls.get(id);
      if (callId && callId !== ownId) return callId;
      id = this.#spans.get(id)?.parent ?? null;
    }
    return null;
  }

  /** The exit code of the one command that a call ran; null where it ran none, or several. */
  exitOf(callId: string | null): number | null {
    const [only, second] = this.#exits.get(callId ?? '') ?? [];
    return second === undefined ? (only ?? null) : null;
  }

  /** The span that an event ends; null where none is open. */
  close(event: Json): SampleSpan | null {
    const id = textAt(event, 'id') ?? '';
    return this.#isOpen.delete(id) ? (this.#spans.get(id) ?? null) : null;
  }

  /** Those that nothing ended. */
  left(): SampleSpan[] {
    return [...this.#isOpen].flatMap((id) => this.#spans.get(id) ?? []);
  }

  #begin(event: Json, at: Moment): void {
    const id = textAt(event, 'id');
    if (id === null) return;
    const name = textAt(event, 'name') ?? '';
    const type = textAt(event, 'type') ?? '';
    const isSetUp = type === 'init' || (type === '' && name === 'init');
    const part = isSetUp ? 'set-up' : type === 'scorer' ? 'scoring' : 'other';
    this.#spans.set(id, { id, parent: textAt(event, 'parent_id'), name, part, at });
    this.#isOpen.add(id);
    if (type === 'tool') this.#calls.set(id, '');
  }

  #noteCall(event: Json): void {
    const callId = textAt(event, 'id');
    const own = textAt(event, 'span_id') ?? '';
    const subagent = textAt(event, 'agent_span_id');
    if (callId === null) return;
    // Of the spans around it only a tool's is its own.
    if (this.#calls.get(own) === '') this.#calls.set(own, callId);
    if (subagent !== null) this.#calls.set(subagent, callId);
  }

  #noteExit(event: Json, callId: string | null): void {
    if (callId === null || textAt(event, 'event') !== 'sandbox' || textAt(event, 'action') !== 'exec') return;
    const code = numberAt(event, 'result');
    if (code === null || !Number.isInteger(code)) return;
    const known = this.#exits.get(callId);
    if (known === undefined) this.#exits.set(callId, [code]);
    else known.push(code);
  }
}
