// Which bytes are shown as an image, and how large it is: told by the bytes, whatever was said of them.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decoded, shownImage } from '../../../../viewer/model/model-calls/image-bytes.ts';
import { mediaPartOf, mediaPartsIn } from '../../../../viewer/model/model-calls/media-part.ts';
import { aPng, heads, notShown } from '../../../support/images.ts';

test.each(Object.entries(heads))(
  '%s is told by its bytes, with its size',
  (_name, [mediaType, base64, width, height]) => {
    expect(shownImage(base64)).toEqual({ mediaType, base64, width, height });
  },
);

test.each(Object.entries(notShown))('%s is no image that is shown', (_name, base64) => {
  expect(shownImage(base64)).toBeNull();
});

test('more than 6 MiB of base64 are not looked at', () => {
  expect(shownImage(aPng(1, 1) + 'A'.repeat(6 * 1024 * 1024))).toBeNull();
});

test('any bytes at all are an image of one of four types or none, and never an error', () => {
  const starts = [
    ...Object.values(heads).map(([, base64]) => Buffer.from(base64, 'base64')),
    Buffer.alloc(0),
  ];
  fc.assert(
    fc.property(
      fc.constantFrom(...starts),
      fc.nat(60),
      fc.uint8Array({ maxLength: 40 }),
      (start, cut, rest) => {
        const image = shownImage(Buffer.concat([start.subarray(0, cut), rest]).toString('base64'));
        if (image !== null) expect(image.mediaType).toMatch(/^image\/(?:png|jpeg|gif|webp)$/);
      },
    ),
    { numRuns: 200 },
  );
});

test('base64 is read as browsers and agents write it: with padding or without, for addresses, over lines', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 50 }), (bytes) => {
      const text = Buffer.from(bytes).toString('base64');
      const forms = [
        text,
        text.replace(/=+$/, ''),
        Buffer.from(bytes).toString('base64url'),
        text.replace(/(.{10})/g, '$1\n'),
      ];
      for (const form of forms) expect([...(decoded(form) ?? [])]).toEqual([...bytes]);
    }),
    { numRuns: 100 },
  );
});

describe('an image in a part of any emitter', () => {
  const data = aPng(3, 2);
  const url = `data:image/png;base64,${data}`;
  test.each<[string, object]>([
    ['OpenTelemetry’s blob', { type: 'blob', mime_type: 'image/png', modality: 'image', content: data }],
    ['OpenTelemetry’s uri that holds the bytes', { type: 'uri', modality: 'image', uri: url }],
    ['OpenAI’s chat', { type: 'image_url', image_url: { url } }],
    ['OpenAI’s responses', { type: 'input_image', image_url: url }],
    ['OpenAI’s generated image', { type: 'image_generation_call', result: data }],
    ['Anthropic’s source', { type: 'image', source: { type: 'base64', media_type: 'image/png', data } }],
    ['Gemini’s inline data', { inlineData: { mimeType: 'image/png', data } }],
    ['Gemini’s inline data in Python', { inline_data: { mime_type: 'image/png', data } }],
    ['Bedrock’s image', { image: { format: 'png', source: { bytes: data } } }],
    ['the AI SDK’s image', { type: 'image', image: data, mediaType: 'image/png' }],
    ['the AI SDK’s file', { type: 'file', data, mediaType: 'image/png' }],
    ['LangChain’s image', { type: 'image', base64: data, mime_type: 'image/png' }],
    ['MCP’s image', { type: 'image', data, mimeType: 'image/png' }],
    [
      'MCP’s resource',
      { type: 'resource', resource: { uri: 'file:///a.png', mimeType: 'image/png', blob: data } },
    ],
    ['opencode’s file', { type: 'file', mime: 'image/png', filename: 'a.png', url }],
    ['OpenInference’s address', { type: 'image', url }],
    ['one of which a wrong type was said', { type: 'blob', mime_type: 'image/svg+xml', content: data }],
  ])('%s is shown', (_what, part) => {
    expect(mediaPartOf(part as never)?.image).toMatchObject({ mediaType: 'image/png', width: 3, height: 2 });
  });

  test('that is told by its address alone is named and not shown', () => {
    const part = mediaPartOf({ type: 'image_url', image_url: { url: 'https://e.test/a.png' } });
    expect(part).toEqual({
      type: 'media',
      text: 'image (https://e.test/a.png)',
      image: null,
      document: null,
    });
  });

  test('whose bytes were left out is named with how many they were', () => {
    const whole = mediaPartOf({ type: 'blob', mime_type: 'image/png', size: 3_000_000 });
    const marked = mediaPartOf({
      type: 'blob',
      mime_type: 'image/png',
      content: '[4000000 characters left out]',
    });
    const inUrl = mediaPartOf({
      type: 'image_url',
      image_url: { url: 'data:image/png;base64,[4000000 characters left out]' },
    });
    for (const part of [whole, marked])
      expect(part).toMatchObject({ text: 'image (image/png, 3 MB)', image: null });
    expect(inUrl).toMatchObject({ text: 'image (image/png, 3 MB)', image: null });
  });

  test('in what a tool answered is found at every place where tools put it', () => {
    const image = { type: 'image', data, mimeType: 'image/png' };
    for (const result of [
      image,
      [image],
      { content: [{ type: 'text', text: 'x' }, image] },
      { output: { content: [image] } },
    ])
      expect(mediaPartsIn(result)).toHaveLength(1);
  });

  test('a document of plain text is read', () => {
    const part = mediaPartOf({ type: 'document', source: { type: 'text', data: 'hello' }, title: 'a.txt' });
    expect(part).toMatchObject({ text: 'document (a.txt, 5 B)', image: null, document: 'hello' });
  });

  test('a text that has an image beside it stays a text', () => {
    expect(mediaPartOf({ type: 'text', text: 'x', image: { a: 1 } })).toBeNull();
  });
});
