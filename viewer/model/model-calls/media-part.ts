// Images, audio and documents in messages, as a reader of the run sees them: in words, and as an image where one may be
// shown. Does not draw or fetch.

import type { Media } from '../../../shared/media/media.ts';
import { mediaIn, readMedia } from '../../../shared/media/media.ts';
import type { AttributeValue } from '../../../shared/span.ts';
import { formatBytes } from '../display/format.ts';
import { type ShownImage, shownImage } from './image-bytes.ts';

export interface MediaPart {
  readonly type: 'media';
  /** "image (image/png, 12 kB)". */
  readonly text: string;
  /** null where there are no bytes of an image that may be shown. */
  readonly image: ShownImage | null;
  /** What a document of plain text says; null for all others. */
  readonly document: string | null;
}

/** The part, where it holds no text but media; else null. */
export function mediaPartOf(part: AttributeValue): MediaPart | null {
  const media = readMedia(part);
  return media === null ? null : partOf(media);
}

/** The media in what a tool answered. */
export function mediaPartsIn(value: AttributeValue | undefined): MediaPart[] {
  return mediaIn(value).map(partOf);
}

function partOf({ kind, mediaType, name, address, base64, text, size }: Media): MediaPart {
  const facts = [name, mediaType, address, size === null ? null : formatBytes(size)];
  const told = facts.filter((fact) => fact !== null && fact !== '');
  return {
    type: 'media',
    text: `${kind} (${told.join(', ')})`,
    image: base64 === null ? null : shownImage(base64),
    document: text,
  };
}
