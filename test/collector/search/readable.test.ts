// What a search shows of JSON: each string read once, what is no JSON as it stands.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readable } from '../../../collector/search/readable.ts';
import { cpuMs } from '../../support/machine/cpu-time.ts';

const PATH = String.raw`grep "alpha" C:\newfolder\x`;

test('a path of Windows keeps its backslashes, in JSON, in JSON within it, and in plain text', () => {
  const once = JSON.stringify({ command: PATH });
  expect(readable(once)).toBe(`{"command":"${PATH}"}`);
  expect(readable(JSON.stringify([{ arguments: once }]))).toBe(`[{"arguments":"{"command":"${PATH}"}"}]`);
  expect(readable(PATH)).toBe(PATH);
  expect(readable(String.raw`C:\temp\u0041 "C:\new"`)).toBe(String.raw`C:\temp\u0041 "C:\new"`);
});

test('any string in an object or a list is shown as it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (said) => {
      fc.pre(!/^\s*[{[]/.test(said));
      expect(readable(JSON.stringify([said]))).toBe(`["${said}"]`);
    }),
  );
});

test('JSON that was cut is shown as far as it goes', () => {
  expect(readable(String.raw`{"a":"line\nnext","b":"cut \"he`)).toBe('{"a":"line\nnext","b":"cut \\"he');
});

test('a megabyte of quotes and backslashes takes no time to speak of', () => {
  const begin = cpuMs();
  for (const piece of ['\\"', '"\\', '["', '"', '{"\\"'])
    expect(readable(`"${piece.repeat(2 ** 19)}`).length).toBeGreaterThan(0);
  expect(cpuMs(begin)).toBeLessThan(5000);
});
