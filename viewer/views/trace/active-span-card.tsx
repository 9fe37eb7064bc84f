// The card of the span that is meant at the playhead: kind, name, start, duration, how well its times
// are known, and every attribute. Always in sight.

import { useEffect } from 'preact/hooks';
import { spanFlag } from '../../../shared/span.ts';
import { kindAt, spanIdAt, statusAt, timingAt } from '../../../shared/trace-columns.ts';
import { flagWords, type SpanFact, spanFacts } from '../../model/trace/span-facts.ts';
import { rowLength, rowStart } from '../../model/trace/span-length.ts';
import type { CellSession } from '../../state/cell/cell-session.ts';
import { isUnderWay } from '../../state/cell/live-session.ts';
import { type CellTrace, keyAt } from '../../state/trace/cell-trace.ts';
import { timingWords } from '../parts/grade-words.ts';
import { KindMark } from '../parts/icons.tsx';
import { lazy } from '../parts/lazy.tsx';
import { SafeText } from '../parts/safe-text.tsx';
import './active-span-card.css';

const SpanCopy = lazy(
  () => import('./span-copy.tsx').then((module) => module.SpanCopy),
  <p class="active-copy" />,
);

export function ActiveSpanCard({ session }: { session: CellSession }) {
  const trace = session.trace.value;
  const row = session.playback.row.value;
  return (
    <section class="active-span" aria-label="Active span">
      {trace && row >= 0 ? (
        <Card session={session} trace={trace} row={row} />
      ) : (
        <p class="faint">{noSpanWords(session)}</p>
      )}
    </section>
  );
}

function noSpanWords({ trace, traceError }: CellSession): string {
  if (traceError.value && !trace.value) return 'The spans could not be loaded.';
  return trace.value && trace.value.columns.count > 0 ? 'No span at this moment.' : 'No span was recorded.';
}

function Card({ session, trace, row }: { session: CellSession; trace: CellTrace; row: number }) {
  const { columns } = trace;
  const timing = timingAt(columns, row);
  const failed = statusAt(columns, row) === 'error';
  return (
    <>
      <p class="active-kind">
        <KindMark kind={kindAt(columns, row)} failed={failed} />
        <span>{kindAt(columns, row)}</span>
        {failed && <b class="failed">error</b>}
      </p>
      <h3 class="active-name">
        <SafeText text={columns.names[columns.name[row] ?? -1] ?? ''} max={400} />
      </h3>
      <dl class="active-times">
        <div>
          <dt>Start</dt>
          <dd>{rowStart(columns, row)}</dd>
        </div>
        <div>
          <dt>Duration</dt>
          <dd>{rowLength(columns, row)}</dd>
        </div>
        <div>
          <dt>Times</dt>
          <dd title={timingWords(timing)}>{timing === 'none' ? 'unknown' : timing}</dd>
        </div>
      </dl>
      <Facts session={session} trace={trace} row={row} />
      <SpanCopy session={session} row={row} />
    </>
  );
}

function Facts({ session, trace, row }: { session: CellSession; trace: CellTrace; row: number }) {
  const { spans } = session;
  useEffect(() => spans.want(row), [spans, row]);
  // Reading the epoch draws the card again when the span's attributes arrive.
  const arrived = spans.epoch.value >= 0 ? spans.get(keyAt(trace.columns, row)) : null;
  if (!arrived)
    return (
      <p class="faint">{spans.error.value ? 'Its attributes could not be loaded.' : 'Loading attributes…'}</p>
    );
  const odd = flagWords(arrived.flags.filter((flag) => flag !== 'orphan' || isOrphan(session, trace, row)));
  const facts = spanFacts(arrived);
  return (
    <dl class="facts" tabIndex={0}>
      {arrived.statusMessage !== null && <Line name="error" value={arrived.statusMessage} tone="bad" />}
      {odd.length > 0 && <Line name="note" value={odd.join(', ')} tone="note" />}
      {facts.map((fact, index) => (
        <Fact key={`${index} ${fact.key}`} fact={fact} />
      ))}
      {facts.length === 0 && <Line name="attributes" value="none were recorded" />}
      <Line name="span id" value={arrived.sourceId ?? spanIdAt(trace.columns, row)} />
    </dl>
  );
}

/** The parents of a run under way end, and so arrive, after their children. */
function isOrphan(session: CellSession, { columns }: CellTrace, row: number): boolean {
  return ((columns.flags[row] ?? 0) & spanFlag.orphan) !== 0 && !isUnderWay(session);
}

function Line({ name, value, tone = '' }: { name: string; value: string; tone?: string }) {
  return (
    <div class={`fact ${tone}`}>
      <dt>{name}</dt>
      <dd>
        <SafeText text={value} max={2000} />
      </dd>
    </div>
  );
}

function Fact({ fact }: { fact: SpanFact }) {
  return (
    <div class="fact">
      <dt>
        <SafeText text={fact.key} max={200} />
        {fact.repeated && <em> again</em>}
      </dt>
      <dd class={`type-${fact.type}`}>
        {fact.folded ? (
          <details>
            <summary>
              <SafeText text={fact.preview} />
            </summary>
            <pre>
              <SafeText text={fact.full} />
            </pre>
          </details>
        ) : (
          <SafeText text={fact.full} />
        )}
      </dd>
    </div>
  );
}
