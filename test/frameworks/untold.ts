// What each capture does not tell, and why: found by reading its bytes. Whatever is not listed has to be read.

/** What a capture may leave out, and the reason. */
export type Untold = Readonly<
  Partial<
    Record<
      | 'failedCalls'
      | 'failedModel'
      | 'failedAsked'
      | 'answeredBy'
      | 'streamedUsage'
      | 'streamedCache'
      | 'cacheRead'
      | 'cacheWrite'
      | 'reasoning'
      | 'streamedReasoning'
      | 'finish'
      | 'wholeFinish'
      | 'finishOfCalls'
      | 'toldTwice'
      | 'streamedFinish'
      | 'firstChunk'
      | 'asked'
      | 'instructions'
      | 'answered'
      | 'streamedAnswer'
      | 'tools'
      | 'toolArguments'
      | 'toolResult',
      string
    >
  >
>;

const clientOnly = { tools: 'it instruments a client, and no tool is run by a client' };
const noAttribute = 'it sets no attribute for it';

const atEnd = 'it is told when the answer is there, and there is none';
const twice = 'a streamed call is told at its request and, whole, at the end of the stream';

export const untold: Readonly<Record<string, Untold>> = {
  'anthropic-own': { ...clientOnly, asked: noAttribute, answered: noAttribute },
  'openai-v2': { ...clientOnly, cacheRead: noAttribute, reasoning: noAttribute, firstChunk: noAttribute },
  'openinference-openai': clientOnly,
  'openinference-openai-responses': { ...clientOnly, finish: noAttribute },
  'openinference-anthropic': clientOnly,
  'traceloop-openai': { ...clientOnly, streamedReasoning: noAttribute },
  'traceloop-anthropic': clientOnly,
  'genai-openai': clientOnly,
  'genai-anthropic': clientOnly,
  langfuse: { wholeFinish: 'it tells the finish of a streamed call alone' },
  'logfire-openai': { ...clientOnly, firstChunk: noAttribute, toldTwice: twice },
  'logfire-openai-responses': { ...clientOnly, firstChunk: noAttribute, toldTwice: twice },
  'logfire-anthropic': { ...clientOnly, firstChunk: noAttribute, toldTwice: twice },
  'openlit-openai': { ...clientOnly, reasoning: noAttribute, failedAsked: atEnd },
  strands: { answeredBy: noAttribute, reasoning: noAttribute },
  'strands-latest': { answeredBy: noAttribute, reasoning: noAttribute },
  'openlit-anthropic': {
    ...clientOnly,
    streamedCache: 'it tells 0, and an input without it: what the stream says of the cache it leaves out',
    failedCalls: 'the span of a refused call bears no attribute: nothing says that it is one',
  },
  'pydantic-ai': { firstChunk: noAttribute, failedAsked: atEnd },
  'pydantic-ai-logfire': { firstChunk: noAttribute, failedAsked: atEnd },
  'pydantic-ai-openinference': { firstChunk: noAttribute, failedAsked: atEnd },
  'openai-agents-openinference': {
    finishOfCalls: 'it has one word for every end of the Responses API: stop',
    firstChunk: noAttribute,
    failedModel: atEnd,
    failedAsked: atEnd,
  },
  'openai-agents-traceloop': { firstChunk: noAttribute, failedModel: atEnd, failedAsked: atEnd },
  'openai-agents-logfire': { firstChunk: noAttribute, failedAsked: atEnd },
};

/** Frameworks that work out what a call cost, by the list price of the model. */
export const priced: ReadonlySet<string> = new Set([
  'pydantic-ai',
  'pydantic-ai-logfire',
  'pydantic-ai-openinference',
]);
