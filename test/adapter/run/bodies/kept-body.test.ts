// Bodies of a run are kept within one room: what has none passes unread, and what was read gives its room back.
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { inflated, isKnownCoding } from '../../../../adapter/run/bodies/content-coding.ts';
import { Kept, KeptRoom } from '../../../../adapter/run/bodies/kept-body.ts';

test('a body beyond its own bound, or without room beside others, is not kept; room comes back', () => {
  const room = new KeptRoom(3000);
  const first = new Kept(room, 2000);
  first.add(Buffer.alloc(1500, 'a'));
  const second = new Kept(room, 2000);
  second.add(Buffer.alloc(1000));
  second.add(Buffer.alloc(1000));
  expect([first.text('').length, second.bytes(), second.size]).toEqual([1500, null, 2000]);
  const third = new Kept(room, 900);
  third.add(Buffer.alloc(901));
  expect(third.bytes()).toBe(null);
  for (const body of [first, second, third]) body.release();
  first.add(Buffer.alloc(500));
  expect(room.take(3000)).toBe(true);
});

test('pieces of a byte each take their objects’ room, too', () => {
  const kept = new Kept(new KeptRoom(10_000), 10_000);
  for (let at = 0; at < 1000; at++) kept.add(Buffer.from('x'));
  expect(kept.bytes()).toBe(null);
});

test('a body that is packed again and again is not unpacked', () => {
  const packed = (times: number) =>
    Array.from({ length: times }).reduce((bytes: Buffer) => gzipSync(bytes), Buffer.from('said'));
  const words = (times: number) => Array(times).fill('gzip').join(', ');
  expect(inflated(packed(3), words(3), 1000).toString()).toBe('said');
  expect(() => inflated(packed(4), words(4), 1000)).toThrow('more than 3 times');
  expect([isKnownCoding(words(3)), isKnownCoding(words(4))]).toEqual([true, false]);
});
