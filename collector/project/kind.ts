// What kind of span this is: what the span says itself, else what its dialect's names mean. Dialects
// that Playhead only reads are spelled here; a span of none of them is `other`, never guessed from
// its name alone.
import { spanKey } from '../../shared/conventions.ts';
import { type SpanKind, spanKinds } from '../../shared/span.ts';
import { type AttributeMap, textAt } from './attributes.ts';

const operations = new Map<string, SpanKind>([
  ['chat', 'model_call'],
  ['generate_content', 'model_call'],
  ['text_completion', 'model_call'],
  // Gemini CLI's own words.
  ['llm_call', 'model_call'],
  ['tool_call', 'tool_call'],
  ['execute_tool', 'tool_call'],
  ['invoke_agent', 'agent_step'],
  ['create_agent', 'agent_step'],
  ['invoke_workflow', 'agent_step'],
  ['plan', 'agent_step'],
  ['agent_call', 'agent_step'],
  ['schedule_tool_calls', 'agent_step'],
]);

/** Vercel AI SDK: the outer call spans a whole loop of steps and tools, `.doStream` is the request. */
const aiOperations = new Map<string, SpanKind>([
  ['ai.streamText', 'agent_step'],
  ['ai.generateText', 'agent_step'],
  ['ai.streamObject', 'agent_step'],
  ['ai.generateObject', 'agent_step'],
  ['ai.streamText.doStream', 'model_call'],
  ['ai.generateText.doGenerate', 'model_call'],
  ['ai.streamObject.doStream', 'model_call'],
  ['ai.generateObject.doGenerate', 'model_call'],
  ['ai.toolCall', 'tool_call'],
]);

const openInferenceKinds = new Map<string, SpanKind>([
  ['LLM', 'model_call'],
  ['TOOL', 'tool_call'],
  ['AGENT', 'agent_step'],
  ['CHAIN', 'agent_step'],
  ['EVALUATOR', 'verify'],
]);

const traceloopKinds = new Map<string, SpanKind>([
  ['tool', 'tool_call'],
  ['agent', 'agent_step'],
  ['task', 'agent_step'],
  ['workflow', 'agent_step'],
]);

const laminarKinds = new Map<string, SpanKind>([
  ['LLM', 'model_call'],
  ['TOOL', 'tool_call'],
  ['EXECUTOR', 'agent_step'],
  ['EVALUATOR', 'verify'],
]);

/** Claude Code names its spans and sets no operation. */
const claudeCodeNames = new Map<string, SpanKind>([
  ['claude_code.llm_request', 'model_call'],
  ['claude_code.tool', 'tool_call'],
  ['claude_code.interaction', 'agent_step'],
]);

const kindByValue: readonly (readonly [key: string, values: ReadonlyMap<string, SpanKind>])[] = [
  [spanKey.operation, operations],
  ['ai.operationId', aiOperations],
  ['openinference.span.kind', openInferenceKinds],
  ['traceloop.span.kind', traceloopKinds],
  ['lmnr.span.type', laminarKinds],
];

/** A span's kind. @param attributes the span's own */
export function kindOf(name: string, attributes: AttributeMap): SpanKind {
  const said = attributes.get(spanKey.kind);
  if (isKind(said)) return said;
  for (const [key, values] of kindByValue) {
    const value = attributes.get(key);
    const kind = typeof value === 'string' ? values.get(value) : undefined;
    if (kind) return kind;
  }
  return claudeCodeNames.get(name) ?? kindBySubject(attributes);
}

/** Attributes that only one kind of span carries. */
function kindBySubject(attributes: AttributeMap): SpanKind {
  // Traceloop marks a request by its type alone; codex puts usage on a span that names no operation.
  if (attributes.has('llm.request.type')) return 'model_call';
  if (attributes.has(spanKey.inputTokens) || attributes.has(spanKey.outputTokens)) return 'model_call';
  if (attributes.has(spanKey.toolCallId)) return 'tool_call';
  // codex: one span with this attribute a tool call; the spans around it share only call_id.
  if (attributes.has('codex.tool.phase') && textAt(attributes, 'tool_name') !== null) return 'tool_call';
  return 'other';
}

function isKind(value: unknown): value is SpanKind {
  return typeof value === 'string' && (spanKinds as readonly string[]).includes(value);
}
