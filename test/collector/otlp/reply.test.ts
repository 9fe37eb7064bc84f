// The bodies of answers, byte for byte against the .proto files.
import { describe, expect, test } from 'vitest';
import { replyBody, statusBody } from '../../../collector/otlp/reply.ts';
import { WireWriter } from '../../support/otlp/otlp-encode.ts';

const read = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const full = { rejected: 0, message: '' };

describe('a full success', () => {
  test('is no bytes in protobuf', () => {
    expect(replyBody('protobuf', 'traces', full)).toHaveLength(0);
    expect(replyBody('protobuf', 'logs', full)).toHaveLength(0);
  });

  test('is an empty object in JSON', () => {
    expect(read(replyBody('json', 'traces', full))).toBe('{}');
    expect(read(replyBody('json', 'logs', full))).toBe('{}');
  });
});

describe('a partial success', () => {
  const partial = { rejected: 300, message: 'span 3 – müde' };

  test('carries the count as a string in JSON, under the name of its signal', () => {
    expect(JSON.parse(read(replyBody('json', 'traces', partial)))).toEqual({
      partialSuccess: { rejectedSpans: '300', errorMessage: 'span 3 – müde' },
    });
    expect(JSON.parse(read(replyBody('json', 'logs', partial)))).toEqual({
      partialSuccess: { rejectedLogRecords: '300', errorMessage: 'span 3 – müde' },
    });
  });

  test('is partial_success {rejected = 1, error_message = 2} in protobuf', () => {
    const expected = new WireWriter().message(1, (w) => w.int(1, 300).text(2, partial.message)).finish();
    expect(replyBody('protobuf', 'traces', partial)).toEqual(expected);
    expect(replyBody('protobuf', 'logs', partial)).toEqual(expected);
  });

  test('with a message alone is a warning with nothing rejected', () => {
    const warning = { rejected: 0, message: 'x'.repeat(200) };
    const expected = new WireWriter().message(1, (w) => w.text(2, warning.message)).finish();
    expect(replyBody('protobuf', 'traces', warning)).toEqual(expected);
    expect(JSON.parse(read(replyBody('json', 'traces', warning)))).toEqual({
      partialSuccess: { rejectedSpans: '0', errorMessage: warning.message },
    });
  });
});

describe('google.rpc.Status', () => {
  test('is {code = 1, message = 2} in protobuf', () => {
    const expected = new WireWriter().int(1, 3).text(2, 'no span').finish();
    expect(statusBody('protobuf', 3, 'no span')).toEqual(expected);
  });

  test('is {code, message} in JSON', () => {
    expect(JSON.parse(read(statusBody('json', 14, 'busy "now"')))).toEqual({
      code: 14,
      message: 'busy "now"',
    });
  });
});
