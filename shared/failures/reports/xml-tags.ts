// Goes through the tags and texts of an XML report from the beginning to its end, in one pass, whatever it is.
// Does not check that they match.

export interface XmlPart {
  readonly kind: 'open' | 'close' | 'text';
  /** The tag's name; "" for a text. */
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly isEmpty: boolean;
  readonly text: string;
}

const MAX_TAG_CHARS = 8000;
const MAX_TEXT_CHARS = 4000;
const none: ReadonlyMap<string, string> = new Map();

export function* xmlParts(xml: string, from: number): Generator<XmlPart> {
  for (let at = from; at < xml.length; ) {
    const open = xml.indexOf('<', at);
    const until = open < 0 ? xml.length : open;
    if (until > at) yield textPart(unescaped(xml.slice(at, Math.min(until, at + MAX_TEXT_CHARS))));
    if (open < 0) return;
    if (xml.startsWith('<![CDATA[', open)) {
      const end = endOf(xml, ']]>', open);
      yield textPart(xml.slice(open + 9, Math.min(end, open + 9 + MAX_TEXT_CHARS)));
      at = end + 3;
    } else if (xml.startsWith('<!--', open)) at = endOf(xml, '-->', open) + 3;
    else {
      const end = tagEnd(xml, open + 1);
      if (end === null) return;
      yield tagPart(xml.slice(open + 1, Math.min(end, open + MAX_TAG_CHARS)));
      at = end + 1;
    }
  }
}

function endOf(xml: string, mark: string, from: number): number {
  const end = xml.indexOf(mark, from);
  return end < 0 ? xml.length : end;
}

/** The ">" that is in no attribute. */
function tagEnd(xml: string, from: number): number | null {
  let quote = '';
  for (let at = from; at < xml.length; at++) {
    const char = xml[at] ?? '';
    if (quote === '' && char === '>') return at;
    if (char === quote) quote = '';
    else if (quote === '' && (char === '"' || char === "'")) quote = char;
  }
  return null;
}

function textPart(text: string): XmlPart {
  return { kind: 'text', name: '', attributes: none, isEmpty: false, text };
}

function tagPart(tag: string): XmlPart {
  const name = /^\/?([\w:.-]{1,60})/.exec(tag)?.[1] ?? '';
  if (tag.startsWith('/')) return { kind: 'close', name, attributes: none, isEmpty: false, text: '' };
  const attributes = new Map<string, string>();
  for (const [, key = '', double, single] of tag.matchAll(
    /([\w:.-]{1,60})="([^"]*)"|([\w:.-]{1,60})='([^']*)'/g,
  ))
    if (key !== '') attributes.set(key, unescaped(double ?? single ?? ''));
  return { kind: 'open', name, attributes, isEmpty: tag.endsWith('/'), text: '' };
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function unescaped(text: string): string {
  return text.replace(
    /&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(lt|gt|amp|quot|apos));/gi,
    (all, hex, decimal, name) => {
      if (name !== undefined) return entities[String(name).toLowerCase()] ?? all;
      const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : all;
    },
  );
}
