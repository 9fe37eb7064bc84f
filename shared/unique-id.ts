// Whether an id is one that only one thing in the world can have, told by its form. Does not know any id.

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** What is shorter than this is chosen by people, or counted. */
const MIN_UNIQUE_CHARS = 16;
/** Random letters change between small ones, capitals and digits about every second time; words do not. */
const MIN_CHANGES = 4;
const MIN_DISTINCT = 8;

/** Whether nothing else can have the id by chance or habit. */
export function isUniqueId(id: string): boolean {
  if (UUID.test(id)) return new Set(id.replaceAll('-', '')).size > 2;
  if (id.length < MIN_UNIQUE_CHARS || new Set(id).size < MIN_DISTINCT) return false;
  const digits = id.replace(/\D/g, '').length;
  const kinds = id.replace(/[a-z]/g, 'a').replace(/[A-Z]/g, 'A').replace(/\d/g, '0');
  let changes = 0;
  for (let at = 1; at < kinds.length; at++)
    if (/\w/.test(kinds[at] ?? '') && /\w/.test(kinds[at - 1] ?? '') && kinds[at] !== kinds[at - 1])
      changes++;
  return changes >= MIN_CHANGES || digits >= MIN_DISTINCT;
}
