// Joins guards and routes into one application, and is the only place where an error becomes HTTP:
// google.rpc.Status on OTLP's addresses, `{error:{code,message,issues?}}` on all others. Does
// not answer a request itself.
import { type Context, Hono } from 'hono';
import type { ErrorBody } from '../shared/wire.ts';
import { accessToken } from './access.ts';
import { Admission } from './admission.ts';
import type { CollectorStore } from './cell/stores.ts';
import { type CollectorOptions, defaultLimits } from './config.ts';
import { ExpectedError, OtlpError, RequestError, UnavailableError } from './errors.ts';
import { CollectorMetrics } from './http/collector-metrics.ts';
import { GrpcNotice } from './http/grpc-notice.ts';
import { guardHost, guardOrigin, guardRate } from './http/guard.ts';
import { HeldAnswers } from './http/held-answers.ts';
import { Readiness, type ServerStatus } from './http/readiness.ts';
import { Intake } from './http/request-body.ts';
import { guardToken } from './http/token.ts';
import { TraceSizeLimit } from './http/trace-size-limit.ts';
import { ACCEPTED_CODINGS } from './otlp/content-coding.ts';
import { statusBody } from './otlp/reply.ts';
import { Prices } from './prices/prices.ts';
import { catalogue } from './routes/catalogue.ts';
import { errorContentType, errorEncoding } from './routes/ingest.ts';
import type { RouteContext } from './routes/route.ts';
import { accessOf, noRoute, patternOf, registerRoutes, routedPath } from './routes/router.ts';
import { fileRoutes, isForPage, missingPage } from './routes/viewer.ts';
import { readViewer } from './routes/viewer-files.ts';
import { Search } from './search/search-thread-host.ts';
import type { Writer } from './writer.ts';

const OTLP_PATH = /^(\/cells\/.+)?\/v1\//;

/** @param server the one that the application runs in, once it does */
export function createApp(
  {
    store,
    writer,
    metrics = new CollectorMetrics(),
    search = new Search(store.openerForSearch()),
    grpc,
  }: {
    store: CollectorStore;
    writer: Writer;
    metrics?: CollectorMetrics;
    search?: Search;
    grpc?: GrpcNotice;
  },
  options: Pick<
    CollectorOptions,
    | 'host'
    | 'allowedHosts'
    | 'allowedOrigins'
    | 'viewerDir'
    | 'token'
    | 'tokens'
    | 'log'
    | 'refused'
    | 'limits'
    | 'rateLimit'
    | 'frameOrigins'
    | 'agents'
    | 'priceFile'
  >,
  server: () => ServerStatus | null = () => null,
): Hono {
  const limits = { ...defaultLimits, ...options.limits };
  const intake = new Intake(limits, metrics);
  const traceSizeLimit = new TraceSizeLimit(limits, {
    sizeOf: async (traceId, enough, cellId) => {
      const { cells } = store.reads;
      const cell = await (cellId === null ? cells.ofTrace(traceId) : cells.findEver(cellId));
      return cell ? store.reads.spans.sizeOf(cell, traceId, enough) : { spans: 0, bytes: 0 };
    },
    isWhole: () => {
      const { acknowledged, projected } = writer.status();
      return acknowledged === projected;
    },
  });
  const admission = new Admission(writer, metrics, traceSizeLimit, limits);
  const answers = new HeldAnswers(limits, () => metrics.noteOverLimit('answerBytes'));
  const readiness = new Readiness(store, writer, intake, answers, server);
  const viewer = readViewer(options.viewerDir, options.frameOrigins);
  const full = options.token === undefined ? [] : [accessToken(options.token)];
  const tokens = [...full, ...(options.tokens ?? [])];
  const context: RouteContext = {
    store: store.reads,
    writer,
    metrics,
    readiness,
    answers,
    admission,
    search,
    viewer,
    agents: options.agents ?? [],
    prices: new Prices(options.priceFile),
    asksForToken: tokens.length > 0,
  };
  const routes = [...catalogue, ...fileRoutes(viewer)];
  const access = accessOf(routes);
  const known = new Set<string>();
  const app = new Hono({ getPath: routedPath });
  app.use(async (c, next) => {
    await next();
    // Nobody will read it: what is made for it must not be held.
    if (c.req.method === 'HEAD') void c.res.body?.cancel();
    metrics.noteRequest(patternOf(c) ?? 'none', methodOf(c.req.method), c.res.status);
    c.header('x-content-type-options', 'nosniff');
    c.header('referrer-policy', 'no-referrer');
    c.header('cross-origin-opener-policy', 'same-origin');
    // For browsers that know no frame-ancestors; the embed page's own policy says who may frame it.
    if (!c.req.path.startsWith('/embed/')) c.header('x-frame-options', 'DENY');
    // A route may open itself to pages of other origins; what does not say so is closed to them.
    const shared = c.res.headers.get('cross-origin-resource-policy');
    c.header('cross-origin-resource-policy', shared ?? 'same-origin');
  });
  app.use(guardHost(options));
  app.use((grpc ?? new GrpcNotice(options.log)).middleware());
  app.use(guardOrigin(options.allowedOrigins));
  app.use(guardRate(options.rateLimit, access));
  app.use(guardToken(tokens, access));
  app.use(intake.middleware());
  registerRoutes(app, routes, context);
  app.notFound((c) =>
    viewer.files.has('/index.html') && isForPage(c) ? missingPage(viewer, c) : noRoute(c),
  );
  app.onError((error, c) => {
    if (!(error instanceof ExpectedError)) {
      metrics.internalErrors++;
      const event = bugEvent(error);
      // A client that found one can send it a thousand times a second: once is enough to find it, too.
      if (known.size < MAX_KNOWN_BUGS && !known.has(event.at)) options.log?.(event);
      known.add(event.at);
    }
    if (error instanceof ExpectedError) {
      const { httpStatus: status, message } = error;
      options.refused?.({ method: c.req.method, path: c.req.path, status, message });
    }
    return isOtlp(c) ? otlpError(error, c) : apiError(error);
  });
  return app;
}

