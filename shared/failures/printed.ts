// A program's output as the readers of failures take it: without colours, in lines of bounded length, of bounded
// size. Does not know any runner.

/** Of longer output, the beginning and the end are read. */
const MAX_CHARS = 200_000;
/** Longer lines are cut: every pattern is tried on lines of bounded length. */
const MAX_LINE_CHARS = 500;

export interface Printed {
  readonly lines: readonly string[];
  /** The lines as one text. */
  readonly text: string;
  /** The same with lines of any length: for XML and JSON, which are scanned and not matched. */
  readonly whole: string;
  /** The middle was left out: what is counted line by line is not all. */
  readonly isCut: boolean;
}

export function printedOf(output: string): Printed {
  const whole = ends(output).replace(TO_START, '\n').replace(ESCAPES, '').replace(/\r\n?/g, '\n');
  const lines = whole.split('\n').map((line) => line.slice(0, MAX_LINE_CHARS).trimEnd());
  return { lines, text: lines.join('\n'), whole, isCut: output.length > MAX_CHARS };
}

/** The same without its last line where that was not ended: it may be the beginning of another. */
export function endedLines(printed: Printed): Printed {
  const { lines, whole } = printed;
  if (whole.endsWith('\n') || whole === '') return printed;
  const ended = lines.slice(0, -1);
  return {
    lines: ended,
    text: ended.map((line) => `${line}\n`).join(''),
    whole: whole.slice(0, whole.lastIndexOf('\n') + 1),
    isCut: printed.isCut,
  };
}

/** Writes a line over, as a carriage return does. */
const TO_START = /\u001b\[1?G/g;
/** CSI and OSC sequences; each of bounded length, so that many beginnings without an end cost little. */
const ESCAPES =
  /\u001b(?:\[[0-?]{0,40}[ -/]{0,4}[@-~]|\][^\u0007\u001b]{0,300}(?:\u0007|\u001b\\)|[()][0-9A-B]|[=>78])/g;

function ends(output: string): string {
  if (output.length <= MAX_CHARS) return output;
  const half = MAX_CHARS / 2;
  const head = output.slice(0, half);
  const tail = output.slice(-half);
  // A line that the cut goes through is no line.
  return head.slice(0, head.lastIndexOf('\n') + 1) + tail.slice(tail.indexOf('\n') + 1);
}
