// The scorers' own words: per axis every key and every value, as they were put, with its grade and the place
// that shows it. Above them where the records contradict each other; within the composite what it is made of.
import { useMemo } from 'preact/hooks';
import { findContradictions } from '../../../shared/contradictions.ts';
import { readFailures } from '../../../shared/failures/readers.ts';
import { failedShare, verdictSentence } from '../../../shared/failures/words.ts';
import { axisOrder, type ScoreRecord, type ScoreValue } from '../../../shared/score.ts';
import type { CellDetail } from '../../../shared/wire.ts';
import { shownLine } from '../../model/display/display-text.ts';
import { formatHeadline, formatOffset, formatRatio } from '../../model/display/format.ts';
import { gatherEvidence } from '../../model/scores/contradiction-evidence.ts';
import { openVerdictNote, refusedNote } from '../../model/scores/trust-notes.ts';
import { offsetNs } from '../../model/trace/offset.ts';
import { factOf } from '../../model/trace/span-facts.ts';
import { rowKeyOf } from '../../model/trace/trace-tree.ts';
import type { CellSession } from '../../state/cell/cell-session.ts';
import { GradeDot } from '../parts/icons.tsx';
import { Nothing } from '../parts/notice.tsx';
import { SafeText } from '../parts/safe-text.tsx';
import { CompositePartsTable } from './composite-parts-table.tsx';
import './scores-tab.css';

/** A tab of the same page, as this one points at it. */
export interface AxisTab {
  readonly label: string;
  open(): void;
}

interface ScoresTabProps {
  readonly session: CellSession;
  /** The tab that shows what an axis is about, or null. */
  readonly tabOfAxis: (axis: string) => AxisTab | null;
}

export function ScoresTab({ session, tabOfAxis }: ScoresTabProps) {
  const detail = session.detail.value;
  if (!detail) return null;
  if (detail.scores.length === 0)
    return (
      <Nothing title="No scores were put to this cell">
        <p>
          Send them with <code>PUT /api/cells/…/scores</code> or <code>playhead score</code>.
        </p>
      </Nothing>
    );
  const scores = [...detail.scores].sort((a, b) => rank(a.axis) - rank(b.axis) || (a.axis < b.axis ? -1 : 1));
  return (
    <div class="scores">
      <Contradictions session={session} />
      <Trust detail={detail} />
      {scores.map((score, index) => (
        <Axis key={`${index} ${score.axis}`} score={score} session={session} tabOfAxis={tabOfAxis} />
      ))}
    </div>
  );
}

/** Who could have written these records. */
function Trust({ detail }: { readonly detail: CellDetail }) {
  const notes = [openVerdictNote(detail), refusedNote(detail)].filter((note) => note !== null);
  return notes.map((note) => (
    <p key={note} class="axis-because">
      {note}
    </p>
  ));
}

function rank(axis: string): number {
  const at = axisOrder.indexOf(axis);
  return at < 0 ? axisOrder.length : at;
}

function Contradictions({ session }: { session: CellSession }) {
  const detail = session.detail.value;
  const spans = session.spans.readable.value;
  const found = useMemo(
    () => (detail ? findContradictions(gatherEvidence(detail, spans)) : []),
    [detail, spans],
  );
  if (found.length === 0) return null;
  return (
    <section class="contradictions" aria-label="Contradictions">
      <h3>
        {found.length === 1 ? 'One contradiction' : `${found.length} contradictions`} among these records
      </h3>
      <ul>
        {found.map((one, index) => (
          <li key={index}>{shownLine(one.sentence, 400)}</li>
        ))}
      </ul>
    </section>
  );
}

