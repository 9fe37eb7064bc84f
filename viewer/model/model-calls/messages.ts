// What was said in one model call, both ways: instructions, messages with their roles and parts, the answer. Reads
// the span under the names of shared/dialects, structured forms before plain texts; the calls tab shows all of
// it, the transcript what was asked and said. What has no known form is kept as JSON, not left out.
// Does not say what is new in it: most SDKs repeat the whole history every time.
import { logKey } from '../../../shared/conventions.ts';
import type {
  EventForms,
  IndexedForm,
  MessageForms,
  Names,
  Sides,
} from '../../../shared/dialects/dialect.ts';
import { dialects, namesOf } from '../../../shared/dialects/dialects.ts';
import type { AttributeValue } from '../../../shared/span.ts';
import type { SpanJson } from '../../../shared/wire.ts';
import { fieldOf, firstAttribute, isObject, listOf, plainText, structured } from '../trace/attributes.ts';
import type { MediaPart } from './media-part.ts';
import {
  type CallMessage,
  type CallPart,
  callPartOf,
  isMessage,
  type MessagePart,
  messageOf,
  partsOf,
  textMessage,
} from './message-parts.ts';

export interface CallMessages {
  readonly input: readonly CallMessage[];
  readonly output: readonly CallMessage[];
}

/** A part of what was said that a reader of the run wants: words, thoughts, calls, images and documents. */
export type SaidPart = { readonly type: 'text' | 'reasoning'; readonly text: string } | CallPart | MediaPart;

/** A part of a prompt. */
export type AskedPart = { readonly type: 'text'; readonly text: string } | MediaPart;

type Attributes = SpanJson['attributes'];
type Recorded = Pick<SpanJson, 'attributes'> & Partial<Pick<SpanJson, 'events'>>;
type Side = keyof Sides<unknown>;
type EventLike = Pick<SpanJson['events'][number], 'name' | 'attributes'>;

/** What one side of a call said. */
interface Found {
  readonly messages: readonly CallMessage[];
  /** Recorded as one text of any form: where it looks like JSON, nobody said it as it is. */
  readonly isPlain: boolean;
}

const forms: readonly MessageForms[] = dialects.flatMap(({ messages }) => messages ?? []);
const instructionNames = namesOf(({ messages }) => messages?.instructions);
const listNames = sides((side) => namesOf(({ messages }) => messages?.lists?.[side]));
const textNames = sides((side) => namesOf(({ messages }) => messages?.texts?.[side]));
const promptNames = namesOf(({ messages }) => messages?.prompts);
const indexedForms: readonly IndexedForm[] = forms.flatMap(({ indexed }) => indexed ?? []);
const eventLists = namesOf(({ messages }) => messages?.eventLists);
const eventForms: readonly EventForms[] = forms.flatMap(({ events }) => events ?? []);
const roleOfEvent: ReadonlyMap<string, string> = new Map(
  eventForms.flatMap(({ messages }) => Object.entries(messages ?? {})),
);
const answerEvents: ReadonlySet<string> = new Set(eventForms.flatMap(({ answers }) => answers ?? []));
const carrierEvents: ReadonlySet<string> = new Set(eventForms.flatMap(({ carriers }) => carriers ?? []));

function sides<T>(of: (side: Side) => T): Sides<T> {
  return { input: of('input'), output: of('output') };
}

export function callMessages(span: Recorded): CallMessages {
  const { input, output } = foundIn(span);
  return { input: input.messages, output: output.messages };
}

/** What the first of the spans that tell of one call says of either side. */
export function saidInAny(spans: readonly Recorded[]): CallMessages {
  const told = spans.map(callMessages);
  const side = (name: Side) => told.find((one) => one[name].length > 0)?.[name] ?? [];
  return { input: side('input'), output: side('output') };
}

/** The parts of the answer in order; [] where none was recorded. */
export function saidParts(span: Recorded): SaidPart[] {
  return spokenParts(foundIn(span).output);
}

/** The texts, images and documents of the user's messages among the call's input, in order. */
export function askedParts(span: Recorded): AskedPart[] {
  const { messages, isPlain } = foundIn(span).input;
  const asked = messages.filter(({ role }) => role === 'user');
  return spokenParts({ messages: asked, isPlain }).flatMap((part) =>
    part.type === 'media' || part.type === 'text' ? [part as AskedPart] : [],
  );
}

