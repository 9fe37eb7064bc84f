// How the row-by-row tests of hostile input ask and judge: one collector a file, one cell a row, and every
// OTLP answer read in the encoding of its request and held to the same rules.
import { rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import type { CollectorOptions } from '../../collector/config.ts';
import type { Encoding, Signal } from '../../collector/record.ts';
import { TestCollector } from './collector.ts';
import { databaseFolder } from './machine/database-folder.ts';

/** A collector for all tests of a file. */
export function sharedCollector(options: Partial<CollectorOptions> = {}): () => TestCollector {
  let collector: TestCollector;
  let folder: string;
  beforeAll(async () => {
    folder = databaseFolder();
    collector = await TestCollector.unattended(join(folder, 'playhead.db'), options);
  });
  afterAll(async () => {
    expect(await collector.writer.setAside()).toEqual([]);
    await collector.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return () => collector;
}

export const mediaTypes: Record<Encoding, string> = {
  json: 'application/json',
  protobuf: 'application/x-protobuf',
};

/** What an OTLP address answered. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Of a success: what partial_success says; rejected 0 and '' where it is absent. */
  readonly rejected: number;
  readonly message: string;
  /** Of a failure: google.rpc.Status. */
  readonly code: number;
}

interface Posted {
  readonly encoding: Encoding;
  readonly signal?: Signal;
  readonly cell?: string;
  readonly headers?: Record<string, string>;
}

/** Posts a body, and holds the answer to what every OTLP answer must be. */
export async function post(
  collector: TestCollector,
  body: Uint8Array | string,
  { encoding, signal = 'traces', cell, headers = {} }: Posted,
): Promise<Answer> {
  const before = collector.writer.status().acknowledged;
  const prefix = cell === undefined ? '' : `/cells/${encodeURIComponent(cell)}`;
  const response = await collector.request(`${prefix}/v1/${signal}`, {
    method: 'POST',
    headers: { 'content-type': mediaTypes[encoding], ...headers },
    body: Buffer.from(body),
  });
  const answer = await readAnswer(response, encoding);
  if (answer.status !== 200) {
    expect(answer.message, 'a failure says what is wrong').not.toBe('');
    expect(collector.writer.status().acknowledged, 'nothing of a failed request is stored').toBe(before);
  }
  if (answer.status === 503) expect(response.headers.get('retry-after')).toBe('1');
  return answer;
}

/** Reads an answer in the encoding that it must be in. */
export async function readAnswer(response: Response, encoding: Encoding): Promise<Answer> {
  expect(response.headers.get('content-type')).toBe(mediaTypes[encoding]);
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  const bytes = new Uint8Array(await response.arrayBuffer());
  const { status, headers } = response;
  const text = Buffer.from(bytes).toString();
  expect(text).not.toMatch(/\bat .*:\d+:\d+|node:internal|\.ts:\d/);
  const none = { rejected: 0, message: '', code: 0 };
  if (encoding === 'json') {
    const body = JSON.parse(text);
    if (status !== 200) return { ...none, status, headers, code: body.code, message: body.message };
    const { rejectedSpans, rejectedLogRecords, rejectedDataPoints, errorMessage } = body.partialSuccess ?? {};
    const rejected = Number(rejectedSpans ?? rejectedLogRecords ?? rejectedDataPoints ?? 0);
    return { ...none, status, headers, rejected, message: errorMessage ?? '' };
  }
  const root = fieldsOf(bytes);
  if (status !== 200) {
    const message = root.get(2);
    return { ...none, status, headers, code: Number(root.get(1) ?? 0), message: textOf(message) };
  }
  const partial = root.get(1);
  const fields = partial instanceof Uint8Array ? fieldsOf(partial) : new Map();
  return { ...none, status, headers, rejected: Number(fields.get(1) ?? 0), message: textOf(fields.get(2)) };
}

/** Varint and length-delimited fields of a small message. */
function fieldsOf(bytes: Uint8Array): Map<number, number | Uint8Array> {
  const fields = new Map<number, number | Uint8Array>();
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at++]!;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    if (tag % 8 === 0) fields.set(tag >> 3, varint());
    else {
      const length = varint();
      fields.set(tag >> 3, bytes.slice(at, at + length));
      at += length;
    }
  }
  return fields;
}

function textOf(field: number | Uint8Array | undefined): string {
  return field instanceof Uint8Array ? Buffer.from(field).toString() : '';
}

/** Opens a socket to a collector. */
export function openSocket(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => resolve(socket));
    socket.once('error', reject);
  });
}

/** All that comes until the other side closes. */
export function untilClosed(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
    });
    socket.on('error', () => resolve(text));
    socket.on('close', () => resolve(text));
  });
}

/** Sends bytes as they are and gives back what comes until the other side closes. */
export async function raw(url: string, bytes: string): Promise<string> {
  const socket = await openSocket(url);
  const answer = untilClosed(socket);
  socket.write(bytes, 'latin1');
  return answer;
}
