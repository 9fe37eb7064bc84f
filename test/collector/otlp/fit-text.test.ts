// A value that is too long because of the images in it loses their bytes and stays readable.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fitText } from '../../../collector/otlp/fit-text.ts';
import { cpuMs } from '../../support/machine/cpu-time.ts';
import { aSpan } from '../../support/otlp/otlp-builders.ts';
import { sendSpans } from '../../support/otlp/otlp-decoding.ts';

const image = (chars: number) => ({ type: 'blob', mime_type: 'image/png', content: 'A'.repeat(chars) });
const messages = (...parts: object[]) => JSON.stringify([{ role: 'user', parts }]);

test('the largest image is left out, and all around it is as it was', () => {
  const text = messages({ type: 'text', content: 'löök' }, image(900_000), image(400_000));
  const sent = sendSpans(aSpan({ attributes: [['gen_ai.input.messages', text]] }));
  expect(sent).toMatchObject({ accepted: 1, rejected: 0, message: '1 value truncated' });
  expect(JSON.parse(String(sent.records[0]?.attributes[0]?.[1]))).toEqual([
    {
      role: 'user',
      parts: [
        { type: 'text', content: 'löök' },
        { type: 'blob', mime_type: 'image/png', content: '[900000 characters left out]' },
        image(400_000),
      ],
    },
  ]);
});

test('an address that holds an image keeps its beginning', () => {
  const text = JSON.stringify({ image_url: { url: `data:image/png;base64,${'A/+B'.repeat(300_000)}==` } });
  const escaped = text.replaceAll('/+', '\\/+');
  expect(JSON.parse(fitText(text, 1_000_000) ?? '')).toEqual({
    image_url: { url: 'data:image/png;base64,[1200002 characters left out]' },
  });
  expect(JSON.parse(fitText(escaped, 1_000_000) ?? '').image_url.url).toMatch(
    /^data:image\/png;base64,\[\d+ char/,
  );
});

test('prose that is too long is cut as ever', () => {
  expect(fitText('word '.repeat(300_000), 1_000_000)).toBeNull();
  expect(fitText(messages({ type: 'text', content: 'word '.repeat(300_000) }), 1_000_000)).toBeNull();
});

test('what fits is within the limit, and JSON stays JSON', () => {
  const part = fc.oneof(
    fc.integer({ min: 1, max: 9000 }).map(image),
    fc.string({ unit: 'binary', maxLength: 50 }).map((content) => ({ type: 'text', content })),
  );
  fc.assert(
    fc.property(
      fc.array(part, { maxLength: 5 }),
      fc.integer({ min: 200, max: 20_000 }),
      (parts, maxBytes) => {
        const text = messages(...parts);
        const fitted = fitText(text, maxBytes);
        if (fitted === null) return;
        expect(Buffer.byteLength(fitted)).toBeLessThanOrEqual(Math.max(maxBytes, 0));
        expect(JSON.parse(fitted)[0].parts).toHaveLength(parts.length);
      },
    ),
    { numRuns: 100 },
  );
});

test('a text made to be slow takes time linear in its length', () => {
  const text = `["${`${'A'.repeat(4095)} `.repeat(4000)}"]`;
  const started = cpuMs();
  expect(fitText(text, 1000)).toBeNull();
  expect(cpuMs(started)).toBeLessThan(2000);
});
