// A button that puts a text on the clipboard and says so.
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { writeClipboard } from '../share/clipboard.ts';

const SAID_FOR_MS = 1600;

export function CopyButton({
  text,
  what,
  label = 'Copy',
  class: className = 'button quiet',
}: {
  /** The text, or how to make it at the moment of the click. */
  text: string | (() => string);
  what: string;
  label?: string;
  class?: string;
}) {
  const said = useSignal('');
  useEffect(() => {
    if (!said.value) return;
    const timer = setTimeout(() => {
      said.value = '';
    }, SAID_FOR_MS);
    return () => clearTimeout(timer);
  }, [said.value]);
  const copy = async () => {
    said.value = (await writeClipboard(typeof text === 'string' ? text : text())) ? 'Copied' : 'Not allowed';
  };
  return (
    <button type="button" class={className} onClick={() => void copy()} aria-label={`${label}: ${what}`}>
      <span aria-hidden="true">{said.value || label}</span>
      <span class="sr-only" role="status">
        {said.value}
      </span>
    </button>
  );
}
