// A span laid open over the column that is read: what it came to first, by its kind; then what was said or printed, what
// it holds, and its attributes folded. Neighbours of its kind are a step away. Does not choose what lies open.
import { useEffect, useRef } from 'preact/hooks';
import { type SpanKind, spanFlag } from '../../../shared/span.ts';
import { kindAt, spanIdAt, statusAt } from '../../../shared/trace-columns.ts';
import { shownLine } from '../../model/display/display-text.ts';
import { flagWords, spanFacts } from '../../model/trace/span-facts.ts';
import { rowStart } from '../../model/trace/span-length.ts';
import { childRows } from '../../model/trace/span-neighbours.ts';
import { toolNameOf } from '../../model/transcript/tool-text.ts';
import type { CellSession } from '../../state/cell/cell-session.ts';
import { isUnderWay } from '../../state/cell/live-session.ts';
import { type CellTrace, keyAt } from '../../state/trace/cell-trace.ts';
import { KindMark } from '../parts/icons.tsx';
import { SafeText } from '../parts/safe-text.tsx';
import { CallSummary } from './call-summary.tsx';
import { PhaseSummary } from './phase-summary.tsx';
import { SpanAttributes } from './span-attributes.tsx';
import { SpanCopy } from './span-copy.tsx';
import { callOf, type SummaryProps } from './summary-props.ts';
import { ToolSummary } from './tool-summary.tsx';
import './span-drawer.css';

export function SpanDrawer({ session }: { session: CellSession }) {
  const trace = session.trace.value;
  const row = session.drawer.row.value;
  return trace && row >= 0 ? <Drawer session={session} trace={trace} row={row} /> : null;
}

function Drawer({ session, trace, row }: { session: CellSession; trace: CellTrace; row: number }) {
  const { spans, drawer } = session;
  const { columns } = trace;
  const box = useRef<HTMLElement>(null);
  useEffect(() => spans.want(row), [spans, row]);
  useFocusWhileOpen(box);
  const rowKey = keyAt(columns, row);
  // Reading the epoch draws it again when the span's attributes arrive.
  const span = spans.epoch.value >= 0 ? spans.get(rowKey) : null;
  const kind = kindAt(columns, row);
  const failed = statusAt(columns, row) === 'error';
  const props: SummaryProps = { session, trace, row, rowKey, span };
  const title = titleOf(props, kind);
  const odd = span ? flagWords(span.flags.filter((flag) => flag !== 'orphan' || isOrphan(props))) : [];
  return (
    <section class="drawer" aria-label="Span" ref={box} tabIndex={-1}>
      <header class="drawer-head">
        <KindMark kind={kind} failed={failed} />
        <h2>{title}</h2>
        {failed && <b class="failed">error</b>}
        <span class="drawer-start">{rowStart(columns, row)}</span>
        <Step session={session} direction={-1} kind={kind} />
        <Step session={session} direction={1} kind={kind} />
        <button
          type="button"
          class="drawer-close"
          aria-label="Esc: close the span"
          onClick={() => drawer.close()}
        >
          <kbd>Esc</kbd>
          <svg viewBox="0 0 10 10" aria-hidden="true">
            <path d="m2 2 6 6M8 2 2 8" />
          </svg>
        </button>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls */}
      <div class="drawer-body" tabIndex={0} key={rowKey}>
        {kind === 'model_call' ? (
          <CallSummary {...props} />
        ) : kind === 'tool_call' || kind === 'verify' ? (
          <ToolSummary {...props} />
        ) : (
          <PhaseSummary {...props} />
        )}
        {span?.statusMessage && (
          <p class="drawer-error" dir="auto">
            <SafeText text={span.statusMessage} max={2000} />
          </p>
        )}
        {odd.length > 0 && <p class="drawer-note">{`${odd.join(', ')}.`}</p>}
        {span ? (
          <SpanAttributes facts={spanFacts(span)} isOpen={holdsNothingElse(props, kind)} />
        ) : (
          <p class="faint">
            {spans.error.value ? 'Its attributes could not be loaded.' : 'Loading attributes…'}
          </p>
        )}
      </div>
      <footer class="drawer-foot">
        <SpanCopy {...props} title={title} />
        <code title={`span ${span?.sourceId ?? spanIdAt(columns, row)}`}>
          span {span?.sourceId ?? spanIdAt(columns, row)}
        </code>
      </footer>
    </section>
  );
}

/** Keys of the drawer go to it while it is open, and back to where they were when it closes. */
function useFocusWhileOpen(box: preact.RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const before = document.activeElement;
    if (before?.closest('.active-span')) box.current?.focus({ preventScroll: true });
    return () => {
      const here = document.activeElement;
      if (here !== null && here !== document.body && !box.current?.contains(here)) return;
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
  }, [box]);
}

function Step({ session, direction, kind }: { session: CellSession; direction: 1 | -1; kind: SpanKind }) {
  const { drawer } = session;
  const word = `${direction < 0 ? 'Previous' : 'Next'} ${kindWords[kind] ?? 'span of its kind'}`;
  return (
    <button
      type="button"
      class="drawer-step"
      aria-label={word}
      title={`${word} (${direction < 0 ? '[' : ']'})`}
      disabled={drawer.neighbour(direction) < 0}
      onClick={() => drawer.step(direction)}
    >
      <svg viewBox="0 0 10 10" aria-hidden="true">
        <path d={direction < 0 ? 'M6.5 2 3.2 5 6.5 8' : 'M3.5 2 6.8 5 3.5 8'} />
      </svg>
    </button>
  );
}

const kindWords: Partial<Record<SpanKind, string>> = {
  model_call: 'model call',
  tool_call: 'tool call',
  verify: 'verifier',
  agent_step: 'step',
};

function titleOf(props: SummaryProps, kind: SpanKind): string {
  const { trace, row, span } = props;
  const name = trace.columns.names[trace.columns.name[row] ?? -1] ?? '';
  if (kind === 'tool_call' && span) return shownLine(toolNameOf(span), 120);
  if (kind !== 'model_call') return shownLine(name, 120);
  const call = callOf(props);
  return call ? `Model call #${call.number}` : shownLine(name, 120);
}

/** Then its attributes are what there is to read. */
function holdsNothingElse({ trace, row }: SummaryProps, kind: SpanKind): boolean {
  const saysMore = kind === 'model_call' || kind === 'tool_call' || kind === 'verify';
  return !saysMore && childRows(trace.tree, row, 1).total === 0;
}

/** The parents of a run under way end, and so arrive, after their children. */
function isOrphan({ session, trace, row }: SummaryProps): boolean {
  return ((trace.columns.flags[row] ?? 0) & spanFlag.orphan) !== 0 && !isUnderWay(session);
}
