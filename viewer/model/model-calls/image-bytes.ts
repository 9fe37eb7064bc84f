// Whether bytes are an image that may be shown: of which of four types, told by their first bytes and never by what
// was said of them, how large on the screen, and not more than a page can hold. A drawing in SVG is a document and is
// never shown. Reads the heads of images; does not draw them.

export interface ShownImage {
  readonly mediaType: 'image/png' | 'image/jpeg' | 'image/gif' | 'image/webp';
  readonly base64: string;
  readonly width: number;
  readonly height: number;
}

type Head = Omit<ShownImage, 'base64'>;

/** A value holds 1 MiB; this bounds what comes another way. */
const MAX_CHARS = 6 * 1024 * 1024;
/** Unpacked an image takes four bytes a pixel: 100 MB. */
const MAX_PIXELS = 25_000_000;
const MAX_SIDE = 16_384;
/** Where the size of a JPEG stands is behind what its camera wrote into it. */
const HEAD_CHARS = 256 * 1024;

/** The image that the text is, in base64; null where it is none that may be shown. */
export function shownImage(base64: string): ShownImage | null {
  if (base64.length > MAX_CHARS) return null;
  const bytes = decoded(base64.slice(0, HEAD_CHARS));
  const head = bytes === null ? null : (png(bytes) ?? gif(bytes) ?? webp(bytes) ?? jpeg(bytes));
  if (head === null) return null;
  const { width, height } = head;
  const fits = width > 0 && height > 0 && Math.max(width, height) <= MAX_SIDE && width * height <= MAX_PIXELS;
  return fits ? { ...head, base64 } : null;
}

/** The bytes of base64 or base64url, with or without padding; null where it is neither. */
export function decoded(base64: string): Uint8Array<ArrayBuffer> | null {
  const plain = base64.replace(/[-_\s]/g, (char) => (char === '-' ? '+' : char === '_' ? '/' : ''));
  try {
    // A head is cut at any place: three bytes take four characters.
    const whole = plain.replace(/=+$/, '');
    const text = atob(whole.slice(0, whole.length - (whole.length % 4 === 1 ? 1 : 0)));
    const bytes = new Uint8Array(text.length);
    for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
    return bytes;
  } catch {
    return null;
  }
}

function png(bytes: Uint8Array): Head | null {
  if (!begins(bytes, 0, '\x89PNG\r\n\x1a\n') || !begins(bytes, 12, 'IHDR')) return null;
  return { mediaType: 'image/png', width: number(bytes, 16, 4, 'big'), height: number(bytes, 20, 4, 'big') };
}

function gif(bytes: Uint8Array): Head | null {
  if (!begins(bytes, 0, 'GIF87a') && !begins(bytes, 0, 'GIF89a')) return null;
  return {
    mediaType: 'image/gif',
    width: number(bytes, 6, 2, 'little'),
    height: number(bytes, 8, 2, 'little'),
  };
}

/** Three forms: lossy, lossless, extended. */
function webp(bytes: Uint8Array): Head | null {
  if (!begins(bytes, 0, 'RIFF') || !begins(bytes, 8, 'WEBP')) return null;
  const mediaType = 'image/webp';
  if (begins(bytes, 12, 'VP8 '))
    return {
      mediaType,
      width: number(bytes, 26, 2, 'little') & 0x3fff,
      height: number(bytes, 28, 2, 'little') & 0x3fff,
    };
  if (begins(bytes, 12, 'VP8L')) {
    const bits = number(bytes, 21, 4, 'little');
    return { mediaType, width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
  }
  if (!begins(bytes, 12, 'VP8X')) return null;
  return { mediaType, width: number(bytes, 24, 3, 'little') + 1, height: number(bytes, 27, 3, 'little') + 1 };
}

function jpeg(bytes: Uint8Array): Head | null {
  if (!begins(bytes, 0, '\xff\xd8\xff')) return null;
  for (let at = 2; at + 9 < bytes.length; ) {
    if (bytes[at] !== 0xff) return null;
    const marker = bytes[at + 1] ?? 0;
    // Frames of every coding but the tables that share their numbers.
    if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc)
      return {
        mediaType: 'image/jpeg',
        height: number(bytes, at + 5, 2, 'big'),
        width: number(bytes, at + 7, 2, 'big'),
      };
    at += marker === 0xff ? 1 : 2 + number(bytes, at + 2, 2, 'big');
  }
  return null;
}

function begins(bytes: Uint8Array, at: number, text: string): boolean {
  for (let index = 0; index < text.length; index++)
    if (bytes[at + index] !== text.charCodeAt(index)) return false;
  return true;
}

/** Unsigned; 0 where the bytes end before it. */
function number(bytes: Uint8Array, at: number, count: number, order: 'big' | 'little'): number {
  let value = 0;
  for (let index = 0; index < count; index++)
    value = value * 256 + (bytes[order === 'big' ? at + index : at + count - 1 - index] ?? 0);
  return value;
}
