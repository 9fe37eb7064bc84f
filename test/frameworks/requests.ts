// Requests to a model, read as far as its script needs: what was said, which tools were offered, how many of them
// have run. Does not judge a request.
import type { Wire } from './served.ts';

export type Fields = Readonly<Record<string, unknown>>;

export interface OfferedTool {
  readonly name: string;
  readonly parameters: Fields;
}

export function listOf(value: unknown): Fields[] {
  return Array.isArray(value) ? (value as Fields[]) : [];
}

export function toolsOf(wire: Wire, body: Fields): OfferedTool[] {
  return listOf(body.tools).map((tool) => {
    const made = (wire === 'chat' ? tool.function : tool) as Fields;
    return {
      name: String(made.name),
      parameters: (made.parameters ?? made.input_schema ?? {}) as Fields,
    };
  });
}

/** How many results of tools a request carries. */
export function played(wire: Wire, body: Fields): number {
  if (wire === 'chat') return listOf(body.messages).filter(isResult).length;
  if (wire === 'responses')
    return listOf(body.input).filter(({ type }) => type === 'function_call_output').length;
  const parts = listOf(body.messages).flatMap(({ content }) => listOf(content));
  return parts.filter(({ type }) => type === 'tool_result').length;
}

/** smolagents tells a result as what the user observed. */
function isResult({ role, content }: Fields): boolean {
  return role === 'tool' || textOf(content).some((text) => text.startsWith('Observation'));
}

/** The texts of instructions, messages and results of tools, in order; what the model said itself is left out. */
export function textsOf(wire: Wire, body: Fields): string[] {
  const before = wire === 'responses' ? body.instructions : body.system;
  const input = wire === 'responses' ? body.input : body.messages;
  const said = typeof input === 'string' ? [input] : listOf(input).flatMap(textsIn);
  return [...textOf(before), ...said].filter((text) => text !== '');
}

function textsIn(message: Fields): string[] {
  if (message.role === 'assistant') return [];
  if (message.type === 'function_call') return [];
  return textOf(message.content ?? message.output);
}

function textOf(content: unknown): string[] {
  if (typeof content === 'string') return [content];
  return listOf(content).flatMap((part) => textOf(part.text ?? part.content));
}
