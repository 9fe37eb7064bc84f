// What is put to a cell from outside: score records and terminal recordings. Checked here and
// appended to the log; a put may be the first that is heard of a cell. Does not write beside the log.
import { createHash } from 'node:crypto';
import type { Context } from 'hono';
import type { ScoreRecord } from '../../shared/score.ts';
import { type TimingGrade, timingGrades } from '../../shared/span.ts';
import { AsciicastError, parseAsciicast } from '../../shared/terminal.ts';
import { isoFromNs } from '../../shared/time.ts';
import { scoreNote, verdictProblem, withVerdict } from '../../shared/verdict.ts';
import { type PutAnswer, type ScoresBody, type ScoresJson, scoresBody } from '../../shared/wire.ts';
import type { CellState } from '../cell/cell-state.ts';
import { type RecordingParams, recordingDigest } from '../cell/recording.ts';
import type { FormerScore } from '../cell/scores.ts';
import type { StoreReads } from '../cell/stores.ts';
import { httpLimits } from '../config.ts';
import { RequestError } from '../errors.ts';
import { readBody } from '../http/request-body.ts';
import type { Accepted } from '../writer.ts';
import { cellIdOf, cellOf, deletedError, wordQuery } from './address.ts';
import type { Answer, RouteContext } from './route.ts';

const MAX_DEPTH = 32;
const MAX_NOTE_CHARS = 500;
/** A year of recording behind it is still within 64 bits. */
const MAX_START_NS = 9n * 10n ** 18n;
const MAX_NOTES = 20;
const recordingTypes = new Set(['application/x-asciicast', 'application/x-ndjson', 'text/plain']);

/** What stands of each axis, and what it replaced. The ETag is that which `If-Match` of a put is held against. */
export function listScores({ store }: RouteContext): Answer {
  return async (c) => {
    const cell = await cellOf(c, store);
    const scores = (await store.scores.history(cell)).map(({ before, revision, ...stands }) => ({
      ...receivedJson(stands.record, stands),
      revision,
      before: before.map((former) => ({
        ...receivedJson(former.record ?? { axis: stands.record.axis, values: {} }, former),
        ...(former.record === null && { values: null }),
      })),
    }));
    return c.json({ scores } satisfies ScoresJson, 200, { etag: await etagOf(store, cell) });
  };
}

function receivedJson(record: ScoreRecord, { source, atNs }: Pick<FormerScore, 'source' | 'atNs'>) {
  return { ...record, source, received_at: isoFromNs(atNs) };
}

export function putScores({ store, writer }: RouteContext): Answer {
  const inTurn = createTurns();
  return async (c) => {
    const cellId = cellIdOf(c);
    requireType(c, new Set(['application/json']));
    using received = await readBody(c, httpLimits.scoresBytes);
    const { bytes, gzip } = received;
    const posted = readScores(bytes).scores;
    const scores = posted.map(withVerdict);
    const notes = posted.flatMap((score) => scoreNote(score) ?? []).slice(0, MAX_NOTES);
    const expected = c.req.header('if-match');
    return await inTurn(cellId, async () => {
      const cell = await takerOf(store, cellId);
      if (expected !== undefined && expected !== '*' && expected !== (await etagOf(store, cell)))
        throw new RequestError(
          412,
          'changed',
          `the scores of ${cellId} are not the ones that If-Match names`,
        );
      const first = cell === undefined || (await store.scores.of(cell)).length === 0;
      const unchanged = !first && (await store.scores.holds(cell, scores));
      if (!unchanged) {
        await writer.append(put('scores', cellId, 'json', { body: bytes, gzip, params: null }));
        // The answer's ETag names them, and the next in line is held against them.
        await writer.settled();
      }
      const status: PutAnswer['status'] = unchanged ? 'unchanged' : first ? 'created' : 'replaced';
      const answer = { cell: cellId, status, ...(notes.length > 0 && { notes }) };
      const headers = { etag: await etagOf(store, await store.cells.find(cellId)) };
      return c.json(answer satisfies PutAnswer, status === 'created' ? 201 : 200, headers);
    });
  };
}

/** Score puts to a cell wait for each other: none comes between looking at If-Match and acting on it. */
function createTurns(): <T>(cellId: string, work: () => Promise<T>) => Promise<T> {
  const lines = new Map<string, Promise<unknown>>();
  return async (cellId, work) => {
    const mine = (lines.get(cellId) ?? Promise.resolve()).then(work);
    const settled = mine.catch(() => undefined);
    lines.set(cellId, settled);
    try {
      return await mine;
    } finally {
      if (lines.get(cellId) === settled) lines.delete(cellId);
    }
  };
}

