// A tool call in one readable line: its name as people say it, and of its arguments the one that says
// what was done. Everything comes from the span; an argument form that is not known is shown whole.

import { spanKey } from '../../../shared/conventions.ts';
import type { EventNames } from '../../../shared/dialects/dialect.ts';
import { dialects, namesOf } from '../../../shared/dialects/dialects.ts';
import type { AttributeValue } from '../../../shared/span.ts';
import { terminalText } from '../../../shared/terminal-text.ts';
import type { FileChangeJson, SpanJson } from '../../../shared/wire.ts';
import { type MediaPart, mediaPartOf, mediaPartsIn } from '../model-calls/media-part.ts';
import {
  fieldOf,
  firstAttribute,
  isObject,
  plainText,
  structured,
  textAttribute,
} from '../trace/attributes.ts';
import { printed, toolResultNames } from '../trace/tool-output.ts';

/** Longer lines are cut by whoever shows them; this bounds the work on a megabyte of arguments. */
const MAX_ARGUMENT_CHARS = 2000;

const toolNames = namesOf(({ tools }) => tools?.name);
const callIdNames = namesOf(({ tools }) => tools?.callId);
const argumentNames = namesOf(({ tools }) => tools?.arguments);
const argumentEvents = dialects.flatMap(({ tools }) => tools?.eventArguments ?? []);
const resultEvents = dialects.flatMap(({ tools }) => tools?.eventResult ?? []);
const commandKeys = ['command', 'cmd', 'script', 'code'];
const pathKeys = ['path', 'file_path', 'filePath', 'absolute_path', 'file', 'filename', 'target_file'];
const patternKeys = ['pattern', 'query', 'regex', 'q', 'url'];
const wordKeys = ['description', 'prompt', 'message', 'text'];

/** The tool's name: as recorded, else the span's name without "execute_tool ". */
export function toolNameOf(span: Pick<SpanJson, 'name' | 'attributes'>): string {
  return textAttribute(span.attributes, ...toolNames) ?? span.name.replace(/^execute_tool /, '');
}

export function toolCallIdOf(span: Pick<SpanJson, 'attributes'>): string | null {
  return textAttribute(span.attributes, ...callIdNames);
}

/** The recorded arguments, JSON text parsed; undefined where none were recorded. */
export function toolArgumentsOf(span: ToolSpan): AttributeValue | undefined {
  const value = firstAttribute(span.attributes, argumentNames) ?? inEvents(span, argumentEvents);
  return withoutPlaces(structured(value));
}

type ToolSpan = Pick<SpanJson, 'attributes'> & Partial<Pick<SpanJson, 'events'>>;

/** What the first of such events says. */
function inEvents({ events = [] }: ToolSpan, forms: readonly EventNames[]): AttributeValue | undefined {
  for (const { event, names } of forms) {
    const found = events.find(({ name }) => name === event);
    const value = found && firstAttribute(found.attributes, names);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** Decorators of Python's functions record named arguments beside those that are known by their place. */
function withoutPlaces(value: AttributeValue | undefined): AttributeValue | undefined {
  // LangChain's callbacks keep the arguments beside their text and what it knows of the graph.
  const inputs = typeof fieldOf(value, 'input_str') === 'string' ? fieldOf(value, 'inputs') : undefined;
  if (isObject(inputs)) return inputs;
  const { args: placed, kwargs: named, ...others } = isObject(value) ? value : {};
  const isCall = Array.isArray(placed) && isObject(named);
  if (!isCall || !Object.values(others).every((one) => typeof one === 'boolean')) return value;
  if (placed.length === 0) return named;
  return Object.keys(named).length === 0 ? placed : value;
}

/** What the tool answered, as the text that a terminal would show; null where it was not recorded. */
export function toolResultOf(span: ToolSpan): string | null {
  const value = firstAttribute(span.attributes, toolResultNames) ?? inEvents(span, resultEvents);
  if (value === undefined || value === null) return null;
  return resultText(printed(withMediaNamed(structured(value) ?? null)));
}

/** Images and documents that the tool gave back. */
export function toolMediaOf(span: ToolSpan): MediaPart[] {
  const result = firstAttribute(span.attributes, toolResultNames) ?? inEvents(span, resultEvents);
  const told = firstAttribute(span.attributes, [spanKey.toolMedia]);
  return [...mediaPartsIn(structured(result)), ...mediaPartsIn(structured(told))];
}

/** How deep a result may hold media. */
const MAX_MEDIA_DEPTH = 4;

/** The result with its media in words: their bytes are nothing to be read. */
function withMediaNamed(value: AttributeValue, depth = 0): AttributeValue {
  if (typeof value !== 'object' || value === null || depth > MAX_MEDIA_DEPTH) return value;
  if (Array.isArray(value)) return value.map((part: AttributeValue) => withMediaNamed(part, depth + 1));
  const media = mediaPartOf(value);
  if (media !== null) return media.text;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [key, withMediaNamed(part, depth + 1)]),
  );
}

