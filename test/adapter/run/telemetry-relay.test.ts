// The agent's own telemetry reaches the collector however its exporter writes the address and packs the body.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { TelemetryRelay } from '../../../adapter/run/telemetry-relay.ts';
import { Redactor } from '../../../adapter/sdk/redact.ts';
import { Spool } from '../../../adapter/sdk/spool.ts';
import { TestCollector } from '../../support/collector.ts';
import { aBatch, aSpan } from '../../support/otlp/otlp-builders.ts';
import { tracesJson } from '../../support/otlp/otlp-encode.ts';

const CELL = 'nightly/goose/openai/gpt-5/go/bowling';
const SECRET = 'sk-0123456789abcdef';
const body = Buffer.from(tracesJson([aBatch([aSpan({ name: 'sent', attributes: [['key', SECRET]] })])]));

async function start(): Promise<{ collector: TestCollector; relay: TelemetryRelay; problems: string[] }> {
  const collector = await TestCollector.start();
  const folder = mkdtempSync(join(tmpdir(), 'playhead-relay-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const problems: string[] = [];
  const relay = await TelemetryRelay.start({
    endpoint: collector.url,
    cellId: CELL,
    redactor: new Redactor([['API_KEY', SECRET]]),
    spool: new Spool(join(folder, 'spool'), CELL),
    timeoutMs: 10_000,
    onProblem: (problem) => problems.push(problem),
  });
  return { collector, relay, problems };
}

function post(url: string, bytes: Uint8Array, contentEncoding?: string): Promise<Response> {
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (contentEncoding !== undefined) headers['content-encoding'] = contentEncoding;
  return fetch(url, { method: 'POST', headers, body: Buffer.from(bytes) });
}

test.each([
  ['as it was handed out', (url: string) => `${url}/v1/traces`],
  ['with a slash between', (url: string) => `${url}//v1/traces/`],
  ['decoded, as by Go', (url: string) => `${decodeURIComponent(url)}/v1/traces`],
  ['encoded once more', (url: string) => `${url.replaceAll('%', '%25')}/v1/traces`],
])('an address %s', async (_how, address) => {
  const { collector, relay, problems } = await start();
  expect((await post(address(relay.url), body)).status).toBe(200);
  await relay.close();
  expect(problems).toEqual([]);
  const [span] = (await collector.trace(CELL)).spans;
  expect(span?.name).toBe('sent');
  expect(JSON.stringify(span)).not.toContain(SECRET);
});

test.each([
  ['gzip', gzipSync(body)],
  ['x-gzip', gzipSync(body)],
  ['zstd', zstdCompressSync(body)],
  ['deflate', deflateSync(body)],
  ['deflate', deflateRawSync(body)],
  ['zstd, gzip', gzipSync(zstdCompressSync(body))],
])('a body packed as %s is looked through for secrets', async (contentEncoding, bytes) => {
  const { collector, relay, problems } = await start();
  expect((await post(`${relay.url}/v1/traces`, bytes, contentEncoding)).status).toBe(200);
  await relay.close();
  expect(problems).toEqual([]);
  const [span] = (await collector.trace(CELL)).spans;
  expect(span?.name).toBe('sent');
  expect(JSON.stringify(span)).not.toContain(SECRET);
});

test('what is posted elsewhere is told the right address, and a coding that nobody reads is refused', async () => {
  const { relay } = await start();
  const base = new URL(relay.url).origin;
  for (const url of [
    base,
    `${base}/v1/traces`,
    `${relay.url}/v1/profiles`,
    `${relay.url}%2Fother/v1/traces`,
  ]) {
    const response = await post(url, body);
    expect([url, response.status]).toEqual([url, 404]);
    expect(await response.text()).toContain('/v1/traces, /v1/logs or /v1/metrics');
  }
  expect((await post(`${relay.url}/v1/traces`, body, 'snappy')).status).toBe(415);
  await relay.close();
});
