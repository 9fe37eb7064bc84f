// What a sweep shows of a run that ended: what its verifier printed is shown, and not obeyed.
import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import type { Slot } from '../../../bin/sweep/slots.ts';
import { SweepScreen } from '../../../bin/sweep/sweep-screen.ts';

test('control characters in what was judged move no cursor', () => {
  let said = '';
  const stream = new Writable({
    write(text, _encoding, done) {
      said += text;
      done();
    },
  }) as unknown as NodeJS.WriteStream;
  const combination = {
    agent: 'x',
    model: 'm',
    task: 'f/t',
    command: ['x'],
    env: {},
    settings: undefined,
    files: null,
  };
  const slot: Slot = { combination, place: 1, done: null, replaces: null };
  new SweepScreen(stream, 1).ended({
    slot,
    cellId: 's/x/m/f/t',
    url: 'http://127.0.0.1/',
    attempt: 1,
    willRetry: false,
    outcome: 'failed',
    sentence: 'Verifier failed \u001b[2Jname.',
  });
  expect(said).toContain('x, m, f/t #1: ');
  expect(said).toContain('Verifier failed \\x1b[2Jname.');
});