export function putTerminal({ store, writer }: RouteContext): Answer {
  return async (c) => {
    const cellId = cellIdOf(c);
    requireType(c, recordingTypes);
    const params = recordingParams(c);
    using received = await readBody(c, httpLimits.recordingBytes, httpLimits.recordingRatio);
    const { bytes, gzip } = received;
    checkRecording(bytes);
    const cell = await takerOf(store, cellId);
    const known = cell?.hasRecording ? await store.recordings.digest(cell) : undefined;
    if (known && recordingDigest(bytes, params).equals(known))
      return c.json({ cell: cellId, status: 'unchanged' });
    await writer.append(
      put('terminal', cellId, 'text', { body: bytes, gzip, params: JSON.stringify(params) }),
    );
    return c.json({ cell: cellId, status: known ? 'replaced' : 'created' }, known ? 200 : 201);
  };
}

/** The cell that something is put to, if there is one yet. @throws RequestError 410 */
async function takerOf(store: StoreReads, cellId: string): Promise<CellState | undefined> {
  const cell = await store.cells.findEver(cellId);
  if (cell?.deletedNs !== undefined) throw deletedError(cellId);
  return cell;
}

/** Names the scores that a cell has now. */
async function etagOf(store: StoreReads, cell: CellState | undefined): Promise<string> {
  const records = cell ? await store.scores.of(cell) : [];
  return `"${createHash('sha256').update(JSON.stringify(records)).digest('hex').slice(0, 32)}"`;
}

function put(
  signal: 'scores' | 'terminal',
  cellId: string,
  encoding: 'json' | 'text',
  rest: Pick<Accepted, 'body' | 'gzip' | 'params'>,
): Accepted {
  return { signal, cellId, encoding, accepted: 1, rejected: 0, ...rest };
}

/** @throws RequestError 415 */
export function requireType(c: Context, types: ReadonlySet<string>): void {
  const type = (c.req.header('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (!types.has(type))
    throw new RequestError(415, 'unsupported_type', `Content-Type must be ${[...types].join(' or ')}`);
}

/** @throws RequestError 400 */
export function readJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new RequestError(400, 'bad_json', 'the body is not JSON in UTF-8', { cause });
  }
}

/** @throws RequestError 400 where it is no JSON, 422 where it is no score body */
function readScores(bytes: Uint8Array): ScoresBody {
  const value = readJson(bytes);
  const problem = dataProblem(value, 0);
  if (problem !== null) throw new RequestError(problem.status, 'bad_scores', problem.message);
  const parsed = scoresBody.safeParse(value);
  if (!parsed.success) {
    const issues = parsed.error.issues.map(({ path, message }) => ({ path: `/${path.join('/')}`, message }));
    throw new RequestError(422, 'bad_scores', 'the body is not {scores: [{axis, values}]}', { issues });
  }
  const issues = parsed.data.scores.flatMap((score, at) => {
    const unread = verdictProblem(score);
    return unread ? [{ path: `/scores/${at}/${unread.path}`, message: unread.message }] : [];
  });
  const [first] = issues;
  if (first) throw new RequestError(422, 'bad_scores', `${first.path}: ${first.message}`, { issues });
  return parsed.data;
}

/** What a schema does not see: nesting, and a key that would be lost on the way into an object. */
function dataProblem(value: unknown, depth: number): { status: 400 | 422; message: string } | null {
  if (depth > MAX_DEPTH) return { status: 400, message: `the body nests deeper than ${MAX_DEPTH} levels` };
  if (typeof value !== 'object' || value === null) return null;
  if (Object.hasOwn(value, '__proto__'))
    return { status: 422, message: 'the key __proto__ cannot be stored' };
  for (const child of Object.values(value)) {
    const problem = dataProblem(child, depth + 1);
    if (problem !== null) return problem;
  }
  return null;
}

const recordingFailures = { malformed: 400, too_large: 413, impossible: 422 } as const;

/** @throws RequestError 400, 413, 422 */
function checkRecording(bytes: Uint8Array): void {
  try {
    parseAsciicast(new TextDecoder().decode(bytes));
  } catch (cause) {
    if (!(cause instanceof AsciicastError)) throw cause;
    const issues = [{ line: cause.line }];
    throw new RequestError(recordingFailures[cause.reason], cause.code, cause.message, { issues, cause });
  }
}

/** @throws RequestError 400 */
function recordingParams(c: Context): RecordingParams {
  const startNs = c.req.query('start_ns') ?? null;
  if (startNs !== null && (!/^\d{1,19}$/.test(startNs) || BigInt(startNs) > MAX_START_NS))
    throw new RequestError(400, 'bad_query', 'start_ns must be Unix nanoseconds');
  const note = c.req.query('note')?.slice(0, MAX_NOTE_CHARS) || null;
  const timing: TimingGrade | null = wordQuery(c, 'timing', timingGrades);
  const lenient = wordQuery(c, 'lenient', ['1']) !== null;
  return { startNs, timing, note, ...(lenient && { lenient }) };
}
