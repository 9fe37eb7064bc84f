// Reads reports in JUnit's XML, whoever wrote them: Surefire, Gradle, pytest, jest-junit, vitest, Node, GoogleTest.
// Does not read other XML.
import { FailureList } from '../collecting.ts';
import { joinedValues } from '../compiled/gtest.ts';
import type { Printed } from '../printed.ts';
import type { FailureReader, Findings } from '../reader.ts';
import { firstFrame } from '../traces/javascript-stack.ts';
import { lastError } from '../traces/python-traceback.ts';
import { xmlParts } from './xml-tags.ts';

export const junitXml: FailureReader = {
  runner: 'JUnit XML',
  forms: 'reports of pytest, jest, vitest, Node, GoogleTest, Surefire and Gradle',
  from: 'output',
  recognises: ({ whole }) => whole.includes('<testcase ') || whole.includes('<testsuite'),
  read,
};

interface Case {
  readonly name: string;
  readonly place: string | null;
  failure: { message: string | null; text: string } | null;
  isSkipped: boolean;
}

function read({ whole, isCut }: Printed): Findings {
  const cases: Case[] = [];
  let depth = 0;
  let isWhole = !isCut;
  let current: Case | null = null;
  let isWithin = false;
  for (const part of xmlParts(whole, firstTag(whole))) {
    if (part.name.startsWith('testsuite') && !part.isEmpty) depth += part.kind === 'open' ? 1 : -1;
    if (part.name === 'testcase') {
      if (part.kind === 'open' && depth === 0) isWhole = false;
      current = part.kind === 'open' ? caseOf(part.attributes) : null;
      if (current) cases.push(current);
      if (part.isEmpty) current = null;
    } else if (current && part.kind === 'open' && part.name === 'skipped') current.isSkipped = true;
    else if (current && /^(?:failure|error)$/.test(part.name)) {
      isWithin = part.kind === 'open' && !part.isEmpty;
      if (part.kind === 'open')
        current.failure ??= { message: part.attributes.get('message') ?? null, text: '' };
    } else if (part.kind === 'text' && isWithin && current?.failure && current.failure.text.length < 4000)
      current.failure.text += part.text;
  }
  const found = new FailureList();
  const failed = cases.filter(({ failure }) => failure !== null);
  for (const { name, place, failure } of failed)
    if (failure) found.add(name, placeIn(failure) ?? place, messageOf(failure));
  const passed = cases.filter(({ failure, isSkipped }) => failure === null && !isSkipped).length;
  const isTallied = isWhole && depth === 0 && cases.length > 0;
  return { tests: found.tests, tally: isTallied ? { passed, failed: failed.length } : null };
}

/** Other output may be before the report. */
function firstTag(whole: string): number {
  const at = /<(?:\?xml|testsuites?|testcase)\b/.exec(whole)?.index;
  return at ?? 0;
}

function caseOf(attributes: ReadonlyMap<string, string>): Case {
  const [name = '', owner = ''] = [attributes.get('name'), attributes.get('classname')];
  const [file, line] = [attributes.get('file'), attributes.get('line')];
  const isNamed = owner === '' || owner === 'test' || name.startsWith(owner);
  const joint = /^[\w.$]+$/.test(owner) ? '.' : ' > ';
  return {
    name: isNamed ? name : `${owner}${joint}${name}`,
    place: file === undefined || line === undefined ? null : `${file}:${line}`,
    failure: null,
    isSkipped: false,
  };
}

/** A place of the project's own: of a stack, of a traceback, or at the beginning of a line. */
function placeIn({ message, text }: { message: string | null; text: string }): string | null {
  const lines = `${text}\n${message ?? ''}`
    .split('\n')
    .slice(0, 200)
    .map((line) => line.slice(0, 500));
  const frame = firstFrame(lines) ?? lastError(lines, null).place;
  if (frame !== null) return frame;
  for (const line of lines) {
    const place =
      /^(?:.*\()?(?: ❯ )?((?!\S*(?:\/lib\/python3|site-packages))[^\s()"'=]+\.[A-Za-z]{1,6}:\d+)\b/.exec(
        line,
      )?.[1];
    if (
      place !== undefined &&
      !/^(?:Assert\w*|Method|Thread|\w*Runner|\w*Utils|\w*Builder)\.java:/.test(place)
    )
      return place;
  }
  return null;
}

function messageOf({ message, text }: { message: string | null; text: string }): string | null {
  const lines = (message ?? '')
    .split('\n')
    .concat(text.split('\n'))
    .map((line) => line.trim());
  const said = lines.filter((line) => line !== '' && !/^[\w./-]+:\d+$/.test(line));
  const [first = null] = said;
  // GoogleTest's values are on the lines below.
  if (first?.endsWith(' of these values:')) return joinedValues(said.slice(0, 4));
  const of = (side: RegExp) => said.slice(0, 12).flatMap((line) => side.exec(line)?.[1] ?? [])[0];
  const [expected, received] = [of(/^Expected: +(.*)$/), of(/^(?:Received|Actual): +(.*)$/)];
  return first === null || expected === undefined || received === undefined
    ? first
    : `${first}: expected ${expected}, received ${received}`;
}
