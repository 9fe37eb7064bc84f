// Data as text: controls and invisible characters become visible badges, endless text is cut and says
// so. Every string that a recording holds goes through here or through shownLine.
import { SHOWN_MAX_CHARS, shownParts } from '../../model/display/display-text.ts';
import './safe-text.css';

export function SafeText({ text, max = SHOWN_MAX_CHARS }: { text: string; max?: number }) {
  return (
    <>
      {shownParts(text, max).map((part, index) =>
        part.kind === 'text' ? (
          part.text
        ) : (
          <span key={index} class={`shown-${part.kind}`} title={part.title}>
            {part.text}
          </span>
        ),
      )}
    </>
  );
}
