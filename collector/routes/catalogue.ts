// Every route in one table: what it takes and answers, what it reads and writes, what a token must hold for
// it, and its handler. The table is the router: `router.ts` registers it, the guards ask it, the OpenAPI
// document is made from it. Does not hold logic: a route is its file, an entry here and its schema in
// shared/wire.ts.
import { judgementTables } from '../../shared/judge/judgement-csv.ts';
import { judgementJson } from '../../shared/judge/judgement-json.ts';
import { searchSources } from '../../shared/text-match.ts';
import {
  agentsJson,
  cellDetail,
  cellsPage,
  changesJson,
  deleted,
  logsJson,
  metricsJson,
  modelCallsJson,
  pricesJson,
  putAnswer,
  readiness,
  scoresBody,
  scoresJson,
  searchPage,
  sendersJson,
  sweepMatrix,
  sweepsPage,
  sweepTag,
  traceJson,
} from '../../shared/wire.ts';

import { httpLimits } from '../config.ts';
import { listAgents, listPrices } from './agents.ts';
import { badge } from './badge.ts';
import { deleteCell, listCells, showCell } from './cells.ts';
import { showCollectorMetrics, showLiveness, showReadiness } from './health.ts';
import { ingest } from './ingest.ts';
import { showJudgement } from './judging/judgement.ts';
import { tagSweep } from './judging/sweep-tag.ts';
import { live } from './live.ts';
import { openapi } from './openapi.ts';
import type { Route } from './route.ts';
import { searchCells } from './search.ts';
import { listSenders } from './senders/senders.ts';
import { liveLists } from './sweeps/live-lists.ts';
import { listSweeps, MAX_ROWS, MAX_TREND } from './sweeps/sweep-list.ts';
import { showSweep } from './sweeps/sweeps.ts';
import { listChanges, listLogs, listModelCalls, showMetrics, showTerminal, showTrace } from './tracks.ts';
import { listScores, putScores, putTerminal } from './uploads.ts';
import { embedPage, viewerPage } from './viewer.ts';

const OTLP_TYPES = ['application/x-protobuf', 'application/json'];
const otlpFailures = [400, 408, 413, 415, 503];
const rows = { offset: 'records to pass over', limit: 'records at most' };

const cellFilter = {
  sweep: 'sweep id',
  agent: 'agent',
  model: 'model',
  task: '<family>/<name>, or the name alone',
  family: 'task family',
  outcome: 'what became of the cell',
};
const pageOf = (items: string, most: number) => ({
  cursor: '`next` of the page before',
  limit: `${items} at most, 1 to ${most}`,
});

function otlp(signal: 'traces' | 'logs' | 'metrics'): Route[] {
  const common = {
    method: 'post',
    access: 'ingest',
    reads: 'nothing',
    writes: 'records',
    takes: OTLP_TYPES,
    gives: 'application/json',
    fails: otlpFailures,
    handler: ingest(signal),
  } as const;
  return [
    {
      ...common,
      path: `/v1/${signal}`,
      summary: `OTLP/HTTP ${signal}, plain, gzip, zstd or deflate; the answer is in the encoding of the request`,
    },
    {
      ...common,
      path: `/cells/:id/v1/${signal}`,
      summary: `OTLP/HTTP ${signal} of one cell: OTEL_EXPORTER_OTLP_ENDPOINT may be /cells/<id>`,
    },
  ];
}

type Rest = Pick<Route, 'summary' | 'gives' | 'query' | 'fails' | 'handler'>;

/** Records of runs, for whoever may read. */
function records(path: string, rest: Rest): Route {
  return { method: 'get', path, access: 'read', reads: 'records', writes: 'nothing', ...rest };
}

function track(name: string, rest: Rest): Route {
  return records(`/api/cells/:id/${name}`, { fails: [404, 410], ...rest });
}

/** The viewer's page, which holds no record. */
function page(path: string, handler: Route['handler']): Route {
  const about = { summary: 'The viewer', reads: 'viewer', writes: 'nothing', gives: 'text/html' } as const;
  return { method: 'get', path, access: 'open', ...about, handler };
}