/** Whether whoever asks reads google.rpc.Status: an exporter that missed its address does, too. */
function isOtlp({ req }: Context): boolean {
  const isWire = /^application\/(?:x-protobuf|grpc)/.test(req.header('content-type') ?? '');
  return OTLP_PATH.test(req.path) || (req.method === 'POST' && isWire);
}

const MAX_KNOWN_BUGS = 1000;

/** A failure that nobody expected: its kind, and the first place of ours. No stack, nothing a client sent. */
function bugEvent(error: Error): { event: string; level: string; name: string; at: string } {
  const at = /collector\/[\w./-]+:\d+/.exec(error.stack ?? '')?.[0] ?? 'unknown';
  return { event: 'internal_error', level: 'error', name: error.name, at };
}

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']);

function methodOf(method: string): string {
  return methods.has(method) ? method : 'other';
}

/** gRPC's codes for what no OtlpError says: UNAVAILABLE, PERMISSION_DENIED, NOT_FOUND, … */
const grpcCodes = new Map([
  [400, 3],
  [401, 16],
  [403, 7],
  [404, 5],
  [405, 12],
  [408, 4],
  [410, 5],
  [421, 3],
  [429, 8],
  [503, 14],
]);
const INTERNAL = 13;

function otlpError(error: Error, c: Context): Response {
  const { status, headers } = head(error);
  const encoding = errorEncoding(c.req.header('content-type'));
  const code = error instanceof OtlpError ? error.grpcCode : (grpcCodes.get(status) ?? INTERNAL);
  if (status === 415) headers['accept-encoding'] = ACCEPTED_CODINGS;
  const message = error instanceof ExpectedError ? error.message : 'internal error';
  return new Response(Buffer.from(statusBody(encoding, code, message)), {
    status,
    headers: { ...headers, 'content-type': errorContentType(encoding) },
  });
}

function apiError(error: Error): Response {
  const { status, headers } = head(error);
  const known = error instanceof ExpectedError;
  // Bodies are read alike everywhere: outside OTLP's addresses its prefix would mislead.
  const code = known ? error.code.replace(/^otlp_/, '') : 'internal';
  const body: ErrorBody = { error: { code, message: known ? error.message : 'internal error' } };
  if (error instanceof RequestError && error.issues) body.error.issues = [...error.issues];
  return Response.json(body, { status, headers });
}

function head(error: Error): { status: number; headers: Record<string, string> } {
  const status = error instanceof ExpectedError ? error.httpStatus : 500;
  const headers: Record<string, string> = error instanceof RequestError ? { ...error.headers } : {};
  // OTLP's JS exporter drops a batch whose Retry-After is longer than what is left of its 10 s.
  if (error instanceof UnavailableError) headers['retry-after'] = '1';
  if (status === 413) headers.connection = 'close';
  return { status, headers };
}
