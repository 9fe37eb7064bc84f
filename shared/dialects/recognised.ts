// Whose name an attribute bears, and whether anything reads it: for who wires a harness and wonders what became of
// what was sent. Names without a dot are read, and give no dialect away.
import { logKey, resourceKey, spanKey } from '../conventions.ts';
import type { Dialect } from './dialect.ts';
import { dialects } from './dialects.ts';
import { pathOf } from './names.ts';

/** The dialect that comes first among those that know a name. */
const owners = new Map<string, string>();
const prefixes: (readonly [prefix: string, dialect: string])[] = [];
for (const dialect of dialects) {
  for (const name of namesIn(dialect)) if (!owners.has(name)) owners.set(name, dialect.name);
  const { indexed } = dialect.messages ?? {};
  if (indexed) for (const side of [indexed.input, indexed.output]) prefixes.push([`${side}.`, dialect.name]);
}
const conventions: ReadonlySet<string> = new Set(
  [resourceKey, spanKey, logKey].flatMap((table) => Object.values(table)),
);

/** Every attribute that a dialect's table names, but for those of events. */
function namesIn({ kinds, calls, messages, tools, ends, agents, sessions }: Dialect): string[] {
  const { events: _events, indexed: _indexed, ...said } = messages ?? {};
  const { eventArguments: _arguments, eventResult: _result, ...asked } = tools ?? {};
  const keys = [kinds?.key, kinds?.carrying?.map((rule) => rule.keys)];
  const speakers = [agents?.key, agents?.name, agents?.id, agents?.conversation];
  return textsIn([keys, calls, said, asked, ends, speakers, sessions]).map(
    (name) => pathOf(name)?.[0] ?? name,
  );
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}

function ownerOf(key: string): string | null {
  return owners.get(key) ?? prefixes.find(([prefix]) => key.startsWith(prefix))?.[1] ?? null;
}

/** Whether a table names the attribute: it may still say nothing where it stands. */
export function isReadName(key: string): boolean {
  return conventions.has(key) || ownerOf(key) !== null;
}

/** The dialects whose names these attributes bear, or whose span's name it is. */
export function dialectsOf(spanName: string, keys: Iterable<string>): Set<string> {
  const found = new Set<string>();
  for (const { name, kinds } of dialects)
    if (Object.hasOwn(kinds?.spanNames ?? {}, spanName)) found.add(name);
  for (const key of keys) {
    const owner = key.includes('.') ? ownerOf(key) : null;
    if (owner !== null) found.add(owner);
  }
  return found;
}
