// A tool call or a verifier in short: how it ended and how long it took; the command or the arguments; the files it
// changed; the end of what it printed, or, where it failed, what says so; the spans that lie below it.
import { useSignal } from '@preact/signals';
import type { AttributeValue } from '../../../shared/span.ts';
import { statusAt } from '../../../shared/trace-columns.ts';
import { shownLine } from '../../model/display/display-text.ts';
import { plural } from '../../model/display/format.ts';
import { isObject } from '../../model/trace/attributes.ts';
import { factOf } from '../../model/trace/span-facts.ts';
import { rowLength } from '../../model/trace/span-length.ts';
import type { TranscriptEntry } from '../../model/transcript/entry.ts';
import {
  readableArgument,
  toolArgumentsOf,
  toolMediaOf,
  toolResultOf,
  verifyOutputOf,
} from '../../model/transcript/tool-text.ts';
import { MediaView } from '../model-calls/media-view.tsx';
import { SafeText } from '../parts/safe-text.tsx';
import { ChangePart } from '../transcript/transcript-row.tsx';
import { Children } from './phase-summary.tsx';
import { type SpanNumber, SpanNumbers } from './span-numbers.tsx';
import type { SummaryProps } from './summary-props.ts';

/** Lines of the output that are in sight at once. */
const TAIL_LINES = 14;

export function ToolSummary(props: SummaryProps) {
  const { session, trace, row, rowKey, span } = props;
  const entry =
    session.transcript.value.find(
      (one) => one.rowKey === rowKey && (one.kind === 'tool' || one.kind === 'verify'),
    ) ?? null;
  const output = span === null ? null : entry?.kind === 'verify' ? verifyOutputOf(span) : toolResultOf(span);
  return (
    <>
      <SpanNumbers numbers={numbersOf(props, entry)} />
      {span && <Asked value={toolArgumentsOf(span)} />}
      {entry?.changes.map((change) => (
        <div key={change.index} class="drawer-change">
          <ChangePart change={change} named />
        </div>
      ))}
      {output !== null && output.trim() !== '' && (
        <Output text={output.trimEnd()} failureLine={entry?.failureLine ?? null} />
      )}
      {span && toolMediaOf(span).map((part, index) => <MediaView key={index} part={part} />)}
      <Children session={session} trace={trace} row={row} />
    </>
  );
}

function numbersOf({ trace, row }: SummaryProps, entry: TranscriptEntry | null): SpanNumber[] {
  const exitCode = entry?.exitCode ?? null;
  const failed = statusAt(trace.columns, row) === 'error';
  const tally = entry?.tally;
  const ended = entry?.toolStatus ?? (failed ? 'with an error' : null);
  const end: SpanNumber[] =
    exitCode !== null
      ? [{ name: 'Exit code', value: String(exitCode), isBad: exitCode !== 0 }]
      : ended === null
        ? []
        : [{ name: 'Ended', value: shownLine(ended, 40), isBad: failed }];
  const tests = tally && {
    name: 'Tests',
    value: `${tally.failed} failed`,
    note: `${tally.passed} passed`,
    isBad: tally.failed > 0,
  };
  return [...end, { name: 'Time', value: rowLength(trace.columns, row) }, ...(tests ? [tests] : [])];
}

/** A command as it was given; other arguments by name. */
function Asked({ value }: { value: AttributeValue | undefined }) {
  const line = readableArgument(value, null);
  if (value === undefined || line === null) return null;
  const others = isObject(value) ? Object.entries(value).filter(([, field]) => field !== null) : [];
  if (line.isCommand || others.length === 0)
    return (
      <>
        <h3>{line.isCommand ? 'Command' : 'Argument'}</h3>
        <pre class="drawer-box">
          <SafeText text={line.text} max={4000} />
        </pre>
      </>
    );
  return (
    <>
      <h3>Arguments</h3>
      <dl class="drawer-box drawer-arguments">
        {others.map(([name, field], index) => (
          <div key={index}>
            <dt>
              <SafeText text={name} max={80} />
            </dt>
            <dd>
              <SafeText text={factOf(name, field).full} max={1200} />
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
}

/** Its end; of a failure, from the line on that names it. */
function Output({ text, failureLine }: { text: string; failureLine: number | null }) {
  const whole = useSignal(false);
  const lines = text.split('\n');
  const from = failureLine === null ? Math.max(0, lines.length - TAIL_LINES) : Math.max(0, failureLine - 1);
  const shown = whole.value ? lines : lines.slice(from, from + TAIL_LINES);
  return (
    <>
      <h3>
        Output
        {lines.length > shown.length || whole.value ? (
          <button
            type="button"
            class="link"
            onClick={() => {
              whole.value = !whole.value;
            }}
          >
            {whole.value ? 'Show less' : `All ${plural(lines.length, 'line')}`}
          </button>
        ) : null}
      </h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls */}
      <pre class="drawer-box drawer-output" tabIndex={0}>
        <SafeText text={shown.join('\n')} />
      </pre>
    </>
  );
}
