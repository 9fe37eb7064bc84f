// What an agent wrote in Markdown, as elements: text nodes alone, whatever it holds. Fetched with what shows it.
import type { Inline, ListItem, MarkdownBlock } from '../../model/display/markdown.ts';
import { parseMarkdown } from '../../model/display/markdown.ts';
import { SafeText } from '../parts/safe-text.tsx';
import './markdown-text.css';

export function MarkdownText({ text }: { text: string }) {
  return (
    <div class="markdown" dir="auto">
      {parseMarkdown(text).map((block, index) => (
        <Part key={index} block={block} />
      ))}
    </div>
  );
}

function Part({ block }: { block: MarkdownBlock }) {
  if (block.kind === 'code')
    return (
      <pre>
        <SafeText text={block.text} />
      </pre>
    );
  if (block.kind === 'list')
    return (
      <ul>
        {block.items.map((item, index) => (
          <Item key={index} item={item} />
        ))}
      </ul>
    );
  const lines = block.lines.map((inlines, index) => (
    <span key={index}>
      {index > 0 && '\n'}
      <Inlines inlines={inlines} />
    </span>
  ));
  if (block.kind === 'quote') return <blockquote>{lines}</blockquote>;
  return <p class={block.kind === 'heading' ? 'markdown-heading' : undefined}>{lines}</p>;
}

function Item({ item }: { item: ListItem }) {
  return (
    <li class={`depth-${item.depth}`}>
      <span class="markdown-mark">{item.mark}</span>
      <span>
        <Inlines inlines={item.inlines} />
      </span>
    </li>
  );
}

function Inlines({ inlines }: { inlines: readonly Inline[] }) {
  return (
    <>
      {inlines.map((one, index) => (
        <One key={index} inline={one} />
      ))}
    </>
  );
}

function One({ inline }: { inline: Inline }) {
  const text = <SafeText text={inline.text} />;
  switch (inline.kind) {
    case 'code':
      return <code>{text}</code>;
    case 'strong':
      return <strong>{text}</strong>;
    case 'em':
      return <em>{text}</em>;
    case 'link':
      return (
        <>
          {text}{' '}
          <span class="markdown-address">
            (<SafeText text={inline.address} max={200} />)
          </span>
        </>
      );
    case 'text':
      return text;
  }
}
