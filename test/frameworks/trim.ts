// What is changed in a captured body or file before it is kept: long texts of the frameworks' authors are cut, what names the
// machine is replaced. Every span, record, event, id, time and key stays.
const MAX_CHARS = 600;
/** Attributes of this machine and process. */
const machine: ReadonlySet<string> = new Set([
  'host.name',
  'host.id',
  'process.command_args',
  'process.command',
  'process.command_line',
  'process.executable.path',
  'process.executable.name',
  'process.owner',
  'code.filepath',
  'code.file.path',
  'service.instance.id',
]);

/** @param key of the attribute that holds it */
export function trimmed(value: unknown, key = ''): unknown {
  if (typeof value === 'string') return trimmedText(value, key);
  if (Array.isArray(value)) return value.map((one) => trimmed(one));
  if (typeof value !== 'object' || value === null) return value;
  const { key: named, ...rest } = value as { readonly key?: unknown; readonly value?: unknown };
  if (typeof named !== 'string' || !('value' in rest))
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, trimmed(one, key)]));
  if (machine.has(named)) return { key: named, value: { stringValue: 'left out' } };
  return { key: named, value: trimmed(rest.value, named) };
}

/** A file of an agent's session: JSON, JSON lines, or another text, which stays. */
export function trimmedFile(path: string, text: string): string {
  const line = (one: string): string => (one.trim() === '' ? one : JSON.stringify(trimmed(JSON.parse(one))));
  if (path.endsWith('.jsonl')) return text.split('\n').map(line).join('\n');
  return path.endsWith('.json') ? `${JSON.stringify(trimmed(JSON.parse(text)), null, 1)}\n` : text;
}

function trimmedText(text: string, key: string): string {
  if (key === 'exception.stacktrace') return 'left out';
  const inside = /^\s*[[{]/.test(text) ? parsed(text) : undefined;
  if (inside !== undefined && text.length > MAX_CHARS) return JSON.stringify(trimmed(inside));
  const plain = text.replace(/(?:\/[\w.@-]+)+\/(site-packages|node_modules)\//g, '/$1/');
  if (plain.length <= MAX_CHARS) return plain;
  // At the end of an output may stand how the command ended.
  return `${plain.slice(0, MAX_CHARS - 150)}… (${plain.length - MAX_CHARS} left out) …${plain.slice(-150)}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
