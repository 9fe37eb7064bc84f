// Bodies are read into memory that is used again: none may show up in another, whatever else is under way.
import { expect, test } from 'vitest';
import { resourceKey } from '../../../shared/conventions.ts';
import { TestCollector } from '../../support/collector.ts';
import { aBatch, aSpan } from '../../support/otlp/otlp-builders.ts';
import { tracesProtobuf } from '../../support/otlp/otlp-encode.ts';

const cellOf = (n: number) => `s/a/m/f/t${n}`;

/** Of 8 kB to 1.6 MB in two values: from below the sizes that are pooled to above them. */
const textOf = (n: number) => `${n} `.repeat(2000 + n * 11_000);

function bodyOf(n: number): Buffer<ArrayBuffer> {
  const attributes = [
    ['text', textOf(n)],
    ['again', textOf(n)],
  ] as const;
  const span = aSpan({ traceId: `${n + 1}`.padStart(32, '0'), attributes });
  return Buffer.from(tracesProtobuf([aBatch([span], [[resourceKey.cellId, cellOf(n)]])]));
}

test('bodies of many sizes that come at once are stored each as it was sent', async () => {
  const collector = await TestCollector.start();
  const numbers = Array.from({ length: 25 }, (_, n) => n);
  await Promise.all(
    numbers.map(async (n) => {
      const response = await fetch(`${collector.url}/v1/traces`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-protobuf' },
        body: bodyOf(n),
      });
      expect(response.status).toBe(200);
    }),
  );
  for (const n of numbers) {
    const { spans } = await collector.trace(cellOf(n));
    expect(spans.map(({ attributes }) => attributes.again)).toEqual([textOf(n)]);
  }
});

test('a body longer or shorter than its Content-Length said does not reach another request', async () => {
  const collector = await TestCollector.start();
  for (const n of [20, 3, 24, 1]) {
    const response = await collector.request('/v1/traces', {
      method: 'POST',
      headers: { 'content-type': 'application/x-protobuf', 'content-length': '20000' },
      body: bodyOf(n),
    });
    expect(response.status).toBe(200);
    const { spans } = await collector.trace(cellOf(n));
    expect(spans.map(({ attributes }) => attributes.text)).toEqual([textOf(n)]);
  }
});
