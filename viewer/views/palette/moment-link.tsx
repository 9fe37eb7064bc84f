// The link to what is on the screen, by one key: on the clipboard where the browser allows it, and in any case as a text
// that is selected, so that it can be copied on plain http too. Does not build addresses.
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { flushMoment } from '../../state/page/route.ts';
import { useKeys } from '../parts/use-keys.ts';
import { writeClipboard } from '../share/clipboard.ts';

const SAID_FOR_MS = 6000;

interface Copied {
  readonly text: string;
  readonly isCopied: boolean;
}

export function MomentLink() {
  const copied = useSignal<Copied | null>(null);
  const field = useRef<HTMLInputElement>(null);
  const copy = async (asMarkdown: boolean) => {
    flushMoment();
    const text = asMarkdown ? markdownLink(document.title, location.href) : location.href;
    copied.value = { text, isCopied: await writeClipboard(text) };
  };
  useKeys((key) => {
    if (key === 'Escape' && copied.peek()) copied.value = null;
    else if (key === 'y' || key === 'Y') void copy(key === 'Y');
    else return false;
    return true;
  });
  useEffect(() => {
    if (copied.value?.isCopied === false) field.current?.select();
    if (copied.value?.isCopied !== true) return;
    const timer = setTimeout(() => {
      copied.value = null;
    }, SAID_FOR_MS);
    return () => clearTimeout(timer);
  }, [copied.value]);
  if (!copied.value) return null;
  return (
    <aside class="moment-link" aria-label="Link">
      <p role="status">
        {copied.value.isCopied ? 'Copied' : 'The browser keeps the clipboard: copy this yourself'}
      </p>
      <input ref={field} type="text" readOnly aria-label="Link to what you see" value={copied.value.text} />
      <button
        type="button"
        class="button quiet"
        onClick={() => {
          copied.value = null;
        }}
      >
        Close
      </button>
    </aside>
  );
}

/** Hostile titles close no link and begin no other. */
function markdownLink(title: string, href: string): string {
  const words = title
    .replace(/ · Playhead$/, '')
    .replace(/[\\[\]<>`*_]/g, '\\$&')
    .replace(/\s+/g, ' ');
  return `[${words}](${href.replace(/[()]/g, encodeURIComponent)})`;
}