export const catalogue: readonly Route[] = [
  ...otlp('traces'),
  ...otlp('logs'),
  ...otlp('metrics'),
  {
    method: 'get',
    path: '/api/agents',
    access: 'read',
    summary:
      "The agents that are known here, each with a way to run it with one's own model, where there is one",
    reads: 'nothing',
    writes: 'nothing',
    gives: agentsJson,
    handler: listAgents,
  },
  {
    method: 'get',
    path: '/api/prices',
    access: 'read',
    summary: 'By which prices costs are estimated: their day and source',
    reads: 'nothing',
    writes: 'nothing',
    gives: pricesJson,
    handler: listPrices,
  },
  records('/api/sweeps', {
    summary: 'Sweeps, the one of the newest cell first, with sums over all of them',
    gives: sweepsPage,
    query: {
      q: 'words, each in the id of a cell or naming its outcome: sweeps with such cells',
      outcome: 'outcomes, comma between: sweeps with such cells',
      rows: `cells to tell of each sweep, 0 to ${MAX_ROWS}`,
      trend: `sweeps of the same stem to tell of each, 0 to ${MAX_TREND}`,
      ...pageOf('sweeps', httpLimits.sweepsMax),
    },
    handler: listSweeps,
  }),
  records('/api/live', {
    summary: 'Server-sent events: which cells moved on, for pages that list them',
    gives: 'text/event-stream',
    handler: liveLists,
  }),
  records('/api/sweeps/:id', {
    summary: "All cells of a sweep as columns, newest first. If-None-Match takes the answer's ETag",
    gives: sweepMatrix,
    fails: [400, 404],
    handler: showSweep,
  }),
  records('/api/sweeps/:id/judgement', {
    summary:
      'A sweep judged: pass rates with intervals, flaky tasks, costs; held against another one. As CSV with `table`',
    gives: judgementJson,
    query: {
      against: 'a sweep, or `baseline` for the one tagged of the same stem',
      alpha: 'the level of tests, 0.05 where absent',
      trend: 'sweeps of the same stem to tell of, 0 to 100',
      table: `${judgementTables.join(', ')}: that table as CSV`,
    },
    fails: [400, 404],
    handler: showJudgement,
  }),
  {
    method: 'put',
    path: '/api/sweeps/:id',
    access: 'scores',
    summary: 'Tags a sweep as the baseline of its stem, in place of another one, or takes the tag away',
    reads: 'records',
    writes: 'records',
    takes: sweepTag,
    gives: sweepTag,
    fails: [400, 404, 408, 413, 415, 422, 503],
    handler: tagSweep,
  },
  records('/api/cells', {
    summary: 'Cells, newest first',
    gives: cellsPage,
    query: {
      ...cellFilter,
      q: 'any part of the id',
      playable: '1: with more than a lone span, or a terminal recording',
      ...pageOf('cells', httpLimits.cellsMax),
    },
    handler: listCells,
  }),
  records('/api/cells/:id', {
    summary: 'One cell: identity, timing, tokens, scores, tracks, related cells',
    gives: cellDetail,
    fails: [404, 410],
    handler: showCell,
  }),
  records('/api/search', {
    summary:
      'Text in the records of all cells, ASCII case ignored: newest cells first, at most 8 hits a source',
    gives: searchPage,
    query: {
      q: `the text, 1 to ${httpLimits.queryChars} characters`,
      in: `where to look: ${searchSources.join(', ')}, comma between; everywhere where absent`,
      ...cellFilter,
      ...pageOf('hits', httpLimits.hitsMax),
    },
    fails: [400, 503],
    handler: searchCells,
  }),
  {
    method: 'delete',
    path: '/api/cells/:id',
    access: 'delete',
    summary: 'Deletes a cell for good: what comes for it later is refused',
    reads: 'records',
    writes: 'records',
    gives: deleted,
    fails: [404, 503],
    handler: deleteCell,
  },
  track('trace', {
    summary: 'Its spans; a compact binary form by Accept',
    gives: traceJson,
    query: { ...rows, kind: 'span kinds, comma between' },
    handler: showTrace,
  }),
  track('terminal', {
    summary: 'Its terminal as asciicast v3',
    gives: 'application/x-asciicast',
    query: { after: '`playhead.next` of an earlier answer’s header: what came since, where it follows that' },
    fails: [400, 404, 410],
    handler: showTerminal,
  }),
  track('model-calls', { summary: 'Its model calls', gives: modelCallsJson, handler: listModelCalls }),
  track('senders', {
    summary: 'Who sent its records, in which dialects, and which attributes nothing reads',
    gives: sendersJson,
    handler: listSenders,
  }),
  track('changes', { summary: 'Its file changes', gives: changesJson, handler: listChanges }),
  track('logs', { summary: 'Its log records', gives: logsJson, query: rows, handler: listLogs }),
  track('metrics', { summary: 'What its agent counted itself', gives: metricsJson, handler: showMetrics }),
  track('live', {
    summary: 'Server-sent events while the run goes on',
    gives: 'text/event-stream',
    handler: live(),
  }),
  {
    method: 'put',
    path: '/api/cells/:id/scores',
    access: 'scores',
    summary: 'Score records: of each axis the last one put stands. If-Match guards against another writer',
    reads: 'scores',
    writes: 'scores',
    takes: scoresBody,
    gives: putAnswer,
    fails: [400, 408, 410, 412, 413, 415, 422, 503],
    created: true,
    handler: putScores,
  },
  track('scores', {
    summary: 'Its score records, with those that they replaced',
    gives: scoresJson,
    handler: listScores,
  }),
  {
    method: 'put',
    path: '/api/cells/:id/terminal',
    access: 'ingest',
    summary: 'A terminal recording, asciicast v2 or v3',
    reads: 'terminal',
    writes: 'terminal',
    takes: ['application/x-asciicast', 'application/x-ndjson', 'text/plain'],
    gives: putAnswer,
    query: {
      start_ns: 'Unix nanoseconds of event time 0',
      timing: 'how well that is known',
      note: 'what a reader must know',
      lenient: '1: as without it, bad lines are passed over and counted',
    },
    fails: [400, 408, 410, 413, 415, 422, 503],
    created: true,
    handler: putTerminal,
  },
  {
    method: 'get',
    path: '/livez',
    access: 'open',
    summary: 'Whether the process answers',
    reads: 'nothing',
    writes: 'nothing',
    gives: 'application/json',
    handler: showLiveness,
  },
  {
    method: 'get',
    path: '/readyz',
    access: 'open',
    summary: 'Whether it takes and keeps records, and if not why',
    reads: 'operation',
    writes: 'nothing',
    gives: readiness,
    fails: [503],
    handler: showReadiness,
  },
  {
    method: 'get',
    path: '/metrics',
    access: 'metrics',
    summary: 'The collector in numbers, Prometheus text',
    reads: 'operation',
    writes: 'nothing',
    gives: 'text/plain',
    handler: showCollectorMetrics,
  },
  {
    method: 'get',
    path: '/openapi.json',
    access: 'read',
    summary: 'This document',
    reads: 'nothing',
    writes: 'nothing',
    gives: 'application/json',
    handler: openapi(() => catalogue),
  },
  {
    method: 'get',
    path: '/badge/*',
    access: 'read',
    summary:
      '/badge/<agent>/<model>/<family>/<task>.svg: what came of all attempts of a sweep, or of one; “not recorded” for none',
    reads: 'scores',
    writes: 'nothing',
    gives: 'image/svg+xml',
    query: { sweep: 'sweep id; that of the newest such cell where absent', run: 'one attempt' },
    fails: [400, 404],
    handler: badge,
  },
  ...['/', '/cell/*', '/sweeps/*', '/compare', '/search'].map((path) => page(path, viewerPage)),
  page('/embed/cell/*', embedPage),
];