function Axis({ score, session, tabOfAxis }: ScoresTabProps & { readonly score: ScoreRecord }) {
  const headline = session.detail.value?.headlines.find((one) => one.axis === score.axis);
  const when = score.scored_at === undefined ? '' : ` at ${shownLine(score.scored_at, 40)}`;
  return (
    <section class="axis" aria-label={shownLine(score.axis)}>
      <header>
        <h3>{shownLine(score.axis)}</h3>
        {headline && (
          <span class="axis-headline">
            <GradeDot grade={headline.grade} />
            {formatHeadline(headline)}
          </span>
        )}
        <Evidence axis={score.axis} session={session} tabOfAxis={tabOfAxis} />
      </header>
      <p class="axis-because">
        {headline && `${headline.grade}: ${headline.because}`}
        {score.scorer !== undefined && `${headline ? ' · ' : ''}by ${shownLine(score.scorer)}${when}`}
      </p>
      <Correction axis={score.axis} session={session} />
      {score.axis === 'pass_rate' && <Failures values={score.values} />}
      {/* Of a failure of the surroundings there is none, though one was posted. */}
      {score.axis === 'composite' && headline?.value !== null && <CompositePartsTable session={session} />}
      <dl>
        {Object.entries(score.values).map(([key, value]) => (
          <Value key={key} name={key} value={value} />
        ))}
      </dl>
    </section>
  );
}

/** What stood before the newest record, which is what is shown. */
function Correction({ axis, session }: { readonly axis: string; readonly session: CellSession }) {
  const found = session.detail.value?.corrections?.find((one) => one.axis === axis);
  if (!found) return null;
  const by = found.scorer === null ? '' : ` by ${shownLine(found.scorer, 60)}`;
  const value = found.before === null ? 'another record' : formatRatio(found.before, 3);
  const times = found.revision > 2 ? `, the last of ${found.revision - 1} records` : '';
  return (
    <p class="axis-because">
      Corrected at {shownLine(found.at, 40)}: {value}
      {by} stood before{times}.
    </p>
  );
}

/** What the verdict's own output says of the tests. */
function Failures({ values }: { readonly values: ScoreRecord['values'] }) {
  const tails = [values.stdout_tail, values.stderr_tail].filter((tail) => typeof tail === 'string');
  const words = useMemo(() => {
    const found = readFailures(tails.join('\n'));
    const first = found.tests.length === 0 ? null : verdictSentence('failed', found, null);
    return [first, failedShare(found)].filter((part) => part !== null).join(' ');
  }, [tails.join('\n')]);
  return words === '' ? null : <p class="axis-because">{shownLine(words, 600)}</p>;
}

/** Where one sees what an axis is about: the verifier's moment, or the tab that holds it. */
function Evidence({ axis, session, tabOfAxis }: ScoresTabProps & { readonly axis: string }) {
  const trace = session.trace.value;
  if (axis === 'pass_rate' && trace) {
    const verify = session.spans.readable.value.findLast((span) => span.kind === 'verify');
    const row = verify ? trace.rowOf(rowKeyOf(verify)) : -1;
    if (!verify || row < 0) return null;
    return (
      <button type="button" class="link axis-evidence" onClick={() => session.playback.select(row)}>
        verifier at {formatOffset(Math.max(0, offsetNs(verify.startNs, trace.columns.startNs)))}
      </button>
    );
  }
  const tab = tabOfAxis(axis);
  if (!tab) return null;
  return (
    <button type="button" class="link axis-evidence" onClick={tab.open}>
      {tab.label}
    </button>
  );
}

function Value({ name, value }: { name: string; value: ScoreValue }) {
  const fact = factOf(name, value);
  const block = fact.full.includes('\n');
  return (
    <div class={block ? 'value block' : 'value'}>
      <dt>
        <SafeText text={name} max={256} />
      </dt>
      <dd class={`type-${fact.type}`}>
        {block ? (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
          <pre tabIndex={0}>
            <SafeText text={fact.full.replace(/^\n+|\n+$/g, '')} />
          </pre>
        ) : fact.full === '' ? (
          <span class="faint">empty text</span>
        ) : (
          <SafeText text={fact.full} />
        )}
      </dd>
    </div>
  );
}
