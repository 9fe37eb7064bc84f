// Fills the screen with one part of the page, where the browser can. The page's keys go on working.
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';

export function FullScreenButton({ box }: { box: preact.RefObject<HTMLElement | null> }) {
  const full = useSignal(false);
  useEffect(() => {
    const look = () => {
      full.value = document.fullscreenElement !== null && document.fullscreenElement === box.current;
    };
    document.addEventListener('fullscreenchange', look);
    return () => document.removeEventListener('fullscreenchange', look);
  }, [box, full]);
  if (!document.fullscreenEnabled) return null;
  const label = full.value ? 'Leave full screen' : 'Full screen';
  const toggle = () => {
    // A browser may refuse; the page is then as it was.
    if (full.value) document.exitFullscreen().catch(() => undefined);
    else box.current?.requestFullscreen().catch(() => undefined);
  };
  return (
    <button type="button" class="terminal-tool" aria-label={label} title={label} onClick={toggle}>
      <svg viewBox="0 0 14 14" aria-hidden="true">
        {full.value ? (
          <path d="M5.5 1.5v4h-4M8.5 1.5v4h4M5.5 12.5v-4h-4M8.5 12.5v-4h4" />
        ) : (
          <path d="M1.5 5V1.5H5M9 1.5h3.5V5M12.5 9v3.5H9M5 12.5H1.5V9" />
        )}
      </svg>
    </button>
  );
}
