// Text to paste elsewhere: what it is, in which language, and a button that copies all of it.

import { shownLine, shownText } from '../../model/display/display-text.ts';
import type { Snippet } from '../../model/share/snippets.ts';
import { CopyButton } from './copy-button.tsx';
import './snippet-box.css';

const LANGUAGE_WORDS: { readonly [name in Snippet['language']]: string } = {
  sh: 'shell',
  markdown: 'Markdown',
  html: 'HTML',
};

export function SnippetBox({ snippet, note }: { snippet: Snippet; note?: string }) {
  const { title, language, text } = snippet;
  const said = note ?? snippet.note;
  return (
    <figure class="snippet-box" aria-label={shownLine(title)}>
      <figcaption>
        <b>{shownLine(title)}</b>
        <span class="snippet-language">{LANGUAGE_WORDS[language]}</span>
        {/* What is copied is exact; what is shown marks characters that would deceive. */}
        <CopyButton text={text} what={title} class="button quiet" />
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls */}
      <pre tabIndex={0}>{shownText(text, 20_000)}</pre>
      {said && <p>{shownLine(said, 400)}</p>}
    </figure>
  );
}
