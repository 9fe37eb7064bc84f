// Text with its arrows drawn: the subset of Inter that the page carries has none, and a system font's
// stand out of line.

/** "1,200 → 45 tokens" with the arrow as a shape; screen readers hear "to". */
export function WithArrows({ text }: { text: string }) {
  return (
    <>
      {text.split('→').map((part, index) => (
        <span key={index}>
          {index > 0 && <Arrow />}
          {part}
        </span>
      ))}
    </>
  );
}

function Arrow() {
  return (
    <>
      <svg class="arrow" viewBox="0 0 14 10" aria-hidden="true">
        <path d="M1 5h11M8.5 1.5 12 5 8.5 8.5" />
      </svg>
      <span class="sr-only">to</span>
    </>
  );
}

/** The face of an arrow key. */
export function ArrowKey({ direction }: { direction: 'left' | 'right' }) {
  return (
    <kbd>
      <svg class={`arrow ${direction}`} viewBox="0 0 14 10" aria-hidden="true">
        <path d="M1 5h11M8.5 1.5 12 5 8.5 8.5" />
      </svg>
    </kbd>
  );
}
