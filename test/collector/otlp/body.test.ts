// Which Content-Type headers are OTLP.
import { describe, expect, test } from 'vitest';
import { OtlpError } from '../../../collector/errors.ts';
import { encodingOf } from '../../../collector/otlp/body.ts';

function refusal(call: () => unknown): OtlpError {
  try {
    call();
  } catch (error) {
    if (error instanceof OtlpError) return error;
  }
  throw new Error('not refused with an OtlpError');
}

describe('Content-Type (T1)', () => {
  test.each([
    ['application/x-protobuf', 'protobuf'],
    ['Application/X-Protobuf', 'protobuf'],
    ['application/json', 'json'],
    ['APPLICATION/JSON', 'json'],
    ['application/json; charset=utf-8', 'json'],
    ['application/json;charset=UTF-8', 'json'],
    ['application/json; charset="utf-8"', 'json'],
    ['application/json; charset=utf8', 'json'],
    ['  application/json ; odata=verbose', 'json'],
  ] as const)('%s is %s', (header, encoding) => {
    expect(encodingOf(header)).toBe(encoding);
  });

  test.each([
    undefined,
    '',
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/json; charset=utf-16',
    'application/json; charset=latin1',
    'application/jsonx',
    'application/json, text/plain',
    'application/grpc',
    '__proto__',
  ])('%s is refused with 415', (header) => {
    const error = refusal(() => encodingOf(header));
    expect(error.httpStatus).toBe(415);
    expect(error.grpcCode).toBe(3);
    expect(error.code).toBe('otlp_unsupported');
  });
});
