// What a long import shows: a bar, a share, a rate and an end, on a terminal only.
import { expect, test } from 'vitest';
import { Progress, progressLine } from '../../bin/progress.ts';

test('a line has a bar, how much is done, how fast and how long it takes', () => {
  expect(progressLine('sending run.jsonl', { bytes: 50e6, totalBytes: 200e6, tookMs: 2000 })).toBe(
    'sending run.jsonl █████░░░░░░░░░░░░░░░ 25 %, 50 MB of 200 MB, 25 MB/s, 6.00 s left',
  );
});

test('what is no terminal is shown nothing', () => {
  const written: string[] = [];
  const stream = {
    isTTY: false,
    write: (text: string) => written.push(text),
  } as unknown as NodeJS.WriteStream;
  const progress = new Progress(stream);
  progress.tell('sending', 1, 2);
  progress.clear();
  expect(written).toEqual([]);
});
