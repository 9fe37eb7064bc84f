// Reads what a program prints that ends by an error of its language: a traceback of Python, an error that Node did
// not catch, a panic of Rust or Go, an exception of the JVM. It names no test: there is none.

import { FailureList, firstMatch } from '../collecting.ts';
import { panicsOf } from '../compiled/cargo.ts';
import type { Printed } from '../printed.ts';
import type { FailureReader, Findings } from '../reader.ts';
import { javaError } from './java-trace.ts';
import { firstFrame } from './javascript-stack.ts';
import { lastError } from './python-traceback.ts';

export const traceback: FailureReader = {
  runner: 'traceback',
  forms: 'what ended a program of Python, Node, Rust, Go or the JVM, where no test is named',
  from: 'output',
  rank: 'fallback',
  recognises: ({ text }) =>
    /^Traceback \(most recent call last\):|^\s+at \S.*:\d+:\d+\)?|^thread '.*' .*panicked at |^Exception in thread "|^panic: /m.test(
      text,
    ),
  read,
};

interface Ended {
  readonly place: string | null;
  readonly message: string | null;
}

function read({ lines }: Printed): Findings {
  const found = new FailureList();
  for (const one of [python(lines), rust(lines), goPanic(lines), java(lines), node(lines)]) {
    if (one === null || one.message === null) continue;
    found.add(null, one.place, one.message);
    break;
  }
  return { tests: found.tests, tally: null };
}

function python(lines: readonly string[]): Ended {
  return lastError(lines, null);
}

function rust(lines: readonly string[]): Ended | null {
  const [first] = panicsOf(lines).values();
  return first ?? null;
}

function goPanic(lines: readonly string[]): Ended | null {
  const panic = firstMatch(lines, /^panic: (.+?)(?: \[recovered.*\])?$/);
  if (!panic || !firstMatch(lines, /^goroutine \d+ /, panic.at)) return null;
  const place = firstMatch(lines, /^\t((?!\S*\/go\/src\/)\S+\.go:\d+)/, panic.at);
  return { place: place?.groups[0] ?? null, message: panic.groups[0] ?? null };
}

function java(lines: readonly string[]): Ended | null {
  const start = firstMatch(lines, /^Exception in thread "/);
  return start && javaError(lines.slice(start.at, start.at + 100), null);
}

function node(lines: readonly string[]): Ended | null {
  const error = firstMatch(lines, /^(?:Uncaught )?((?:[A-Z]\w*)?Error\b.*)$/);
  const frame = error && firstMatch(lines, /^ +at /, error.at, error.at + 15);
  if (!error || !frame) return null;
  return { place: firstFrame(lines, frame.at, frame.at + 40), message: error.groups[0] ?? null };
}
