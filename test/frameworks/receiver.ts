// Takes OTLP from a framework's exporter, whatever path it posts to, and keeps each body as OTLP JSON: protobuf is
// read by a library, not by the collector's own reader. Does not judge what it gets.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { decodeWithLibrary } from '../faults/otlp-library.ts';

export type Signal = 'traces' | 'logs';
type Json = Record<string, unknown>;

export interface Received {
  readonly signal: Signal;
  /** As posted, with the exporter's own prefix. */
  readonly path: string;
  readonly encoding: 'json' | 'protobuf';
  readonly body: Json;
}

export class FrameworkReceiver {
  readonly received: Received[] = [];
  readonly #server;

  private constructor() {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const raw = Buffer.concat(chunks);
        const bytes = request.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw;
        const path = (request.url ?? '').split('?')[0] ?? '';
        const signal = /\/v1\/(traces|logs)$/.exec(path)?.[1] as Signal | undefined;
        const type = request.headers['content-type'] ?? 'application/json';
        const encoding = type.includes('json') ? 'json' : 'protobuf';
        if (signal) this.received.push({ signal, path, encoding, body: bodyOf(signal, encoding, bytes) });
        response.writeHead(200, { 'content-type': type });
        response.end(encoding === 'json' ? '{}' : '');
      });
    });
  }

  static async start(): Promise<FrameworkReceiver> {
    const receiver = new FrameworkReceiver();
    await new Promise<void>((resolve) => receiver.#server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }
}

function bodyOf(signal: Signal, encoding: 'json' | 'protobuf', bytes: Buffer): Json {
  if (encoding === 'json') return JSON.parse(bytes.toString()) as Json;
  return renamed(decodeWithLibrary(bytes, signal).request, signal) as Json;
}

const ids: ReadonlySet<string> = new Set(['traceId', 'spanId', 'parentSpanId']);

/** The library's object in the names of OTLP JSON: hex ids, base64 for all other bytes. */
function renamed(value: unknown, signal: Signal, key = ''): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString(ids.has(key) ? 'hex' : 'base64');
  if (Array.isArray(value)) return value.map((one) => renamed(one, signal));
  if (typeof value !== 'object' || value === null) return value;
  const names: Record<string, string> =
    signal === 'traces'
      ? { resources: 'resourceSpans', scopes: 'scopeSpans', records: 'spans' }
      : { resources: 'resourceLogs', scopes: 'scopeLogs', records: 'logRecords' };
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, one]) => !(Array.isArray(one) && one.length === 0) || key === 'arrayValue')
      .map(([name, one]) => [names[name] ?? name, renamed(one, signal, name)]),
  );
}
