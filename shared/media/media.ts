// Images, audio and documents inside a message: what a part holds, of which type, and its bytes or where they lie.
// One reading for whoever records parts and whoever shows them. Does not decode, fetch or judge the bytes.
import {
  mediaAddressNames,
  mediaDataNames,
  mediaFields,
  mediaFileNames,
  mediaHolders,
  mediaKindNames,
  mediaSizeNames,
  mediaTypeNames,
  mediaTypes,
} from '../dialects/media.ts';

export interface Media {
  /** "image", "audio", "video", "document" or "file". */
  readonly kind: string;
  /** As it was recorded; null where it was not. */
  readonly mediaType: string | null;
  readonly name: string | null;
  /** An address or an id with the provider; it is never fetched. */
  readonly address: string | null;
  readonly base64: string | null;
  /** Of a document that is plain text. */
  readonly text: string | null;
  /** Bytes, as far as they are known. */
  readonly size: number | null;
}

const MAX_NAME_CHARS = 100;
const MAX_ADDRESS_CHARS = 300;
const DATA_URL = /^data:([\w.+/-]*)[^,]{0,200},/;
const ADDRESS = /^[a-z][\w+.-]*:\/\//i;
/** What stands where the bytes were too many to be kept, with how many characters they had. */
const LEFT_OUT = /^\[(\d{1,15}) characters left out\]$/;

export function leftOutMark(chars: number): string {
  return `[${chars} characters left out]`;
}

/** What a part of a message holds, where that is no text but media; else null. */
export function readMedia(part: unknown): Media | null {
  const type = field(part, 'type');
  const word = typeof type === 'string' && Object.hasOwn(mediaTypes, type) ? mediaTypes[type] : undefined;
  const isNamed = typeof type !== 'string' && mediaFields.some((name) => isObject(field(part, name)));
  // A resource of MCP may be a text.
  if ((word === undefined && !isNamed) || typeof field(field(part, 'resource'), 'text') === 'string')
    return null;
  const holders = holdersOf(part);
  const find = (names: readonly string[]) => firstText(holders, names);
  const data = find(mediaDataNames);
  const place = find(mediaAddressNames);
  const bytes = bytesIn(data, place);
  const isText = data !== null && holders.some((holder) => field(holder, 'type') === 'text');
  const mediaType = (find(mediaTypeNames) ?? bytes.mediaType ?? formatOf(find(['format']), word))?.slice(
    0,
    MAX_NAME_CHARS,
  );
  const kind =
    word ||
    find(mediaKindNames)?.slice(0, 40) ||
    mediaFields.find((name) => /^(?:image|document|video)$/.test(name) && isObject(field(part, name))) ||
    /^(?:image|audio|video)(?=\/)/.exec(mediaType ?? '')?.[0] ||
    'file';
  const size = isText ? data.length : (bytes.size ?? firstNumber(holders, mediaSizeNames));
  const media: Media = {
    kind,
    mediaType: mediaType ?? null,
    name: find(mediaFileNames)?.slice(0, MAX_NAME_CHARS) ?? null,
    address: bytes.address?.slice(0, MAX_ADDRESS_CHARS) ?? null,
    base64: isText ? null : bytes.base64,
    text: isText ? data : null,
    size,
  };
  // What says nothing of itself is kept as it was recorded.
  const says = media.name ?? media.mediaType ?? media.address ?? size;
  if (says === null || (!word && kind === 'file' && !mediaType && !media.address)) return null;
  return media;
}

/** The media among the parts of a message or of what a tool answered; a part may hold a list of further ones. */
export function mediaIn(value: unknown, depth = 0): Media[] {
  if (Array.isArray(value)) return value.slice(0, MAX_PARTS).flatMap((part) => mediaIn(part, depth));
  if (!isObject(value) || depth > 2) return [];
  // OpenHands tells several in one part.
  const urls = field(value, 'image_urls');
  if (Array.isArray(urls))
    return mediaIn(
      urls.map((url) => ({ type: 'image', url })),
      depth,
    );
  const media = readMedia(value);
  if (media !== null) return [media];
  return resultLists.flatMap((name) => {
    const inner = field(value, name);
    return Array.isArray(inner) || isObject(inner) ? mediaIn(inner, depth + 1) : [];
  });
}
const MAX_PARTS = 1000;
const resultLists = ['content', 'output', 'result', 'response', 'value', 'parts', 'attachments'];

interface Bytes {
  readonly base64: string | null;
  readonly address: string | null;
  readonly mediaType: string | null;
  readonly size: number | null;
}

/** The bytes themselves, in base64 or in an address that holds them; else where they lie. */
function bytesIn(data: string | null, place: string | null): Bytes {
  const told = data ?? place ?? '';
  const left = LEFT_OUT.exec(told.slice(0, 60))?.[1];
  if (left !== undefined)
    return { base64: null, address: null, mediaType: null, size: Math.floor((Number(left) * 3) / 4) };
  const url = DATA_URL.exec(told.slice(0, 400));
  if (url) {
    const base64 = told.slice(url[0].length);
    const rest = LEFT_OUT.exec(base64.slice(0, 60))?.[1];
    const size = rest === undefined ? sizeOf(base64) : Math.floor((Number(rest) * 3) / 4);
    return { base64: rest === undefined ? base64 : null, address: null, mediaType: url[1] || null, size };
  }
  if (data === null || ADDRESS.test(data.slice(0, 100)))
    return { base64: null, address: data ?? place, mediaType: null, size: null };
  return { base64: data, address: null, mediaType: null, size: sizeOf(data) };
}

function sizeOf(base64: string): number {
  const padding = base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0;
  return Math.max(0, Math.floor((base64.length * 3) / 4) - padding);
}

function formatOf(format: string | null, word: string | undefined): string | null {
  return format && /^[\w.+-]{1,40}$/.test(format) ? `${word || 'audio'}/${format}` : null;
}

/** The part, what it holds, and what that holds. */
function holdersOf(part: unknown): unknown[] {
  const held = mediaHolders.map((name) => field(part, name)).filter(isObject);
  const deeper = held.map((holder) => field(holder, 'source')).filter(isObject);
  return [part, ...held, ...deeper].filter(isObject);
}

function firstText(holders: readonly unknown[], names: readonly string[]): string | null {
  for (const name of names)
    for (const holder of holders) {
      const value = field(holder, name);
      if (typeof value === 'string' && value !== '') return value;
    }
  return null;
}

function firstNumber(holders: readonly unknown[], names: readonly string[]): number | null {
  for (const name of names)
    for (const holder of holders) {
      const value = field(holder, name);
      if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
    }
  return null;
}

function field(value: unknown, name: string): unknown {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
