// A row of the terminal as text that can be selected, found and copied. What is geometry is text here too, but not
// seen: the canvas below shows it.
import { Component, Fragment } from 'preact';
import { lineHits } from '../../model/search/terminal-hits.ts';
import type { Line, Run } from '../../model/terminal/film.ts';
import { codeWords, type RunPart } from '../../model/terminal/run-parts.ts';
import { ADVANCE_EM } from '../../model/terminal/terminal-view-size.ts';
import { partsOf } from './known-glyphs.ts';
import { runColours } from './terminal-colours.ts';

interface RowProps {
  readonly line: Line;
  /** What is sought; null for nothing. */
  readonly pattern: RegExp | null;
  /** Raised when a character turned out to have no font. */
  readonly epoch: number;
}

export class TerminalRow extends Component<RowProps> {
  override shouldComponentUpdate(next: RowProps): boolean {
    const { line, pattern, epoch } = this.props;
    return next.line !== line || next.pattern !== pattern || next.epoch !== epoch;
  }
  override render({ line, pattern }: RowProps) {
    return (
      <div class="terminal-row">
        {pattern &&
          lineHits(line, pattern).map(({ column, cells }) => (
            <i
              key={`hit ${column}`}
              class="terminal-hit"
              style={{ left: columns(column), width: columns(cells) }}
            />
          ))}
        {runsOf(line)}
        {line.length === 0 && '\n'}
      </div>
    );
  }
}

/** So many columns as a length, exactly those of the canvas. */
export function columns(count: number): string {
  return `${count * ADVANCE_EM}em`;
}

/** Each run by the column it begins in: an element of one key never moves, whatever is written before it. */
function runsOf(line: Line) {
  let column = 0;
  return line.map((run) => {
    const from = column;
    column += run.cells;
    return runText(run, from);
  });
}

function runText(run: Run, key: number) {
  const parts = partsOf(run);
  const isBare = parts.length === 1 && parts[0]?.kind === 'plain';
  const names = runClass(run);
  const { color } = runColours(run);
  if (isBare && names === '' && color === undefined) return <Fragment key={key}>{run.text}</Fragment>;
  return (
    <span key={key} class={names} style={color === undefined ? undefined : { color }}>
      {isBare ? run.text : parts.map(partText)}
    </span>
  );
}

function partText({ kind, text, column, cells }: RunPart) {
  if (kind === 'plain') return <Fragment key={column}>{text}</Fragment>;
  return (
    <i
      key={column}
      class={kind}
      style={{ width: columns(cells) }}
      title={kind === 'missing' ? `No font here has ${codeWords(text)}` : undefined}
    >
      {text}
    </i>
  );
}

function runClass(run: Run): string {
  const names = [];
  if (run.bold) names.push('b');
  if (run.italic) names.push('i');
  if (run.underline) names.push('u');
  if (run.strikethrough) names.push('s');
  return names.join(' ');
}
