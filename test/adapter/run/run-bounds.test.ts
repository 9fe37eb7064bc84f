// A step of a run that does not end is given up at its bound, and told; what ends in time is as if there were none.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { within } from '../../../adapter/run/run-bounds.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const step = { what: 'looking', maxMs: 5000 };
const started = (work: Promise<string>) => {
  const problems: string[] = [];
  return { problems, result: within(step, work, 'nothing', (problem) => problems.push(problem)) };
};

test('a step that never ends is given up at its bound and told', async () => {
  const { problems, result } = started(new Promise(() => undefined));
  await vi.advanceTimersByTimeAsync(4999);
  expect(problems).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(await result).toBe('nothing');
  expect(problems).toEqual(['gave up after 5 s: looking']);
});

test('a step that ends in time gives what it came to, its failure too, and leaves no timer', async () => {
  const { problems, result } = started(Promise.resolve('seen'));
  expect(await result).toBe('seen');
  await expect(started(Promise.reject(new Error('broken'))).result).rejects.toThrow('broken');
  expect(vi.getTimerCount()).toBe(0);
  expect(problems).toEqual([]);
});

test('what fails after it was given up fails unheard', async () => {
  const { promise, reject } = Promise.withResolvers<string>();
  const { problems, result } = started(promise);
  await vi.advanceTimersByTimeAsync(5000);
  reject(new Error('late'));
  expect(await result).toBe('nothing');
  await vi.advanceTimersByTimeAsync(0);
  expect(problems).toHaveLength(1);
});
