// What is seen of a run from outside the agent: model calls as a proxy measured them, files as they changed.
// Plain data; who looks and how is the business of `run/`.
import type { TimingGrade } from '../../shared/span.ts';
import type { FileChange, Json, TokenCounts } from '../agents/step.ts';

/** One part of a message as the GenAI conventions write it. */
export type MessagePart =
  | { readonly type: 'text' | 'reasoning'; readonly content: string }
  | {
      readonly type: 'tool_call';
      readonly id: string | null;
      readonly name: string;
      readonly arguments: Json;
    };

export interface CallContent {
  readonly inputMessages: Json;
  readonly parts: readonly MessagePart[];
}

/** What an exchange with a model says of the call. */
export interface ModelCallFacts {
  /** As the conventions name it: openai, anthropic, gcp.gemini. */
  readonly provider: string;
  readonly requestModel: string | null;
  readonly responseModel: string | null;
  /** The provider's id of the answer. */
  readonly responseId?: string | null;
  /** sha256 of the request's canonical JSON, hex. */
  readonly requestHash: string;
  readonly tokens: TokenCounts;
  readonly finishReason: string | null;
  /** What the provider called the error, and its sentence. */
  readonly error: { readonly type: string; readonly message: string } | null;
  readonly content: CallContent;
}

/** A model call with the proxy's own times, which are measured. */
export interface MeasuredCall extends ModelCallFacts {
  readonly startNs: bigint;
  /** When the first byte of the answer's body came. */
  readonly firstChunkNs: bigint | null;
  readonly endNs: bigint;
  readonly status: number | null;
  /** Requests with the same body that had failed before this one. */
  readonly retries: number;
  readonly serverAddress: string;
  readonly serverPort: number;
  /** The client went away before the answer was whole. */
  readonly aborted: boolean;
}

export interface SeenChange extends FileChange {
  readonly atNs: bigint;
  /** `measured` by the file system, or `arrival`: when it was seen. */
  readonly timing: TimingGrade;
}

/** How a model call ended, as far as that says whose fault a run's end was. */
export interface CallEnd extends Pick<MeasuredCall, 'startNs' | 'endNs' | 'status'> {
  /** What the provider called the error, and its sentence; null where it was answered. */
  readonly error: ModelCallFacts['error'];
}
