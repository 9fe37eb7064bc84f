// Every route in one table: what it takes, what it answers, what it reads and writes. The OpenAPI document
// is made from it, and a test holds it against the routes that the application has.
import type { z } from 'zod';
import { searchSources } from '../../shared/search-source.ts';
import {
  cellDetail,
  cellsPage,
  changesJson,
  deleted,
  errorBody,
  logsJson,
  metricsJson,
  modelCallsJson,
  putAnswer,
  readiness,
  scoresBody,
  searchPage,
  sweepMatrix,
  sweepsPage,
  traceJson,
} from '../../shared/wire.ts';

type Access = 'nothing' | 'records' | 'scores' | 'terminal' | 'operation' | 'viewer';

export interface CatalogueEntry {
  readonly method: 'get' | 'post' | 'put' | 'delete';
  /** As Hono writes it. */
  readonly path: string;
  readonly summary: string;
  readonly reads: Access;
  readonly writes: Access;
  /** JSON schema of the request's body, or its media types. */
  readonly takes?: z.ZodType | readonly string[];
  /** JSON schema of the answer, or its media type. */
  readonly gives: z.ZodType | string;
  readonly query?: Readonly<Record<string, string>>;
  /** Statuses of answers other than 200 that belong to this route. */
  readonly fails?: readonly number[];
  readonly created?: true;
}

const OTLP_TYPES = ['application/x-protobuf', 'application/json'];
const otlpFailures = [400, 408, 413, 415, 503];
const page = { offset: 'records to pass over', limit: 'records at most' };

function otlp(signal: 'traces' | 'logs' | 'metrics'): CatalogueEntry[] {
  const common = { method: 'post', reads: 'nothing', writes: 'records', gives: 'application/json' } as const;
  return [
    {
      ...common,
      path: `/v1/${signal}`,
      summary: `OTLP/HTTP ${signal}, gzip or not; the answer is in the encoding of the request`,
      takes: OTLP_TYPES,
      fails: otlpFailures,
    },
    {
      ...common,
      path: `/cells/:id/v1/${signal}`,
      summary: `OTLP/HTTP ${signal} of one cell: OTEL_EXPORTER_OTLP_ENDPOINT may be /cells/<id>`,
      takes: OTLP_TYPES,
      fails: otlpFailures,
    },
  ];
}

function track(
  name: string,
  summary: string,
  rest: Pick<CatalogueEntry, 'gives' | 'query' | 'fails'>,
): CatalogueEntry {
  const path = `/api/cells/:id/${name}`;
  return { method: 'get', path, summary, reads: 'records', writes: 'nothing', fails: [404, 410], ...rest };
}

