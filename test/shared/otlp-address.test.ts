// However a client writes it, an address of OTLP names one signal and one cell.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cellIdProblem } from '../../shared/cell-id.ts';
import { otlpAddressOf, otlpPath, otlpSignals, rightOtlpAddress } from '../../shared/otlp-address.ts';
import { cpuMs } from '../support/machine/cpu-time.ts';

const segment = fc.stringMatching(/^[A-Za-z0-9._:@+-]{1,12}$/).filter((text) => !/^\.\.?$/.test(text));
const cellIds = fc
  .tuple(fc.array(segment, { minLength: 2, maxLength: 12 }), fc.constantFrom('', '#run2'))
  .map(([segments, run]) => segments.join('/') + run)
  .filter((id) => cellIdProblem(id) === null);
const slashes = fc.integer({ min: 1, max: 4 }).map((count) => '/'.repeat(count));
const trailing = fc.integer({ min: 0, max: 3 }).map((count) => '/'.repeat(count));

const once = encodeURIComponent;
const encoders: ((id: string) => string)[] = [
  once,
  (id) => once(once(id)),
  // As Go's SDK sends it, and as a careful hand would write it.
  (id) => id.replace('#', '%23'),
  (id) => id.replace('/', '%2F').replace('#', '%23'),
  (id) => id.replace('/', '%252f').replaceAll('@', '%40').replace('#', '%23'),
];

test('of a cell it is everything between /cells/ and the last signal, in whatever encoding', () => {
  fc.assert(
    fc.property(
      cellIds,
      fc.constantFrom(...encoders),
      fc.constantFrom(...otlpSignals),
      fc.array(slashes, { minLength: 4, maxLength: 4 }),
      trailing,
      (cellId, encode, signal, [a, b, c, d], end) => {
        const path = `${a}cells${b}${encode(cellId)}${c}v1${d}${signal}${end}`;
        expect(otlpAddressOf(path)).toEqual({ signal, cellId });
      },
    ),
  );
});

test('of no cell it may have any number of slashes', () => {
  fc.assert(
    fc.property(slashes, slashes, trailing, fc.constantFrom(...otlpSignals), (a, b, end, signal) => {
      expect(otlpAddressOf(`${a}v1${b}${signal}${end}`)).toEqual({ signal, cellId: null });
    }),
  );
});

test('the way the collector writes it is read back', () => {
  fc.assert(
    fc.property(fc.option(cellIds), fc.constantFrom(...otlpSignals), (cellId, signal) => {
      expect(otlpAddressOf(otlpPath({ signal, cellId }))).toEqual({ signal, cellId });
    }),
  );
});

test.each([
  ['/api/public/otel/v1/traces', { signal: 'traces', cellId: null }],
  ['//api/public/otel//v1/traces/', { signal: 'traces', cellId: null }],
  ['/cells/s%2Fa/api/public/otel/v1/traces', { signal: 'traces', cellId: 's/a' }],
  ['/cells/s/a/v1/traces/m/v1/logs', { signal: 'logs', cellId: 's/a/v1/traces/m' }],
  ['/cells/%zz/v1/logs', { signal: 'logs', cellId: '%zz' }],
])('%s is an address', (path, address) => {
  expect(otlpAddressOf(path)).toEqual(address);
});

test.each([
  '/',
  '/v1',
  '/traces',
  '/v1/profiles',
  '/v1/traces/v1/traces',
  '/otlp/v1/traces',
  '/cells/v1/traces',
  '/cells///v1/traces',
  '/cells/%2F/v1/traces',
  '/cellsv1/traces',
])('%s is none', (path) => {
  expect(otlpAddressOf(path)).toBeNull();
});

test.each([
  [
    '/',
    'OTLP is posted to /v1/traces, /v1/logs or /v1/metrics, or for one cell to /cells/<cell id>/v1/traces',
  ],
  ['/v1/logs/v1/logs', 'OTLP logs are posted to /v1/logs, or for one cell to /cells/<cell id>/v1/logs'],
])('what is posted to %s is told where it belongs', (path, words) => {
  expect(rightOtlpAddress(path)).toBe(words);
});

test('a path of slashes alone is read in no time', () => {
  const begin = cpuMs();
  for (const path of [
    '/'.repeat(16_000),
    `/v1${'/'.repeat(16_000)}`,
    `/cells${'/'.repeat(16_000)}/v1/traces`,
  ])
    expect(otlpAddressOf(path)).toBeNull();
  expect(cpuMs(begin)).toBeLessThan(200);
});