/** What the verifier printed, likewise. */
export function verifyOutputOf(span: ToolSpan): string | null {
  const output = textAttribute(span.attributes, spanKey.verifyOutput);
  return output === null ? toolResultOf(span) : terminalText(output);
}

/** Fields that hold the text of a structured result; LangChain keeps it in the arguments of a message's class. */
const textFields = ['output', 'content', 'result', 'data', 'kwargs'];
const MAX_RESULT_DEPTH = 4;

function resultText(value: AttributeValue | undefined): string {
  const texts = Array.isArray(value) ? value.map((part: AttributeValue) => fieldOf(part, 'text')) : [];
  if (texts.length > 0 && texts.every((text) => typeof text === 'string')) return texts.join('\n');
  return heldText(value, MAX_RESULT_DEPTH) ?? plainText(value);
}

function heldText(value: AttributeValue | undefined, depth: number): string | null {
  if (depth === 0) return null;
  for (const name of textFields) {
    const field = fieldOf(value, name);
    const text = typeof field === 'string' ? field : isObject(field) ? heldText(field, depth - 1) : null;
    if (text !== null) return text;
  }
  return null;
}

export interface ToolArgument {
  readonly text: string;
  /** It is a command line: its exit code is of interest. */
  readonly isCommand: boolean;
}

/**
 * The arguments in one line; null where there are none.
 * @param workingDirectory paths below it are shown relative to it
 */
export function readableArgument(
  value: AttributeValue | undefined,
  workingDirectory: string | null,
): ToolArgument | null {
  if (value === undefined || value === null || value === '' || value === 'null') return null;
  if (typeof value !== 'object') return { text: cut(String(value)), isCommand: false };
  const command = firstField(value, commandKeys);
  if (command !== undefined) return { text: cut(words(command)), isCommand: true };
  const pattern = firstField(value, patternKeys);
  const path = firstField(value, pathKeys);
  const place = typeof path === 'string' ? relative(path, workingDirectory) : null;
  if (pattern !== undefined)
    return {
      text: cut(place === null ? words(pattern) : `${words(pattern)} in ${place}`),
      isCommand: false,
    };
  if (place !== null) return { text: cut(place), isCommand: false };
  const said = firstField(value, wordKeys);
  return { text: cut(said === undefined ? listed(value) : words(said)), isCommand: false };
}

/**
 * Where the agent worked: as a span says, else where a tool was given "/w/src/a" and the change that it
 * made is of "src/a"; null where neither tells.
 */
export function workingDirectoryOf(
  spans: readonly Pick<SpanJson, 'traceId' | 'spanId' | 'attributes'>[],
  changes: readonly FileChangeJson[],
): string | null {
  const changed = new Map(changes.map((change) => [`${change.traceId}${change.spanId}`, change.path]));
  for (const span of spans) {
    const said = textAttribute(span.attributes, spanKey.workingDirectory);
    if (said !== null) return said;
  }
  for (const span of spans) {
    const path = changed.get(span.traceId + span.spanId);
    const given = path === undefined ? undefined : firstField(toolArgumentsOf(span) ?? null, pathKeys);
    if (typeof given === 'string' && given.startsWith('/') && given.endsWith(`/${path}`))
      return given.slice(0, -`/${path}`.length) || '/';
  }
  return null;
}

function firstField(value: AttributeValue, keys: readonly string[]): AttributeValue | undefined {
  for (const key of keys) {
    const field = fieldOf(value, key);
    if ((typeof field === 'string' && field !== '') || Array.isArray(field)) return field;
  }
  return undefined;
}

/** An argv is joined by blanks: `bash -lc "…"` is shown as its last word, which is the command. */
function words(value: AttributeValue): string {
  if (!Array.isArray(value)) return plainText(value);
  const argv = value.map(plainText);
  const isShell =
    argv.length === 3 && /(^|\/)(ba|z|da)?sh$/.test(argv[0] ?? '') && /^-l?c$/.test(argv[1] ?? '');
  return isShell ? (argv[2] ?? '') : argv.join(' ');
}

function listed(value: AttributeValue): string {
  if (Array.isArray(value)) return plainText(value);
  const pairs = Object.entries(value as { readonly [key: string]: AttributeValue });
  return pairs.map(([key, field]) => `${key}: ${plainText(field)}`).join(', ');
}

function relative(path: string, workingDirectory: string | null): string {
  if (workingDirectory === null || workingDirectory === '/') return path;
  const base = workingDirectory.endsWith('/') ? workingDirectory : `${workingDirectory}/`;
  return path.startsWith(base) && path.length > base.length ? path.slice(base.length) : path;
}

function cut(text: string): string {
  return text.length > MAX_ARGUMENT_CHARS ? `${text.slice(0, MAX_ARGUMENT_CHARS)}…` : text;
}
