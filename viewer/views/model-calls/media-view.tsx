// An image or document of a message: its bytes as an image where they are one that may be shown, the text of a plain
// document, and in any case what it is in words. The image comes from the bytes that were recorded, by an address that
// the page makes of them; nothing is fetched. It is made when it scrolls into view and given up when it is gone.
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { shownLine } from '../../model/display/display-text.ts';
import { decoded, type ShownImage } from '../../model/model-calls/image-bytes.ts';
import type { MediaPart } from '../../model/model-calls/media-part.ts';
import { SafeText } from '../parts/safe-text.tsx';
import './media-view.css';

/** What an image may take of the page, in CSS pixels. */
const MAX_WIDTH = 480;
const MAX_HEIGHT = 360;

/** @param named whether the words stand beside it already */
export function MediaView({ part, named = false }: { part: MediaPart; named?: boolean }) {
  const words = shownLine(part.text, 500);
  if (part.image === null && part.document === null) return named ? null : <p class="media-words">{words}</p>;
  return (
    <figure class="media">
      {part.image !== null && <Picture image={part.image} words={words} />}
      {part.document !== null && (
        <pre>
          <SafeText text={part.document} max={20_000} />
        </pre>
      )}
      {!named && <figcaption>{words}</figcaption>}
    </figure>
  );
}

function Picture({ image, words }: { image: ShownImage; words: string }) {
  const frame = useRef<HTMLSpanElement>(null);
  const address = useSignal<string | null>(null);
  const failed = useSignal(false);
  useEffect(() => {
    const element = frame.current;
    if (element === null) return;
    let made: string | null = null;
    const observer = new IntersectionObserver((entries) => {
      if (made !== null || !entries.some(({ isIntersecting }) => isIntersecting)) return;
      const bytes = decoded(image.base64);
      if (bytes === null) return;
      made = URL.createObjectURL(new Blob([bytes], { type: image.mediaType }));
      address.value = made;
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      address.value = null;
      if (made !== null) URL.revokeObjectURL(made);
    };
  }, [image, address]);
  if (failed.value) return <p class="media-none">The image is damaged.</p>;
  const scale = Math.min(1, MAX_WIDTH / image.width, MAX_HEIGHT / image.height);
  const width = Math.max(1, Math.round(image.width * scale));
  return (
    <span
      ref={frame}
      class="media-frame"
      style={{ aspectRatio: `${image.width} / ${image.height}`, width: `${width}px` }}
    >
      {address.value !== null && (
        <img
          src={address.value}
          width={image.width}
          height={image.height}
          alt={words}
          decoding="async"
          onError={() => {
            failed.value = true;
          }}
        />
      )}
    </span>
  );
}
