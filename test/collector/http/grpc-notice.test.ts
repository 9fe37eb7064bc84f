// What speaks gRPC to the port of OTLP/HTTP is refused, and whoever operates the collector is told how to set it
// right. Over a real socket where HTTP/2 is spoken.
import { connect } from 'node:http2';
import { expect, test } from 'vitest';
import type { LogEvent } from '../../../collector/config.ts';
import { GrpcNotice } from '../../../collector/http/grpc-notice.ts';
import { TestCollector } from '../../support/collector.ts';

const advice = expect.stringContaining('OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf');

test('a client of HTTP/2 is told of in the log, once', async () => {
  const events: LogEvent[] = [];
  const collector = await TestCollector.start({ log: (event) => void events.push(event) });
  for (let time = 0; time < 2; time++) {
    const client = connect(collector.url);
    await new Promise<void>((resolve) => client.once('error', () => undefined).once('close', resolve));
  }
  const told = events.filter(({ event }) => event === 'grpc');
  expect(told).toEqual([{ event: 'grpc', level: 'warn', from: '127.0.0.1', message: advice }]);
});

test.each(['application/grpc', 'application/grpc+proto', 'application/grpc-web+proto'])(
  'a request of type %s is 415 and says what to set, wherever it is posted',
  async (type) => {
    const events: LogEvent[] = [];
    const collector = await TestCollector.start({ log: (event) => void events.push(event) });
    const paths = ['/v1/traces', '/opentelemetry.proto.collector.trace.v1.TraceService/Export'];
    for (const path of paths) {
      const headers = { 'content-type': type };
      const response = await collector.request(path, { method: 'POST', headers, body: 'x' });
      expect([response.status, await response.json()]).toEqual([415, { code: 3, message: advice }]);
    }
    expect(events.filter(({ event }) => event === 'grpc')).toHaveLength(1);
  },
);

test('an exporter that tries again for ever is told of once a minute', () => {
  let nowMs = 0;
  let lines = 0;
  const notice = new GrpcNotice(
    () => void lines++,
    () => nowMs,
  );
  for (; nowMs < 180_000; nowMs += 1000) notice.note('10.0.0.1');
  expect(lines).toBe(3);
});
