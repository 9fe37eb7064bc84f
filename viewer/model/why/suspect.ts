// Which edit is the last of the code that the failed tests test. By four rules in order, and the answer names the one
// that it rests on: it says what the texts show, and where they show nothing it says so. Does not judge the edit.
import { spanKey } from '../../../shared/conventions.ts';
import type { TestFailure } from '../../../shared/failures/reader.ts';
import type { FileChangeJson, SpanJson } from '../../../shared/wire.ts';
import { textAttribute } from '../trace/attributes.ts';
import { offsetNs } from '../trace/offset.ts';
import { readableArgument, toolArgumentsOf, toolResultOf } from '../transcript/tool-text.ts';
import {
  baseName,
  importsIn,
  isModule,
  isNamedAlike,
  isTestPath,
  placesIn,
  samePath,
  testFilesOf,
} from './code-under-test.ts';

export interface Suspect {
  readonly change: FileChangeJson;
  /** Nanoseconds from the clock's zero; null where the edit's time or the clock is not known. */
  readonly tNs: number | null;
  readonly rowKey: string | null;
  /**
   * output: the failure's output has a place in the file; imported: the tests' file imports it; alike: it is named
   * as the tests' file is; last: no text says which code is tested, and it is the last edit before the verifier.
   */
  readonly rule: 'output' | 'imported' | 'alike' | 'last';
  /** The rule as a sentence. */
  readonly because: string;
}

export interface FailureTexts {
  readonly tests: readonly TestFailure[];
  /** What the verifier printed; null where that was not recorded. */
  readonly output: string | null;
  readonly spans: readonly SpanJson[];
  readonly changes: readonly FileChangeJson[];
  /** When the verifier began; null where it was not recorded. */
  readonly verifyStartNs: string | null;
  readonly clockStartNs: string | null;
}

/** Texts of the tests' files that are read for imports, and how much of each. */
const MAX_TEXTS = 40;
const MAX_TEXT_CHARS = 64_000;

/** Null where nothing was edited before the verifier. */
export function findSuspect(texts: FailureTexts): Suspect | null {
  const edits = editsBefore(texts);
  const last = edits.at(-1);
  if (!last) return null;
  const code = edits.filter(({ path }) => !isTestPath(path));
  const found = byOutput(texts, code) ?? byImports(texts, code) ?? byName(texts, code);
  const { change, ...why } = found ?? {
    change: last,
    rule: 'last' as const,
    because: 'It is the last edit before the verifier: which code the tests test is not known.',
  };
  const { traceId, spanId, timeNs, timing } = change;
  const isTimed = timing !== 'none' && texts.clockStartNs !== null;
  return {
    change,
    tNs: isTimed ? Math.max(0, offsetNs(timeNs, texts.clockStartNs ?? timeNs)) : null,
    rowKey: traceId !== null && spanId !== null ? traceId + spanId : null,
    ...why,
  };
}

type Found = Pick<Suspect, 'change' | 'rule' | 'because'>;

/** In order of time, those without a known time first. */
function editsBefore({ changes, verifyStartNs }: FailureTexts): FileChangeJson[] {
  const before = changes.filter(
    ({ timeNs, timing }) =>
      verifyStartNs === null || timing === 'none' || offsetNs(timeNs, verifyStartNs) <= 0,
  );
  const timed = before.filter(({ timing }) => timing !== 'none');
  const untimed = before.filter(({ timing }) => timing === 'none');
  return [...untimed, ...timed.toSorted((a, b) => offsetNs(a.timeNs, b.timeNs))];
}

function byOutput({ output }: FailureTexts, edits: readonly FileChangeJson[]): Found | null {
  if (output === null) return null;
  const places = placesIn(output);
  const change = edits.findLast(({ path }) => places.some((place) => samePath(place.path, path)));
  const place = change && places.findLast(({ path }) => samePath(path, change.path));
  if (!change || !place) return null;
  const because = `The failure's output names ${baseName(place.path)}, line ${place.line}.`;
  return { change, rule: 'output', because };
}

function byImports(texts: FailureTexts, edits: readonly FileChangeJson[]): Found | null {
  for (const file of testFilesOf(texts.tests)) {
    const modules = textsOf(file, texts).flatMap((text) => importsIn(text, file));
    const change = edits.findLast(({ path }) => modules.some((module) => isModule(module, path)));
    if (change) return { change, rule: 'imported', because: `${baseName(file)} imports it.` };
  }
  return null;
}

/** Of these paths, the code that the failed tests use as far as a text says so, by any of the rules. */
export function testedPaths(texts: FailureTexts, paths: readonly string[]): string[] {
  const places = texts.output === null ? [] : placesIn(texts.output);
  const files = testFilesOf(texts.tests);
  const modules = files.flatMap((file) => textsOf(file, texts).flatMap((text) => importsIn(text, file)));
  return paths.filter(
    (path) =>
      !isTestPath(path) &&
      (places.some((place) => samePath(place.path, path)) ||
        modules.some((module) => isModule(module, path)) ||
        files.some((file) => isNamedAlike(file, path))),
  );
}

/** What the run shows of a file: what tools read of it, and what was written into it. */
function textsOf(file: string, { spans, changes }: FailureTexts): string[] {
  const texts: string[] = [];
  for (const { path, diff } of changes)
    if (diff !== null && samePath(path, file))
      texts.push(diff.slice(0, MAX_TEXT_CHARS).replace(/^[-+ ]/gm, ''));
  for (const span of spans) {
    if (texts.length >= MAX_TEXTS) break;
    if (span.kind !== 'tool_call') continue;
    const argument = readableArgument(toolArgumentsOf(span), null);
    const names =
      argument !== null &&
      (argument.isCommand ? argument.text.includes(file) : samePath(argument.text, file));
    const result = names ? toolResultOf(span) : null;
    // Tools that read files number the lines.
    if (result !== null)
      texts.push(result.slice(0, MAX_TEXT_CHARS).replace(/^\s*\d+\s*(?:[:|→\t]|\s)/gm, ''));
  }
  return texts.slice(0, MAX_TEXTS);
}

function byName({ tests }: FailureTexts, edits: readonly FileChangeJson[]): Found | null {
  for (const file of testFilesOf(tests)) {
    const change = edits.findLast(({ path }) => isNamedAlike(file, path));
    if (change)
      return { change, rule: 'alike', because: `It has the name of ${baseName(file)}, the tests' file.` };
  }
  return null;
}

/** The span of the verifier that the verdict is of: the last. */
export function verifySpanOf(spans: readonly SpanJson[]): SpanJson | null {
  return spans.findLast(({ kind }) => kind === 'verify') ?? null;
}

/** What a span says went wrong with it, in one line; null where it says nothing. */
export function errorOf(span: SpanJson): string | null {
  return span.statusMessage || textAttribute(span.attributes, spanKey.errorType) || null;
}
