// The signature of a failure: the first test that failed, where, and its message, with all that differs from run to
// run taken out, so that cells which fail alike say the same. Does not read output itself.
import type { Findings, TestFailure } from './reader.ts';

export interface FailureSignature {
  readonly test: string | null;
  readonly location: string | null;
  readonly message: string | null;
}

const MAX_TEXT_CHARS = 200;

/** Of the first test that failed; null where the output names none. */
export function firstSignature({ tests: [first] }: Findings): FailureSignature | null {
  return first ? signatureOf(first) : null;
}

function signatureOf({ name, place, message }: TestFailure): FailureSignature {
  const text = (value: string | null) => (value === null ? null : withoutChance(value) || null);
  return { test: text(name), location: text(place), message: text(message) };
}

/** What differs from run to run as "…": addresses, ids, durations, the names of temporary folders. */
function withoutChance(text: string): string {
  return text
    .replace(/\b0x[0-9a-f]{4,}\b/gi, '0x…')
    .replace(/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '…')
    .replace(/(\/tmp\/|\/var\/folders\/)[^\s:'"]*\//g, '$1…/')
    .replace(/\b(pid|thread|goroutine)([ =:#-]+)\d+/gi, '$1$2…')
    .replace(/\b\d+(?:\.\d+)?(?: ?(?:ns|µs|us|ms|s|sec|secs|seconds|milliseconds)\b)/g, '…')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, MAX_TEXT_CHARS);
}