export const catalogue: readonly CatalogueEntry[] = [
  ...otlp('traces'),
  ...otlp('logs'),
  ...otlp('metrics'),
  {
    method: 'get',
    path: '/api/sweeps',
    summary: 'Sweeps, the one of the newest cell first',
    reads: 'records',
    writes: 'nothing',
    gives: sweepsPage,
    query: { cursor: '`next` of the page before', limit: 'sweeps at most, 1 to 200' },
  },
  {
    method: 'get',
    path: '/api/sweeps/:id',
    summary: "All cells of a sweep as columns, newest first. If-None-Match takes the answer's ETag",
    reads: 'records',
    writes: 'nothing',
    gives: sweepMatrix,
    fails: [400, 404],
  },
  {
    method: 'get',
    path: '/api/cells',
    summary: 'Cells, newest first',
    reads: 'records',
    writes: 'nothing',
    gives: cellsPage,
    query: {
      sweep: 'sweep id',
      agent: 'agent',
      model: 'model',
      task: '<family>/<name>, or the name alone',
      family: 'task family',
      outcome: 'what became of the cell',
      q: 'any part of the id',
      cursor: '`next` of the page before',
      limit: 'cells at most, 1 to 500',
    },
  },
  {
    method: 'get',
    path: '/api/cells/:id',
    summary: 'One cell: identity, timing, tokens, scores, tracks, related cells',
    reads: 'records',
    writes: 'nothing',
    gives: cellDetail,
    fails: [404, 410],
  },
  {
    method: 'get',
    path: '/api/search',
    summary:
      'Text in the records of all cells, ASCII case ignored: newest cells first, at most 8 hits a source',
    reads: 'records',
    writes: 'nothing',
    gives: searchPage,
    query: {
      q: 'the text, 1 to 200 characters',
      in: `where to look: ${searchSources.join(', ')}, comma between; everywhere where absent`,
      sweep: 'sweep id',
      agent: 'agent',
      model: 'model',
      task: '<family>/<name>, or the name alone',
      family: 'task family',
      outcome: 'what became of the cell',
      cursor: '`next` of the page before',
      limit: 'hits at most, 1 to 200',
    },
    fails: [400, 503],
  },
  {
    method: 'delete',
    path: '/api/cells/:id',
    summary: 'Deletes a cell for good: what comes for it later is refused',
    reads: 'nothing',
    writes: 'records',
    gives: deleted,
    fails: [404, 503],
  },
  track('trace', 'Its spans; a compact binary form by Accept', {
    gives: traceJson,
    query: { ...page, kind: 'span kinds, comma between' },
  }),
  track('terminal', 'Its terminal as asciicast v3', {
    gives: 'application/x-asciicast',
    query: { after: '`playhead.next` of an earlier answer’s header: what came since, where it follows that' },
    fails: [400, 404, 410],
  }),
  track('model-calls', 'Its model calls', { gives: modelCallsJson }),
  track('changes', 'Its file changes', { gives: changesJson }),
  track('logs', 'Its log records', { gives: logsJson, query: page }),
  track('metrics', 'What its agent counted itself', { gives: metricsJson }),
  track('live', 'Server-sent events while the run goes on', { gives: 'text/event-stream' }),
  {
    method: 'put',
    path: '/api/cells/:id/scores',
    summary: 'Score records: of each axis the last one put stands. If-Match guards against another writer',
    reads: 'scores',
    writes: 'scores',
    takes: scoresBody,
    gives: putAnswer,
    fails: [400, 408, 410, 412, 413, 415, 422, 503],
    created: true,
  },
  {
    method: 'put',
    path: '/api/cells/:id/terminal',
    summary: 'A terminal recording, asciicast v2 or v3',
    reads: 'terminal',
    writes: 'terminal',
    takes: ['application/x-asciicast', 'application/x-ndjson', 'text/plain'],
    gives: putAnswer,
    query: {
      start_ns: 'Unix nanoseconds of event time 0',
      timing: 'how well that is known',
      note: 'what a reader must know',
      lenient: '1: bad lines are passed over and counted',
    },
    fails: [400, 408, 410, 413, 415, 422, 503],
    created: true,
  },
  {
    method: 'get',
    path: '/livez',
    summary: 'Whether the process answers',
    reads: 'nothing',
    writes: 'nothing',
    gives: 'application/json',
  },
  {
    method: 'get',
    path: '/readyz',
    summary: 'Whether it takes and keeps records, and if not why',
    reads: 'operation',
    writes: 'nothing',
    gives: readiness,
    fails: [503],
  },
  {
    method: 'get',
    path: '/metrics',
    summary: 'The collector in numbers, Prometheus text',
    reads: 'operation',
    writes: 'nothing',
    gives: 'text/plain',
  },
  {
    method: 'get',
    path: '/openapi.json',
    summary: 'This document',
    reads: 'nothing',
    writes: 'nothing',
    gives: 'application/json',
  },
  {
    method: 'get',
    path: '/badge/*',
    summary:
      '/badge/<agent>/<model>/<family>/<task>.svg: what came of all attempts of a sweep, or of one; “not recorded” for none',
    reads: 'scores',
    writes: 'nothing',
    gives: 'image/svg+xml',
    query: { sweep: 'sweep id; that of the newest such cell where absent', run: 'one attempt' },
    fails: [400, 404],
  },
  ...['/', '/cell/*', '/sweeps/*', '/compare', '/search', '/embed/cell/*'].map(
    (path): CatalogueEntry => ({
      method: 'get',
      path,
      summary: 'The viewer',
      reads: 'viewer',
      writes: 'nothing',
      gives: 'text/html',
    }),
  ),
];

export const errorSchema = errorBody;
