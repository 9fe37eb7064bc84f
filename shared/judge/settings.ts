// What an agent ran with beside its version and model, `bench.settings`: a JSON object, written so that the same
// settings are the same text whatever order they were given in. Does not say what any of them means.

/** Beyond, settings are no label of a configuration but a file. */
export const MAX_SETTINGS_CHARS = 4096;
const MAX_DEPTH = 16;

/** The settings as one text, keys in order; null where the text is no JSON object of that size. */
export function settingsText(text: string | null): string | null {
  if (text === null || text.length > MAX_SETTINGS_CHARS) return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  return inOrder(value, 0);
}

function inOrder(value: unknown, depth: number): string {
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item) => inOrder(item, depth + 1)).join(',')}]`;
  const pairs = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${pairs.map(([key, item]) => `${JSON.stringify(key)}:${inOrder(item, depth + 1)}`).join(',')}}`;
}
