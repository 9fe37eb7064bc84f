// The table of DESIGN's numbers: what was measured, what must hold, and whether it does.

export interface Row {
  readonly what: string;
  readonly value: number;
  readonly unit: '' | 'ms' | 'MB' | 'B' | 'spans/s' | 'µs';
  /** The bounds and on which side of them the value has to lie; absent where nothing is demanded. */
  readonly bound?: { readonly side: 'atLeast' | 'atMost'; readonly must: number; readonly stretch: number };
}

export type Verdict = 'stretch' | 'must' | 'missed' | '';

export function verdictOf({ value, bound }: Row): Verdict {
  if (!bound) return '';
  const holds = (limit: number) => (bound.side === 'atLeast' ? value >= limit : value <= limit);
  if (holds(bound.stretch)) return 'stretch';
  return holds(bound.must) ? 'must' : 'missed';
}

export function tableOf(rows: readonly Row[]): string {
  const cells = rows.map((row) => [
    row.what,
    `${formatted(row)}${row.unit === '' ? '' : ` ${row.unit}`}`,
    boundText(row),
    verdictOf(row),
  ]);
  const head = ['what', 'measured', 'must (stretch)', 'holds'];
  const widths = head.map((text, at) =>
    Math.max(text.length, ...cells.map((line) => (line[at] ?? '').length)),
  );
  const lineOf = (line: readonly string[]) =>
    line
      .map((text, at) => (at === 1 ? text.padStart(widths[at] ?? 0) : text.padEnd(widths[at] ?? 0)))
      .join('  ')
      .trimEnd();
  return [lineOf(head), widths.map((width) => '─'.repeat(width)).join('  '), ...cells.map(lineOf)].join('\n');
}

function formatted({ value, unit }: Row): string {
  if (unit === 'spans/s') return Math.round(value).toLocaleString('en');
  return value.toFixed(unit === '' ? 2 : unit === 'µs' ? 2 : 1);
}

function boundText({ bound }: Row): string {
  if (!bound) return '';
  const sign = bound.side === 'atLeast' ? '≥' : '≤';
  return `${sign} ${bound.must} (${bound.stretch})`;
}
