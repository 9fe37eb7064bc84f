// Takes what is shown away as a file.
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { sweepFormats } from '../../../shared/export/formats.ts';
import { formatCount } from '../../model/display/format.ts';
import { download, exportFile } from '../../state/sweep/export-file.ts';
import type { SweepSession } from '../../state/sweep/sweep-session.ts';

export function ExportMenu({ session }: { session: SweepSession }) {
  const open = useSignal(false);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!open.value) return;
    const leave = (event: PointerEvent) => {
      if (event.target instanceof Node && !box.current?.contains(event.target)) open.value = false;
    };
    addEventListener('pointerdown', leave, true);
    return () => removeEventListener('pointerdown', leave, true);
  }, [open.value]);
  const count = session.matrix.value?.count ?? 0;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape closes the list from any of its buttons
    <div
      ref={box}
      class="sweep-export"
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !open.value) return;
        open.value = false;
        box.current?.querySelector('button')?.focus();
        event.stopPropagation();
      }}
    >
      <button
        type="button"
        class="button menu"
        aria-expanded={open.value}
        disabled={count === 0}
        onClick={() => {
          open.value = !open.value;
        }}
      >
        Export
      </button>
      {open.value && (
        <div class="export-list">
          {sweepFormats.map((format) => (
            <button
              key={format.name}
              type="button"
              onClick={() => {
                const file = exportFile(session, format);
                if (file) download(file);
                open.value = false;
              }}
            >
              {format.label}
            </button>
          ))}
          <p>{formatCount(count)} runs, as filtered</p>
        </div>
      )}
    </div>
  );
}
