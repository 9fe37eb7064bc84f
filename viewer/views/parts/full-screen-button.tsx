// Gives the whole screen to the terminal and its transport, where the browser can: the page itself fills it, and its
// style leaves out the rest. The page's keys and its sheets go on working.
import { useEffect } from 'preact/hooks';
import { stageFull } from '../../state/page/media.ts';

export function FullScreenButton() {
  useEffect(() => {
    const look = () => {
      stageFull.value = document.fullscreenElement === document.documentElement;
    };
    document.addEventListener('fullscreenchange', look);
    return () => {
      document.removeEventListener('fullscreenchange', look);
      if (stageFull.peek()) leave();
      stageFull.value = false;
    };
  }, []);
  if (!document.fullscreenEnabled) return null;
  const full = stageFull.value;
  const label = full ? 'Leave full screen' : 'Full screen';
  return (
    <button
      type="button"
      class="terminal-tool"
      aria-label={label}
      title={label}
      onClick={full ? leave : enter}
    >
      <svg viewBox="0 0 14 14" aria-hidden="true">
        {full ? (
          <path d="M5.5 1.5v4h-4M8.5 1.5v4h4M5.5 12.5v-4h-4M8.5 12.5v-4h4" />
        ) : (
          <path d="M1.5 5V1.5H5M9 1.5h3.5V5M12.5 9v3.5H9M5 12.5H1.5V9" />
        )}
      </svg>
    </button>
  );
}

// A browser may refuse; the page is then as it was.
function enter(): void {
  document.documentElement.requestFullscreen().catch(() => undefined);
}

function leave(): void {
  document.exitFullscreen().catch(() => undefined);
}
