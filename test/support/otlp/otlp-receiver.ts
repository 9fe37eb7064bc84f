// A small HTTP receiver for adapter tests: takes what an adapter sends at the collector's paths, keeps
// the bodies as JSON, and answers as it is told. It stores nothing and understands nothing.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

export interface ReceivedRequest {
  readonly method: string;
  /** As sent, percent-encoding and all. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** An attribute list as OTLP/JSON writes it. */
export type OtlpAttributes = { key: string; value: Record<string, unknown> }[];

export interface OtlpJsonSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: OtlpAttributes;
  events?: { name: string; timeUnixNano: string; attributes: OtlpAttributes }[];
  status: { code?: number; message?: string };
}

export interface OtlpJsonLog {
  timeUnixNano: string;
  eventName?: string;
  body?: { stringValue?: string };
  attributes: OtlpAttributes;
  traceId?: string;
  spanId?: string;
}

type Answer = (request: ReceivedRequest, response: ServerResponse) => void;

export class OtlpReceiver {
  readonly url: string;
  readonly requests: ReceivedRequest[] = [];
  readonly close: () => Promise<void>;

  private constructor(url: string, close: () => Promise<void>) {
    this.url = url;
    this.close = close;
  }

  /** Starts on a free port of 127.0.0.1. @param answer by default 200 `{}` */
  static async start(answer: Answer = (_, response) => response.end('{}')): Promise<OtlpReceiver> {
    const keep = (request: ReceivedRequest): number => receiver.requests.push(request);
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const bytes = Buffer.concat(chunks);
        const url = new URL(request.url ?? '/', 'http://receiver');
        const received = {
          method: request.method ?? '',
          path: (request.url ?? '').split('?')[0] ?? '',
          query: url.searchParams,
          headers: request.headers,
          body: (request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString(),
        };
        keep(received);
        response.setHeader('content-type', 'application/json');
        answer(received, response);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const receiver = new OtlpReceiver(`http://127.0.0.1:${port}`, () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    });
    return receiver;
  }

  /** The bodies posted to a path, parsed. */
  bodies(path: string): Record<string, unknown>[] {
    return this.requests
      .filter((request) => request.path === path)
      .map((request) => JSON.parse(request.body));
  }

  spans(path = '/v1/traces'): OtlpJsonSpan[] {
    const bodies = this.bodies(path) as { resourceSpans: { scopeSpans: { spans: OtlpJsonSpan[] }[] }[] }[];
    return bodies.flatMap((body) =>
      body.resourceSpans.flatMap((group) => group.scopeSpans.flatMap((scope) => scope.spans)),
    );
  }

  logs(path = '/v1/logs'): OtlpJsonLog[] {
    const bodies = this.bodies(path) as { resourceLogs: { scopeLogs: { logRecords: OtlpJsonLog[] }[] }[] }[];
    return bodies.flatMap((body) =>
      body.resourceLogs.flatMap((group) => group.scopeLogs.flatMap((scope) => scope.logRecords)),
    );
  }

  /** The attributes of the resource of the first body. */
  resource(path = '/v1/traces'): Map<string, unknown> {
    const [body] = this.bodies(path) as { resourceSpans?: unknown[]; resourceLogs?: unknown[] }[];
    const group = (body?.resourceSpans ?? body?.resourceLogs)?.[0] as {
      resource: { attributes: OtlpAttributes };
    };
    return attributesOf(group.resource);
  }
}

/** Attributes as plain values by key. */
export function attributesOf(holder: { attributes: OtlpAttributes }): Map<string, unknown> {
  return new Map(holder.attributes.map(({ key, value }) => [key, plain(value)]));
}

function plain(value: Record<string, unknown>): unknown {
  if ('arrayValue' in value)
    return ((value.arrayValue as { values?: Record<string, unknown>[] }).values ?? []).map(plain);
  if ('kvlistValue' in value)
    return Object.fromEntries(
      (
        (value.kvlistValue as { values?: { key: string; value: Record<string, unknown> }[] }).values ?? []
      ).map((pair) => [pair.key, plain(pair.value)]),
    );
  if ('intValue' in value) return Number(value.intValue);
  return Object.values(value)[0] ?? null;
}
