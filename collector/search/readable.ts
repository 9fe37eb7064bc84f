// A text as a person reads it: where it is JSON its strings are shown without their escapes, and a string that is
// JSON again likewise. Each is read once: a path of Windows in it keeps its backslashes. Does not search.

/** Agents put whole conversations into one attribute, with JSON in what is said. */
const MAX_DEPTH = 2;

export function readable(text: string, depth = MAX_DEPTH): string {
  if (!/^\s*[{["]/.test(text)) return text;
  let shown = '';
  let at = 0;
  for (let open = text.indexOf('"'); open >= 0; open = text.indexOf('"', at)) {
    const close = closingQuote(text, open + 1);
    if (close < 0) break;
    shown += `${text.slice(at, open + 1)}${contentOf(text.slice(open, close + 1), depth)}"`;
    at = close + 1;
  }
  return shown + text.slice(at);
}

/** @returns -1 where the text was cut before it */
function closingQuote(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    if (text[at] === '"') return at;
    if (text[at] === '\\') at++;
  }
  return -1;
}

function contentOf(literal: string, depth: number): string {
  if (!literal.includes('\\')) return literal.slice(1, -1);
  const content = parsed(literal);
  if (typeof content !== 'string') return literal.slice(1, -1);
  const isJson = depth > 1 && /^\s*[{[]/.test(content) && parsed(content) !== undefined;
  return isJson ? readable(content, depth - 1) : content;
}

/** Undefined where it is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
