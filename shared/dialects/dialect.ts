// What a telemetry dialect is: the names by which one family of emitters calls the things that Playhead reads.
// Shapes only. Dialects mix within one span (Traceloop writes old GenAI names beside its own), so no span is
// said to be of one dialect: each thing is looked up under every dialect's name, in the registry's order.
import type { SpanKind } from '../span.ts';

/** What a number counts of a run's cost. */
export type UsagePart = 'input' | 'cacheRead' | 'cacheWrite' | 'output' | 'reasoning' | 'costUsd';

/** Names of attributes, the one that says most first. `usage → input` is a field of an attribute: see names.ts. */
export type Names = readonly string[];

export interface Dialect {
  /** As its makers call it. */
  readonly name: string;
  readonly kinds?: KindRules;
  readonly calls?: CallNames;
  /**
   * Where input tokens leave the cached part out, as Anthropic counts them: always, or as told by some scopes for
   * some providers. OpenTelemetry counts it in.
   */
  readonly inputWithoutCache?: true | readonly CountedApart[];
  readonly metrics?: MetricNames;
  readonly messages?: MessageForms;
  readonly tools?: ToolNames;
  readonly ends?: EndNames;
  readonly agents?: AgentNames;
  /** Attributes that tie traces of one run together when no resource names the cell. */
  readonly sessions?: Names;
  /** Log records that each tell of a model call or a tool call. */
  readonly logs?: readonly LogForm[];
}

/** Log records of one name that each tell of one call, with the attributes that a span of it has. */
export interface LogForm {
  /** As `event.name`, the record's own event name or its body says it. */
  readonly event: string;
  /** The scope whose records leave the prefix of the name out. */
  readonly scope?: string;
  readonly kind: 'model_call' | 'tool_call';
  /** Attributes without which a record of that name tells something else. */
  readonly carrying?: Names;
  /** It tells of calls that failed alone. */
  readonly fails?: true;
  readonly durationMs?: Names;
  /** "true" or true. */
  readonly success?: Names;
  readonly error?: Names;
}

/** Who counts the cached part of the input apart. */
export interface CountedApart {
  /** How the name of the instrumentation scope begins. */
  readonly scope: string;
  /** Providers by the words of `calls.provider`. */
  readonly providers: Names;
}

/** How a span says what kind of span it is. What a dialect does not list stays `other`: nothing is guessed. */
export interface KindRules {
  /** The attribute that says it, and its values. */
  readonly key?: string;
  readonly values?: Readonly<Record<string, SpanKind>>;
  /** Whole names of spans, for emitters that set no such attribute. */
  readonly spanNames?: Readonly<Record<string, SpanKind>>;
  /** Spans that carry all of some attributes; asked where nothing above answers. */
  readonly carrying?: readonly { readonly keys: Names; readonly kind: SpanKind }[];
}

/** What a model call's span says of its cost and end. */
export interface CallNames {
  readonly model?: Names;
  readonly provider?: Names;
  readonly tokens?: Readonly<Partial<Record<UsagePart, Names>>>;
  /** Of what is written to a cache: to one that lives for an hour, which costs more. */
  readonly cacheWriteLong?: Names;
  /** Names among `tokens` whose counts the whole leaves out: of cached input, of reasoning output. */
  readonly apart?: Names;
  readonly firstChunkMs?: Names;
  readonly firstChunkSeconds?: Names;
  /** Names that some emitters share and mean in units of their own; by how the scope's name begins. */
  readonly firstChunkByScope?: readonly {
    readonly scope: string;
    readonly name: string;
    readonly unitMs: number;
  }[];
  /** Whether the answer came in pieces: one that did not has no first piece, whatever a span says. */
  readonly isStreamed?: Names;
  /** A date in ISO 8601. */
  readonly firstChunkTime?: Names;
  /** Events that happen when the first piece comes, by their names. */
  readonly firstChunkEvents?: Names;
  readonly finish?: Names;
  /** The provider's id of the answer: what two that tell of one call agree on. */
  readonly responseId?: Names;
  /** The provider's id of the request. */
  readonly requestId?: Names;
  /**
   * How a span says that it is the end of a streamed call, told by another span at its request: a value, and an
   * attribute with the seconds since then.
   */
  readonly streamEnd?: { readonly key: string; readonly value: string; readonly seconds: string };
}

