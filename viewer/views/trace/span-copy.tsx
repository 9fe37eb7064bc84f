// Takes a span elsewhere: as JSON, as the command that fetches it, as a link to this very moment.
import { shellCommand } from '../../model/share/snippets.ts';
import type { CellSession } from '../../state/cell/cell-session.ts';
import { spanEndpoint } from '../../state/page/endpoint.ts';
import { flushMoment } from '../../state/page/route.ts';
import { keyAt } from '../../state/trace/cell-trace.ts';
import { CopyButton } from '../parts/copy-button.tsx';

export function SpanCopy({ session, row }: { session: CellSession; row: number }) {
  const spanJson = () => {
    const columns = session.trace.peek()?.columns;
    const span = columns && session.spans.get(keyAt(columns, row));
    return JSON.stringify(span ?? null, null, 2);
  };
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
  return (
    <p class="active-copy">
      <CopyButton text={spanJson} what="this span" label="JSON" class="link" />
      <CopyButton text={curl} what="the command that fetches this span" label="curl" class="link" />
      <CopyButton text={link} what="this span and moment" label="Link" class="link" />
    </p>
  );
}