function spokenParts({ messages, isPlain }: Found): SaidPart[] {
  const parts: SaidPart[] = [];
  for (const part of messages.flatMap((message) => message.parts)) {
    if (part.type === 'call' || part.type === 'media') parts.push(part);
    if (part.type !== 'text' && part.type !== 'reasoning') continue;
    const { type, text } = part;
    if (text.trim() !== '' && !(isPlain && /^\s*[[{]/.test(text))) parts.push({ type, text });
  }
  return parts;
}

function foundIn({ attributes, events = [] }: Recorded): Sides<Found> {
  const own = sides((side) => sideOf(attributes, side));
  if (own.input.messages.length > 0 && own.output.messages.length > 0) return own;
  const inEvents = eventMessages([...events, ...listedEvents(attributes)]);
  return sides((side) =>
    own[side].messages.length > 0 ? own[side] : { messages: inEvents[side], isPlain: false },
  );
}

function sideOf(attributes: Attributes, side: Side): Found {
  const listed = firstList(attributes, listNames[side]);
  const structuredForms = firstOf(
    // Some leave a call out of the list that they tell elsewhere.
    () => (listed.some(({ parts }) => parts.some(saysSomething)) ? listed : []),
    () => indexedMessages(attributes, side),
    () => (side === 'input' ? promptOf(attributes) : answerOf(attributes)),
    () => listed,
  );
  const isPlain = structuredForms.length === 0;
  const role = side === 'input' ? 'user' : 'assistant';
  const messages = isPlain ? plain(attributes, textNames[side], role) : structuredForms;
  if (side === 'output') return { messages: joinPieces(messages), isPlain };
  return { messages: withInstructions(instructionsOf(attributes), messages), isPlain };
}

function saysSomething(part: MessagePart): boolean {
  return part.type === 'text' || part.type === 'reasoning' ? part.text !== '' : part.type !== 'other';
}

/** Some tell their instructions among the messages, too. */
function withInstructions(apart: readonly CallMessage[], messages: readonly CallMessage[]): CallMessage[] {
  const said = ({ parts }: CallMessage): string => parts.map(({ text }) => text).join('\n');
  const isRepeated = apart.some((one) => messages[0] !== undefined && said(one) === said(messages[0]));
  return isRepeated ? [...messages] : [...apart, ...messages];
}

function instructionsOf(attributes: Attributes): CallMessage[] {
  const system = listOf(structured(firstAttribute(attributes, instructionNames)));
  return system.length > 0 ? [{ role: 'system', parts: system.flatMap(partsOf) }] : [];
}

/** Gemini records each piece of a streamed answer as a message of its own. */
function joinPieces(messages: readonly CallMessage[]): CallMessage[] {
  const joined: CallMessage[] = [];
  for (const message of messages) {
    const before = joined.at(-1);
    if (message.role !== 'model' || before?.role !== 'model') {
      joined.push(message);
      continue;
    }
    const parts = [...before.parts];
    for (const part of message.parts) {
      const last = parts.at(-1);
      const continues = last?.type === part.type && (part.type === 'text' || part.type === 'reasoning');
      if (last && continues) parts.splice(-1, 1, { type: part.type, text: last.text + part.text });
      else parts.push(part);
    }
    joined.splice(-1, 1, { role: 'model', parts });
  }
  return joined;
}

/** What the first of the readers finds that finds anything. */
function firstOf(...readers: (() => CallMessage[])[]): CallMessage[] {
  for (const read of readers) {
    const found = read();
    if (found.length > 0) return found;
  }
  return [];
}

/** Fields of an object that hold a request's messages. */
const holderNames = ['messages', 'input'];

function firstList(attributes: Attributes, names: Names): CallMessage[] {
  for (const name of names) {
    const value = structured(firstAttribute(attributes, [name]));
    const held = holderNames.map((field) => fieldOf(value, field)).find((one) => one !== undefined) ?? value;
    const list = isMessage(held) ? [held] : listOf(held);
    if (list.length === 0) continue;
    const system = fieldOf(value, 'system') ?? fieldOf(value, 'instructions');
    const before = typeof system === 'string' && system !== '' ? [textMessage('system', system)] : [];
    return [...before, ...list.map(messageOf)];
  }
  return [];
}

/** A call that was made with one text instead of messages. */
function promptOf(attributes: Attributes): CallMessage[] {
  const value = structured(firstAttribute(attributes, promptNames));
  const said = [
    ['system', fieldOf(value, 'system')],
    ['user', fieldOf(value, 'prompt')],
  ] as const;
  return said.flatMap(([role, text]) =>
    typeof text === 'string' && text !== '' ? [textMessage(role, text)] : [],
  );
}

/** An answer with an attribute for each of its parts. */
function answerOf(attributes: Attributes): CallMessage[] {
  const said = (type: 'text' | 'reasoning', names: Names): MessagePart[] =>
    names.flatMap((name) => {
      const text = plainText(firstAttribute(attributes, [name]));
      return text === '' ? [] : [{ type, text }];
    });
  for (const { answer } of forms) {
    if (!answer) continue;
    const calls = answer.calls.flatMap((name) => listOf(structured(firstAttribute(attributes, [name]))));
    const parts = [
      ...said('reasoning', answer.reasoning),
      ...said('text', answer.texts),
      ...calls.map(callPartOf),
    ];
    if (parts.length > 0) return [{ role: 'assistant', parts }];
  }
  return [];
}

/** Events that an attribute lists. */
function listedEvents(attributes: Attributes): EventLike[] {
  return eventLists.flatMap((name) =>
    listOf(structured(firstAttribute(attributes, [name]))).flatMap((event) => {
      const told = fieldOf(event, logKey.eventName);
      return typeof told === 'string' && isObject(event) ? [{ name: told, attributes: event }] : [];
    }),
  );
}

/** Before they were attributes, GenAI's messages were events: one each, or one that carries all. */
function eventMessages(events: readonly EventLike[]): Sides<CallMessage[]> {
  const input: CallMessage[] = [];
  const output: CallMessage[] = [];
  for (const { name, attributes } of events) {
    const role = roleOfEvent.get(name);
    if (role !== undefined)
      input.push(messageOf({ role, ...attributes, ...contentIn(attributes, 'content') }));
    else if (answerEvents.has(name)) {
      const message = structured(firstAttribute(attributes, ['message']));
      const said = isObject(message) ? message : { ...attributes, ...contentIn(attributes, 'message') };
      output.push(messageOf({ role: 'assistant', ...said }));
    } else if (carrierEvents.has(name)) {
      input.push(...sideOf(attributes, 'input').messages);
      output.push(...sideOf(attributes, 'output').messages);
    }
  }
  // Some tell the answer as the message that it becomes.
  if (output.length === 0)
    output.push(...input.splice(input.findLastIndex(({ role }) => role !== 'assistant') + 1));
  return { input, output };
}

/** Parts that an event's attribute lists as JSON text. */
function contentIn(attributes: Attributes, name: string): { content?: AttributeValue } {
  const value = firstAttribute(attributes, [name]);
  const parts = structured(value);
  if (Array.isArray(parts) && parts.length > 0 && parts.every(isObject)) return { content: parts };
  return value === undefined || isObject(parts) ? {} : { content: value };
}

/** Numbered messages, and in these the parts and calls, are read up to this many. */
const MAX_INDEXED = 512;

function indexedMessages(attributes: Attributes, side: Side): CallMessage[] {
  for (const form of indexedForms) {
    const messages = indexed((index) =>
      indexedMessage(attributes, `${form[side]}.${index}.${form.field}`, form),
    );
    if (messages.length > 0) return messages;
  }
  return [];
}

/** @param prefix what comes before the names of the message's fields */
function indexedMessage(attributes: Attributes, prefix: string, form: IndexedForm): CallMessage | null {
  const at = (name: string) => firstAttribute(attributes, [prefix + name]);
  const content = structured(at('content'));
  const role = at('role');
  const texts = indexed((index) => {
    if (!form.parts) return null;
    const { list, field, address } = form.parts;
    const type = at(`${list}.${index}.${field}type`);
    if (type === undefined) return null;
    const url = at(`${list}.${index}.${field}${address}`);
    const part = partsOf({ type, text: at(`${list}.${index}.${field}text`) ?? '', ...(url && { url }) });
    // A call that is told as a part is told among the calls, too.
    return part.filter((one) => one.type !== 'call');
  }).flat();
  const callAt = (place: string): MessagePart | null => {
    const call = (name: string) => at(`${place}.${name}`);
    const name = call(form.calls.name);
    if (typeof name !== 'string') return null;
    const [id, args] = [call(form.calls.id) ?? null, call(form.calls.arguments) ?? ''];
    return callPartOf({ id, name, arguments: args });
  };
  const calls = indexed((index) => callAt(`${form.calls.list}.${index}`));
  const one = calls.length > 0 || !form.calls.one ? null : callAt(form.calls.one);
  if (one !== null) calls.push(one);
  if (content === undefined && role === undefined && texts.length + calls.length === 0) return null;
  const parts = [...(isParts(content) ? content.flatMap(partsOf) : []), ...texts, ...calls];
  // What has parts may have their text beside them once more.
  const text = isParts(content) || texts.length > 0 ? '' : plainText(at('content'));
  if (text !== '' || parts.length === 0) parts.unshift({ type: 'text', text });
  return { role: plainText(role) || 'unknown', parts };
}

/** A text that happens to be a list of something else stays a text. */
function isParts(value: AttributeValue | undefined): value is readonly AttributeValue[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((part) => typeof fieldOf(part, 'type') === 'string')
  );
}

/** Some emitters leave a place free, where instructions would stand. */
const MAX_FREE = 3;

/** What is at 0, 1, 2… up to where nothing follows. */
function indexed<T>(read: (index: number) => T | null): T[] {
  const found: T[] = [];
  let free = 0;
  for (let index = 0; index < MAX_INDEXED && free < MAX_FREE; index++) {
    const one = read(index);
    free = one === null ? free + 1 : 0;
    if (one !== null) found.push(one);
  }
  return found;
}

function plain(attributes: Attributes, names: Names, role: string): CallMessage[] {
  for (const name of names) {
    const text = plainText(firstAttribute(attributes, [name]));
    if (text !== '') return [textMessage(role, text)];
  }
  return [];
}
