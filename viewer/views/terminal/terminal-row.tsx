// A row of the terminal as text that can be selected, found and copied. What is geometry is text here too, but not
// seen: the canvas below shows it. A row with other text is other elements, so that nothing in it ever moves.
import { Component } from 'preact';
import { lineHits } from '../../model/search/terminal-hits.ts';
import type { Line, Run } from '../../model/terminal/film.ts';
import { codeWords, type RunPart, runParts } from '../../model/terminal/run-parts.ts';
import { ADVANCE_EM } from '../../model/terminal/terminal-view-size.ts';
import { judgeGlyph } from './known-glyphs.ts';
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
        {line.map((run, index) => (
          <RunText key={index} run={run} />
        ))}
        {line.length === 0 && '\n'}
      </div>
    );
  }
}

/** So many columns as a length, exactly those of the canvas. */
export function columns(count: number): string {
  return `${count * ADVANCE_EM}em`;
}

function RunText({ run }: { run: Run }) {
  const names = runClass(run);
  const { color } = runColours(run);
  const parts = runParts(run, judgeGlyph);
  const isBare = parts.length === 1 && parts[0]?.kind === 'plain';
  if (isBare && names === '' && color === undefined) return run.text;
  return (
    <span class={names} style={color === undefined ? undefined : { color }}>
      {isBare ? run.text : parts.map((part, index) => <PartText key={index} part={part} />)}
    </span>
  );
}

function PartText({ part: { kind, text, cells } }: { part: RunPart }) {
  if (kind === 'plain') return text;
  return (
    <i
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