/** Metrics that count tokens and cost, matched whole: one that is not listed counts nothing. */
export interface MetricNames {
  /** Counters of several parts: the attribute that tells them apart, and its values. */
  readonly split?: readonly {
    readonly metric: string;
    readonly key: string;
    readonly values: Readonly<Record<string, UsagePart>>;
  }[];
  /** Counters of one part each. */
  readonly whole?: Readonly<Record<string, UsagePart>>;
}

/** Where what was said in a model call is found. */
export interface MessageForms {
  /** Instructions that are kept apart from the messages. */
  readonly instructions?: Names;
  /** A list of messages, or an object that holds one under `messages`; in JSON text or structured. */
  readonly lists?: Sides<Names>;
  readonly indexed?: IndexedForm;
  /** An object of `system` and `prompt`: a call made with one text. */
  readonly prompts?: Names;
  /** An answer with an attribute for each of its parts. */
  readonly answer?: { readonly reasoning: Names; readonly texts: Names; readonly calls: Names };
  /** One text; tried after every other form of every dialect. */
  readonly texts?: Sides<Names>;
  readonly events?: EventForms;
  /** A list of such events in an attribute, each with its name beside its own attributes. */
  readonly eventLists?: Names;
}

export interface Sides<T> {
  readonly input: T;
  readonly output: T;
}

/** One attribute a field: `<input>.0.<field>role`. */
export interface IndexedForm extends Sides<string> {
  /** What comes before the name of a message's field; '' or ends in a dot. */
  readonly field: string;
  /** `<list>.0.<field>type`, after the message's own prefix. */
  readonly parts?: {
    readonly list: string;
    readonly field: string;
    /** Where an image lies. */
    readonly address: string;
  };
  /** `<list>.0.<name>`: the calls that a message asks for. */
  readonly calls: {
    readonly list: string;
    readonly id: string;
    readonly name: string;
    readonly arguments: string;
    /** `<one>.<name>`: of older emitters, which know of one call a message. */
    readonly one?: string;
  };
}

/** Messages told as events inside the span, by the events' names. */
export interface EventForms {
  /** One message each, with the role that the name means. */
  readonly messages?: Readonly<Record<string, string>>;
  /** An answer, under `message` or spread over the event's attributes. */
  readonly answers?: Names;
  /** Events that carry the attributes which other emitters set on the span. */
  readonly carriers?: Names;
  /** How an answer's event says that it ended. */
  readonly finish?: Names;
}

/** What a tool call's span says. */
export interface ToolNames {
  readonly name?: Names;
  readonly callId?: Names;
  readonly arguments?: Names;
  readonly result?: Names;
  /** Events inside the span that say it, where its attributes do not. */
  readonly eventArguments?: EventNames;
  readonly eventResult?: EventNames;
}

/** Attributes of an event. */
export interface EventNames {
  readonly event: string;
  readonly names: Names;
}

/** How a span says that all within it is done by one agent, and which. */
export interface AgentNames {
  /** The attribute that says it, and its values. */
  readonly key?: string;
  readonly values?: Names;
  /** Whole names of spans, for emitters that set no such attribute. */
  readonly spanNames?: Names;
  readonly name?: Names;
  /** Of the agent among those of its run: two of one name differ in it. */
  readonly id?: Names;
  /** The conversation that a call belongs to: a subagent has one of its own. */
  readonly conversation?: Names;
}

/** How a span of a process, a container or a request says that it ended. */
export interface EndNames {
  readonly exitCode?: Names;
  readonly timedOut?: Names;
  readonly image?: Names;
  readonly imageDigest?: Names;
  readonly httpStatus?: Names;
}
