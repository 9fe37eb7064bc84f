// Images, audio and documents in messages, in words: what, of which type, how large, or where it lies. Does not
// decode, draw or fetch.
import {
  mediaAddressNames,
  mediaDataNames,
  mediaFields,
  mediaFileNames,
  mediaHolders,
  mediaKindNames,
  mediaTypeNames,
  mediaTypes,
} from '../../../shared/dialects/media.ts';
import type { AttributeValue } from '../../../shared/span.ts';
import { formatBytes } from '../display/format.ts';
import { fieldOf } from '../trace/attributes.ts';

export interface MediaPart {
  readonly type: 'media';
  /** "image (image/png, 12 kB)". */
  readonly text: string;
}

const MAX_ADDRESS_CHARS = 300;

/** The part, where it holds no text but media; else null. */
export function mediaPartOf(part: AttributeValue): MediaPart | null {
  const type = fieldOf(part, 'type');
  const word = typeof type === 'string' && Object.hasOwn(mediaTypes, type) ? mediaTypes[type] : undefined;
  if (word === undefined && !mediaFields.some((name) => fieldOf(part, name) !== undefined)) return null;
  const holders = [part, ...mediaHolders.map((name) => fieldOf(part, name))].filter(isObject);
  const find = (names: readonly string[]) => firstText(holders, names);
  const data = find(mediaDataNames);
  const url = /^data:([\w.+/-]*)[^,]{0,200},/.exec((data ?? find(mediaAddressNames) ?? '').slice(0, 400));
  const whole = url && data === null ? find(mediaAddressNames) : data;
  const isAddress = url === null && data !== null && /^[a-z][\w+.-]*:\/\//i.test(data.slice(0, 100));
  const base64 = whole === null || isAddress ? null : url ? whole.slice(url[0].length) : whole;
  const format = find(['format']);
  const mediaType = (find(mediaTypeNames) ?? (url?.[1] || null) ?? (format && `audio/${format}`))?.slice(
    0,
    100,
  );
  const name = find(mediaFileNames)?.slice(0, 100);
  const address = base64 === null ? (isAddress ? data : find(mediaAddressNames)) : null;
  const facts = [name, mediaType, address?.slice(0, MAX_ADDRESS_CHARS)];
  if (base64 !== null) facts.push(sizeWords(holders, base64));
  const kind =
    word ||
    find(mediaKindNames)?.slice(0, 40) ||
    /^(?:image|audio|video)(?=\/)/.exec(mediaType ?? '')?.[0] ||
    'file';
  const told = facts.filter((fact) => fact !== undefined && fact !== null && fact !== '');
  // What says nothing of itself is kept as it was recorded.
  if (told.length === 0 || (!word && kind === 'file' && !mediaType && !address)) return null;
  return {
    type: 'media',
    text: `${kind} (${told.join(', ')})`,
  };
}

/** Anthropic's documents may be plain text: then it is no base64. */
function sizeWords(holders: readonly AttributeValue[], data: string): string {
  if (holders.some((holder) => fieldOf(holder, 'type') === 'text')) return formatBytes(data.length);
  const padding = data.endsWith('==') ? 2 : data.endsWith('=') ? 1 : 0;
  return formatBytes(Math.max(0, Math.floor((data.length * 3) / 4) - padding));
}

function firstText(holders: readonly AttributeValue[], names: readonly string[]): string | null {
  for (const name of names)
    for (const holder of holders) {
      const value = fieldOf(holder, name);
      if (typeof value === 'string' && value !== '') return value;
    }
  return null;
}

function isObject(value: AttributeValue | undefined): value is AttributeValue {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
