// Which spans say that an agent does what lies within them, and what that agent is called: by the names of every
// dialect. Where a span's attributes are not here, its name alone may tell. Does not group agents.
import { dialects, namesOf } from '../../../shared/dialects/dialects.ts';
import type { SpanJson } from '../../../shared/wire.ts';
import { shownLine } from '../display/display-text.ts';
import { fieldOf, firstAttribute, textAttribute } from '../trace/attributes.ts';
import { toolArgumentsOf, toolNameOf } from '../transcript/tool-text.ts';

type AgentSpan = Pick<SpanJson, 'name' | 'attributes' | 'kind'>;

const keyed = dialects.flatMap(({ agents }) =>
  agents?.key === undefined ? [] : [{ key: agents.key, values: new Set(agents.values) }],
);
const spanNames = new Set(namesOf(({ agents }) => agents?.spanNames));
const nameKeys = namesOf(({ agents }) => agents?.name);
const idKeys = namesOf(({ agents }) => agents?.id);
const conversationKeys = namesOf(({ agents }) => agents?.conversation);
/** What a call says that sends a subagent, what says most first. */
const sentAs = ['description', 'agent_name', 'subagent_type', 'agent', 'name', 'title'];
const NAME_CHARS = 60;
const NAMED_AGENT = /^(?:invoke_agent |Agent run: )/;

/** Whether an agent does all that lies within. A run of the harness encloses whoever is in it, and is none. */
export function isAgentSpan({ name, attributes, kind }: AgentSpan): boolean {
  if (kind !== 'agent_step') return false;
  if (spanNames.has(name)) return true;
  return keyed.some(({ key, values }) => {
    const value = firstAttribute(attributes, [key]);
    return typeof value === 'string' && values.has(value);
  });
}

/** The same by the name alone. */
export function isAgentName(name: string): boolean {
  return NAMED_AGENT.test(name);
}

export function agentNameOf(span: AgentSpan): string {
  return clean(textAttribute(span.attributes, ...nameKeys) ?? span.name);
}

/** What an agent's span is called, without what every such name has. */
export function clean(name: string): string {
  const bare = name.replace(NAMED_AGENT, '').replace(/\.(?:run|agent|workflow)$/, '');
  return shownLine(bare, NAME_CHARS) || 'agent';
}

/** What the subagent is called that a tool call sent. */
export function sentNameOf(span: AgentSpan): string {
  const given = toolArgumentsOf(span);
  for (const key of sentAs) {
    const value = fieldOf(given, key);
    if (typeof value === 'string' && value.trim() !== '') return clean(value);
  }
  return clean(toolNameOf(span));
}

/** The agent among those of its run, where the span tells an id. */
export function agentIdOf({ attributes }: AgentSpan): string | null {
  return textAttribute(attributes, ...idKeys);
}

export function conversationOf({ attributes }: AgentSpan): string | null {
  return textAttribute(attributes, ...conversationKeys);
}
