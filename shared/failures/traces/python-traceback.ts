// Reads a traceback of Python: where it came from and what was raised. Does not know who printed it.

const FRAME = /^ *File "(.{1,300})", line (\d+), in (\S.*)$/;
const LIBRARY = /\/(?:lib\/python3|site-packages\/|dist-packages\/)|^<frozen /;

interface RaisedError {
  readonly place: string | null;
  readonly message: string | null;
}

/**
 * The last error of some lines: of several, those before were handled or led to it.
 * @param named a function whose own frame is the place that is meant, where there is one
 */
export function lastError(lines: readonly string[], named: string | null): RaisedError {
  let place: string | null = null;
  let own: string | null = null;
  let message: string | null = null;
  let isWithin = false;
  for (const line of lines) {
    if (/^ *Traceback \(most recent call last\):$/.test(line)) {
      [place, own, message, isWithin] = [null, null, null, true];
      continue;
    }
    const frame = FRAME.exec(line);
    if (frame) {
      const [, file = '', number, called] = frame;
      if (!LIBRARY.test(file) || place === null) place = `${file}:${number}`;
      if (called === named) own = `${file}:${number}`;
      isWithin = true;
    } else if (isWithin && /^[A-Za-z_][\w.]*(?:: .*|:?)$/.test(line)) {
      message = line;
      isWithin = false;
    }
  }
  return { place: own ?? place, message };
}
