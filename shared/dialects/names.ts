// A name in a dialect's table that leads into an attribute: `usage_details → prompt_tokens`. Does not read values.

/** Between an attribute's name and the fields that lead to what is meant. */
const IN = ' → ';

/** The attribute and the fields within it; null for the name of an attribute itself. */
export function pathOf(name: string): readonly [attribute: string, ...fields: string[]] | null {
  const known = paths.get(name);
  if (known !== undefined) return known;
  const [attribute = '', ...fields] = name.split(IN);
  const path = fields.length === 0 ? null : ([attribute, ...fields] as const);
  if (paths.size < MAX_KNOWN) paths.set(name, path);
  return path;
}

/** As many as tables have names, and more. */
const MAX_KNOWN = 2000;
const paths = new Map<string, readonly [string, ...string[]] | null>();
