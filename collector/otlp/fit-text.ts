// Makes a text that is too long fit by what nobody reads of it: the bytes of images and documents that a JSON text or
// an address holds in base64, the largest first. What stands around them stays whole, so that it can still be read.
// Does not cut words, and does not look into texts that fit.
import { leftOutMark } from '../../shared/media/media.ts';

/** A shorter run may be a word, a hash or a key. */
const MIN_RUN_CHARS = 4096;

interface Run {
  readonly from: number;
  readonly to: number;
}

/**
 * @param maxBytes of UTF-8
 * @returns null where leaving such bytes out does not help
 */
export function fitText(text: string, maxBytes: number): string | null {
  if (!/^\s{0,100}(?:[[{]|"data:|data:)/.test(text)) return null;
  let bytes = Buffer.byteLength(text);
  const left: Run[] = [];
  for (const run of runsIn(text).sort((a, b) => b.to - b.from - (a.to - a.from))) {
    if (bytes <= maxBytes) break;
    left.push(run);
    bytes -= run.to - run.from - leftOutMark(run.to - run.from).length;
  }
  if (bytes > maxBytes) return null;
  const parts: string[] = [];
  let at = 0;
  for (const { from, to } of left.sort((a, b) => a.from - b.from)) {
    parts.push(text.slice(at, from), leftOutMark(to - from));
    at = to;
  }
  return parts.join('') + text.slice(at);
}

/** Long runs of base64 or base64url, also where JSON escapes its slashes. One pass over the text. */
function runsIn(text: string): Run[] {
  const runs: Run[] = [];
  let from = 0;
  for (let at = 0; at <= text.length; at++) {
    const code = text.charCodeAt(at);
    if (at < text.length && (isBase64(code) || (code === BACKSLASH && text.charCodeAt(at + 1) === SLASH)))
      continue;
    if (at - from >= MIN_RUN_CHARS) runs.push({ from, to: at });
    from = at + 1;
  }
  return runs;
}
const BACKSLASH = 0x5c;
const SLASH = 0x2f;

function isBase64(code: number): boolean {
  return (
    (code >= 0x61 && code <= 0x7a) ||
    (code >= 0x41 && code <= 0x5a) ||
    (code >= 0x2f && code <= 0x39) ||
    code === 0x2b ||
    code === 0x2d ||
    code === 0x5f ||
    code === 0x3d
  );
}
