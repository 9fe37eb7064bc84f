// The id of a cell, `<sweep>/<agent>/<model>/<family>/<task>[#run<N>]`: how it is read and written.
// A model id may hold slashes, so sweep and agent are read from the front, family and task from
// the back. Ids of other shapes (`adhoc/<service>/<trace>`) are legal; they just name fewer parts.

export interface CellParts {
  readonly sweep: string;
  readonly agent: string;
  /** null where the id has no room for one. */
  readonly model: string | null;
  readonly family: string | null;
  /** The task's name within its family, without the family. */
  readonly task: string | null;
  /** 1 for the first attempt, which the id leaves out. */
  readonly attempt: number;
}

export const MAX_CELL_ID_BYTES = 512;
const SEGMENT = /^[A-Za-z0-9._:@+-]{1,128}$/;
const RUN = /#run([1-9]\d{0,5})$/;

/** The grammar in words, for whoever is told that a text is no cell id. */
export const CELL_ID_GRAMMAR =
  'a cell id is <sweep>/<agent>/<model>/<family>/<task>, #run<N> behind it for a further attempt: 2 to 12 segments of [A-Za-z0-9._:@+-]{1,128}';

/** Why a text is no cell id, or null when it is one. The grammar is this function. */
export function cellIdProblem(id: string): string | null {
  if (id === '') return 'is empty';
  if (id.length > MAX_CELL_ID_BYTES) return `is longer than ${MAX_CELL_ID_BYTES} bytes`;
  const segments = id.replace(RUN, '').split('/');
  if (segments.length < 2 || segments.length > 12) return 'needs 2 to 12 segments';
  for (const segment of segments) {
    if (segment === '.' || segment === '..') return 'has a dot segment';
    if (!SEGMENT.test(segment)) return 'has a segment outside [A-Za-z0-9._:@+-]{1,128}';
  }
  return null;
}

/** Reads an id that passed `cellIdProblem`. Missing parts are null, never empty. */
export function parseCellId(id: string): CellParts {
  const attempt = Number(RUN.exec(id)?.[1] ?? 1);
  const segments = id.replace(RUN, '').split('/');
  const sweep = segments[0] ?? id;
  const agent = segments[1] ?? sweep;
  if (segments.length < 5) return { sweep, agent, model: null, family: null, task: null, attempt };
  return {
    sweep,
    agent,
    model: segments.slice(2, -2).join('/'),
    family: segments.at(-2) ?? null,
    task: segments.at(-1) ?? null,
    attempt,
  };
}

/**
 * Where the viewer shows a cell: `/<agent>/<model>/<family>/<task>` with the sweep in the query, or `?id=` for an id
 * that names fewer parts. What stands before the path (`/cell`, `/embed/cell`) is the caller's.
 */
export function cellPage(id: string): { readonly path: string; readonly query: URLSearchParams } {
  const { sweep, attempt } = parseCellId(id);
  const path = taskPath(id);
  const query = new URLSearchParams(path === null ? { id } : { sweep });
  if (path !== null && attempt > 1) query.set('run', String(attempt));
  return { path: path ?? '', query };
}

/** What the address of a page says of its cell: the reverse of `cellPage`. */
export interface CellAddress {
  /** The whole id, where the URL names it; else null, and the parts below do. */
  readonly id: string | null;
  readonly sweep: string | null;
  readonly agent: string | null;
  readonly model: string | null;
  /** `<family>/<name>` */
  readonly task: string | null;
  readonly attempt: number;
}

/** The cell that a path behind "/cell", decoded, and its query name, or null. */
export function readCellAddress(parts: readonly string[], query: URLSearchParams): CellAddress | null {
  const id = query.get('id');
  const none = { id: null, sweep: null, agent: null, model: null, task: null, attempt: 1 };
  if (parts.length === 0) return id ? { ...none, id } : null;
  if (parts.length < 4) return null;
  const run = Number(query.get('run') ?? 1);
  const address: CellAddress = {
    id: null,
    sweep: query.get('sweep'),
    agent: parts[0] ?? null,
    model: parts.slice(1, -2).join('/'),
    task: `${parts.at(-2)}/${parts.at(-1)}`,
    attempt: Number.isInteger(run) && run > 0 ? run : 1,
  };
  const fullId = address.sweep && `${address.sweep}/${parts.join('/')}`;
  return { ...address, id: fullId ? withRun(fullId, address.attempt) : null };
}

function withRun(id: string, attempt: number): string {
  return attempt > 1 ? `${id}#run${attempt}` : id;
}

/** `/<agent>/<model>/<family>/<task>`, or null for an id that names fewer parts. */
export function taskPath(id: string): string | null {
  const { agent, model, family, task } = parseCellId(id);
  if (model === null || family === null || task === null) return null;
  return `/${[agent, ...model.split('/'), family, task].map(encodeURIComponent).join('/')}`;
}

/** Writes an id from its parts; `task` is `<family>/<name>`. Parts are made to fit the grammar. */
export function formatCellId(parts: {
  sweep: string;
  agent: string;
  model: string;
  task: string;
  attempt?: number;
}): string {
  const task = parts.task.includes('/') ? parts.task : `tasks/${parts.task}`;
  const base = [parts.sweep, parts.agent, parts.model, task].map(toSegments).join('/');
  return parts.attempt && parts.attempt > 1 ? `${base}#run${parts.attempt}` : base;
}

/** Any text as one legal path of segments: what the grammar refuses becomes "-". */
export function toSegments(text: string): string {
  const segments = text.split('/').map((part) => part.replace(/[^A-Za-z0-9._:@+-]/g, '-').slice(0, 128));
  return segments.map((part) => (part === '' || /^\.\.?$/.test(part) ? '-' : part)).join('/');
}
