// What each capture does not tell, and why: found by reading its bytes. Whatever is not listed has to be read.

/** What a capture may leave out, and the reason. */
export type Untold = Readonly<
  Partial<
    Record<
      | 'failedCalls'
      | 'failedModel'
      | 'answeredBy'
      | 'streamedUsage'
      | 'cacheRead'
      | 'cacheWrite'
      | 'reasoning'
      | 'streamedReasoning'
      | 'finish'
      | 'wholeFinish'
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

const twice = 'a streamed call is told at its request and, whole, at the end of the stream';

export const untold: Readonly<Record<string, Untold>> = {
  'anthropic-own': { ...clientOnly, asked: noAttribute, answered: noAttribute },
  'openai-v2': { ...clientOnly, cacheRead: noAttribute, reasoning: noAttribute, firstChunk: noAttribute },
  'openinference-openai': clientOnly,
  'openinference-openai-responses': { ...clientOnly, finish: noAttribute },
  'openinference-anthropic': { ...clientOnly, firstChunk: noAttribute },
  'traceloop-openai': { ...clientOnly, streamedReasoning: noAttribute },
  'traceloop-anthropic': clientOnly,
  'genai-openai': clientOnly,
  'genai-anthropic': clientOnly,
  langfuse: { wholeFinish: 'it tells the finish of a streamed call alone' },
  'logfire-openai': { ...clientOnly, firstChunk: noAttribute, toldTwice: twice },
  'logfire-openai-responses': { ...clientOnly, firstChunk: noAttribute, toldTwice: twice },
  'logfire-anthropic': { ...clientOnly, firstChunk: noAttribute, toldTwice: twice },
};
