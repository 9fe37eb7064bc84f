// The tables of `opencode.db`, in which opencode keeps its sessions since version 1.2: each row of a session, message
// or part has its time and its content as JSON. Before, each was a file under `storage`, whatever the folders were
// called. Puts them together as `opencode export` would write them. Opens no file.
import type { SessionDatabase, SessionRow, SessionText } from '../agent.ts';
import { field, type JsonObject, objectAt, parseObject, textAt } from '../reading/json-value.ts';
import type { Json } from '../step.ts';

export const opencodeDatabase: SessionDatabase = {
  tables: {
    session: ['id', 'parent_id', 'directory', 'title', 'version', 'time_created', 'time_updated'],
    message: ['id', 'session_id', 'time_created', 'data'],
    part: ['id', 'message_id', 'session_id', 'data'],
  },
  sessions,
  rowIn,
};

/** Told by its ids and by what only its kind has: a message of an export, say, stands in a list and is none. */
function rowIn(text: string): SessionRow | null {
  const file = parseObject(text);
  const id = textAt(file, 'id');
  if (id === null) return null;
  const time = objectAt(file, 'time');
  const sessionId = textAt(file, 'sessionID');
  const at = (key: string): Json => field(file, key) ?? null;
  const created = field(time, 'created') ?? null;
  if (id.startsWith('ses_') && time !== null) {
    const named = ['parentID', 'directory', 'title', 'version'].map(at);
    return { table: 'session', values: [id, ...named, created, field(time, 'updated') ?? null] };
  }
  if (sessionId === null || !sessionId.startsWith('ses_')) return null;
  if (id.startsWith('msg_') && textAt(file, 'role') !== null)
    return { table: 'message', values: [id, sessionId, created, text] };
  if (id.startsWith('prt_') && textAt(file, 'messageID') !== null && textAt(file, 'type') !== null)
    return { table: 'part', values: [id, at('messageID'), sessionId, text] };
  return null;
}

interface Message {
  readonly id: Json;
  readonly order: string;
  readonly info: JsonObject | null;
}

function* sessions(rows: (table: string) => Iterable<readonly Json[]>): Generator<SessionText> {
  const parts = new Map<Json, { id: Json; part: JsonObject | null }[]>();
  for (const [id = null, messageId = null, , data = null] of rows('part'))
    push(parts, messageId, { id, part: parsed(data, { id, messageID: messageId }) });
  const messages = new Map<Json, Message[]>();
  for (const [id = null, sessionId = null, created = null, data = null] of rows('message'))
    push(messages, sessionId, {
      id,
      order: `${String(created).padStart(16, '0')} ${id}`,
      info: parsed(data, { id, sessionID: sessionId }),
    });
  const all = [...rows('session')];
  const ids = new Set(all.map(([id]) => id));
  // What was said in a session whose own row is lost is not lost with it.
  for (const id of messages.keys()) if (!ids.has(id)) all.push([id, null, null, null, null, null, null]);
  for (const [id = null] of all) ids.add(id);
  const children = new Map<Json, (readonly Json[])[]>();
  for (const row of all) push(children, row[1] ?? null, row);
  const written = (row: readonly Json[]): string => {
    const [
      id = null,
      parentID = null,
      directory = null,
      title = null,
      version = null,
      created = null,
      updated = null,
    ] = row;
    const info = { id, parentID, directory, title, version, time: { created, updated } };
    const told = (messages.get(id) ?? []).toSorted(byOrder).map(({ id: messageId, info: message }) => ({
      info: message,
      parts: (parts.get(messageId) ?? []).toSorted(byId).map(({ part }) => part),
    }));
    return JSON.stringify({ info, messages: told });
  };
  for (const row of all) {
    const [id = null, parent = null] = row;
    if (typeof id !== 'string' || (parent !== null && ids.has(parent))) continue;
    yield { id, text: family(row, children).map(written).join('\n') };
  }
}

/** A session and all that were begun from it. */
function family(
  root: readonly Json[],
  children: ReadonlyMap<Json, readonly (readonly Json[])[]>,
): (readonly Json[])[] {
  const found = new Set([root]);
  for (const row of found) for (const child of children.get(row[0] ?? null) ?? []) found.add(child);
  return [...found];
}

function parsed(data: Json, ids: JsonObject): JsonObject | null {
  const value = typeof data === 'string' ? parseObject(data) : null;
  return value === null ? null : { ...value, ...ids };
}

function push<T>(map: Map<Json, T[]>, key: Json, value: T): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

function byOrder(a: Message, b: Message): number {
  return a.order < b.order ? -1 : a.order > b.order ? 1 : 0;
}

function byId(a: { id: Json }, b: { id: Json }): number {
  const [x, y] = [String(a.id), String(b.id)];
  return x < y ? -1 : x > y ? 1 : 0;
}
