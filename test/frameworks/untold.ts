// What each capture does not tell, and why: found by reading its bytes. Whatever is not listed has to be read.

/** What a capture may leave out, and the reason. */
export type Untold = Readonly<
  Partial<
    Record<
      | 'failedCalls'
      | 'failedModel'
      | 'failedAsked'
      | 'answeredBy'
      | 'streamedAnsweredBy'
      | 'plainModel'
      | 'streamedUsage'
      | 'streamedCache'
      | 'cacheRead'
      | 'cacheWrite'
      | 'reasoning'
      | 'streamedReasoning'
      | 'finish'
      | 'wholeFinish'
      | 'finishOfCalls'
      | 'streamedFinish'
      | 'firstChunk'
      | 'asked'
      | 'instructions'
      | 'answered'
      | 'answeredText'
      | 'streamedAnswer'
      | 'tools'
      | 'toolArguments'
      | 'toolArgumentNames'
      | 'toolResultText'
      | 'toolResult',
      string
    >
  >
>;

const clientOnly = { tools: 'it instruments a client, and no tool is run by a client' };
const noAttribute = 'it sets no attribute for it';

const inLogs = 'it tells messages as log records, and only where a logger is set up and content asked for';
const noStreamedTokens = 'it counts no tokens of a streamed call';
const notExported = 'the span of a refused call is not exported';
const inJson = 'it tells a tool’s text as JSON, within quotes';
const atRequest = 'the model of a streamed call is told as it was asked for';
const atEnd = 'it is told when the answer is there, and there is none';

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
  'logfire-openai': { ...clientOnly, firstChunk: noAttribute, streamedAnsweredBy: atRequest },
  'logfire-openai-responses': { ...clientOnly, firstChunk: noAttribute, streamedAnsweredBy: atRequest },
  'logfire-anthropic': { ...clientOnly, firstChunk: noAttribute, streamedAnsweredBy: atRequest },
  'openlit-openai': { ...clientOnly, reasoning: noAttribute, failedAsked: atEnd },
  strands: { answeredBy: noAttribute, reasoning: noAttribute },
  'strands-latest': { answeredBy: noAttribute, reasoning: noAttribute },
  'openlit-anthropic': {
    ...clientOnly,
    streamedCache: 'it tells 0, and an input without it: what the stream says of the cache it leaves out',
    failedCalls: 'the span of a refused call bears no attribute: nothing says that it is one',
  },
  'langgraph-openinference': {
    streamedAnsweredBy: noAttribute,
    firstChunk: noAttribute,
    toolArgumentNames: 'it tells the value of a tool’s only argument without its name',
  },
  'langgraph-traceloop': { streamedAnsweredBy: noAttribute, reasoning: noAttribute, firstChunk: noAttribute },
  litellm: {
    ...clientOnly,
    cacheRead: noAttribute,
    reasoning: noAttribute,
    firstChunk: noAttribute,
    streamedAnsweredBy: noAttribute,
  },
  'litellm-openinference': {
    ...clientOnly,
    answeredBy: noAttribute,
    plainModel: 'it tells the model as it is asked for, behind its provider',
    firstChunk: noAttribute,
  },
  'openinference-openai-node': {
    ...clientOnly,
    streamedUsage: noStreamedTokens,
    streamedAnsweredBy: atRequest,
    firstChunk: noAttribute,
    failedCalls: notExported,
  },
  'traceloop-openai-node': {
    ...clientOnly,
    cacheRead: noAttribute,
    reasoning: noAttribute,
    streamedUsage: noStreamedTokens,
    firstChunk: noAttribute,
    failedCalls: notExported,
  },
  'opentelemetry-openai-node': {
    ...clientOnly,
    cacheRead: noAttribute,
    reasoning: noAttribute,
    firstChunk: noAttribute,
    asked: inLogs,
    answeredText: inLogs,
  },
  'vercel-ai': { reasoning: noAttribute, firstChunk: noAttribute, toolResultText: inJson },
  'vercel-ai-6': { toolResultText: inJson },
  smolagents: {
    answeredBy: noAttribute,
    cacheRead: noAttribute,
    reasoning: noAttribute,
    finish: noAttribute,
    failedModel: noAttribute,
  },
  agno: { answeredBy: noAttribute, reasoning: noAttribute, finish: noAttribute, firstChunk: noAttribute },
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
  'litellm',
  'litellm-openinference',
]);
