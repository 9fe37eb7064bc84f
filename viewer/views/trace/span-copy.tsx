// Takes a span elsewhere: as Markdown for people, as JSON, as the command that fetches it, as a link to this very moment.
import { saidInAny } from '../../model/model-calls/messages.ts';
import { shellCommand } from '../../model/share/snippets.ts';
import { spanMarkdown } from '../../model/share/span-markdown.ts';
import { rowLength, rowStart } from '../../model/trace/span-length.ts';
import { toolResultOf, verifyOutputOf } from '../../model/transcript/tool-text.ts';
import { spanEndpoint } from '../../state/page/endpoint.ts';
import { flushMoment } from '../../state/page/route.ts';
import { CopyButton } from '../parts/copy-button.tsx';
import type { SummaryProps } from './summary-props.ts';

export function SpanCopy(props: SummaryProps & { readonly title: string }) {
  const { session, row, span } = props;
  const curl = () =>
    shellCommand([
      'curl',
      '-s',
      spanEndpoint(session.detail.peek()?.id ?? '', row),
      '-H',
      'accept: application/json',
    ]);
  const link = () => {
    flushMoment();
    return location.href;
  };
  const markdown = () => {
    const { columns } = props.trace;
    const times = `${rowStart(columns, row)}, ${rowLength(columns, row)}`;
    return spanMarkdown({ title: props.title, times, text: textOf(props), url: link() });
  };
  return (
    <p class="active-copy">
      <CopyButton text={markdown} what="this span as Markdown" label="Markdown" class="link" />
      <CopyButton text={() => JSON.stringify(span, null, 2)} what="this span" label="JSON" class="link" />
      <CopyButton text={curl} what="the command that fetches this span" label="curl" class="link" />
      <CopyButton text={link} what="this span and moment" label="Link" class="link" />
    </p>
  );
}

/** What was said or printed. */
function textOf({ span }: SummaryProps): string | null {
  if (span === null) return null;
  const said = saidInAny([span]).output.flatMap(({ parts }) => parts);
  const texts = said.flatMap((part) => (part.type === 'text' ? [part.text] : []));
  if (texts.length > 0) return texts.join('\n\n');
  return span.kind === 'verify' ? verifyOutputOf(span) : toolResultOf(span);
}
