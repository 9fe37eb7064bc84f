// Whether a text can be in a request, told from its bytes: never no where decoding would find it.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeTraces } from '../../../collector/otlp/traces.ts';
import type { Attribute, Encoding } from '../../../collector/record.ts';
import { BodyFilter } from '../../../collector/search/body-filter.ts';
import { visitSpan } from '../../../collector/search/texts.ts';
import { spanBatches } from '../../support/otlp/otlp-arbitraries.ts';
import { aBatch, aSpan } from '../../support/otlp/otlp-builders.ts';
import { tracesJson, tracesProtobuf } from '../../support/otlp/otlp-encode.ts';

const encoders = { protobuf: tracesProtobuf, json: tracesJson };

function bodyOf(attributes: Attribute[], encoding: Encoding = 'protobuf'): Uint8Array {
  return encoders[encoding]([aBatch([aSpan({ attributes })])]);
}

function isWorth(text: string, body: Uint8Array, ids: string[] = []): boolean {
  return new BodyFilter(text).isWorth(body, () => ids);
}

describe('what may be there passes', () => {
  test('every part of every text that decoding gives, in either encoding', () => {
    fc.assert(
      fc.property(
        spanBatches,
        fc.constantFrom<Encoding>('protobuf', 'json'),
        fc.nat(),
        fc.nat(),
        fc.nat(30),
        (batches, encoding, which, from, length) => {
          const body = encoders[encoding](batches);
          const texts: string[] = [];
          const ids: string[] = [];
          for (const { records } of decodeTraces(body, encoding).batches)
            for (const record of records) {
              ids.push(record.traceId, record.spanId);
              visitSpan(record, (_field, text) => {
                texts.push(text);
                return false;
              });
            }
          const whole = texts[which % Math.max(1, texts.length)] ?? '';
          fc.pre(whole !== '');
          const start = from % whole.length;
          const part = whole.slice(start, start + 1 + length);
          expect(isWorth(part, body, ids)).toBe(true);
          expect(
            isWorth(
              part.replace(/[a-z]/g, (char) => char.toUpperCase()),
              body,
              ids,
            ),
          ).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('numbers, lists and what JSON escapes', () => {
    const body = bodyOf([['list', [1, 2, false, 'a']]]);
    for (const text of ['1,2', '2,f', '2,F', 'e,"a', '48213', 'true', 'say "x"'])
      expect(isWorth(text, body), text).toBe(true);
    const escaped = Buffer.from(
      Buffer.from(bodyOf([['k', 'größe a/b']], 'json'))
        .toString()
        .replace('ö', '\\u00f6')
        .replace('/', '\\/'),
    );
    expect(isWorth('größe', escaped)).toBe(true);
    expect(isWorth('a/b', escaped)).toBe(true);
  });

  test('a text that lies over two pieces of a large body', () => {
    for (let before = 65_536 - 40; before < 65_536 + 10; before++) {
      const body = Buffer.concat([
        Buffer.alloc(before, '.'),
        Buffer.from('the needle'),
        Buffer.alloc(70_000, '.'),
      ]);
      expect(isWorth('THE needle', body)).toBe(true);
    }
  });
});

test('what is not there is refused', () => {
  const body = bodyOf([['k', 'a needle in hay']]);
  for (const text of ['a noodle', 'error: x', 'foo::bar', 'größe', 'in  hay'])
    expect(isWorth(text, body), text).toBe(false);
  expect(isWorth('beefcafe', body, ['00beefcafe00'])).toBe(true);
  expect(isWorth('beefcafe', body, ['00beefcaf000'])).toBe(false);
});
