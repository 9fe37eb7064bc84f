// The verifier: its exit code is the verdict, its time is limited, its output is kept from the end.
import { expect, test } from 'vitest';
import { runVerifier } from '../../../adapter/run/verify.ts';
import { Redactor } from '../../../adapter/sdk/redact.ts';
import { scratchFolder } from '../../support/runs.ts';

const verify = (
  command: string,
  timeoutMs = 10_000,
  secrets: [string, string][] = [],
  signal?: AbortSignal,
) =>
  runVerifier({
    command,
    timeoutMs,
    signal,
    redactor: new Redactor(secrets),
    workdir: scratchFolder().workdir,
    env: { PATH: process.env.PATH ?? '' },
  });

test('passes by exit code 0 alone', async () => {
  expect(await verify('echo fine; echo odd >&2')).toMatchObject({
    pass: true,
    exitCode: 0,
    timedOut: false,
    stdoutTail: 'fine\n',
    stderrTail: 'odd\n',
  });
  expect(await verify('exit 101')).toMatchObject({ pass: false, exitCode: 101 });
});

test('keeps the end of a long output', async () => {
  const { stdoutTail } = await verify('seq 1 20000; echo last');
  expect(stdoutTail.length).toBe(16_384);
  expect(stdoutTail.endsWith('20000\nlast\n')).toBe(true);
});

test('is stopped with all it started when its time is up, and does not pass', async () => {
  const began = performance.now();
  expect(await verify('echo begun; sleep 60 & sleep 60', 300)).toMatchObject({
    pass: false,
    timedOut: true,
    stdoutTail: 'begun\n',
  });
  expect(performance.now() - began).toBeLessThan(5000);
});

test('one that was stopped before it began is ended at once, and gives no verdict', async () => {
  const began = performance.now();
  expect(await verify('sleep 8', 10_000, [], AbortSignal.abort())).toMatchObject({
    pass: false,
    timedOut: false,
    interrupted: true,
    failure: 'The verifier was interrupted',
  });
  expect(performance.now() - began).toBeLessThan(5000);
});

test('does not wait for a server that the tests left behind', async () => {
  const began = performance.now();
  expect(await verify('sleep 60 & exit 0')).toMatchObject({ pass: true });
  expect(performance.now() - began).toBeLessThan(5000);
});

test('its exit is the verdict, whatever left its group and holds its output open', async () => {
  const began = performance.now();
  const held = "setsid sh -c 'sleep 8' & sleep 0.3; echo done; exit";
  expect(await verify(`${held} 0`, 3000)).toMatchObject({
    pass: true,
    timedOut: false,
    stdoutTail: 'done\n',
  });
  expect(await verify(`${held} 3`, 3000)).toMatchObject({ pass: false, exitCode: 3, timedOut: false });
  expect(performance.now() - began).toBeLessThan(7000);
});

test('a secret is taken out before the output is cut, wherever the cut falls', async () => {
  const secret = 'c'.repeat(10) + 'd'.repeat(28);
  for (const rest of [16_383, 16_365, 16_347]) {
    const { stdoutTail, outputTail } = await verify(
      `printf '%s' ${secret}; head -c ${rest} /dev/zero | tr '\\0' x`,
      9000,
      [['THE_KEY', secret]],
    );
    expect(stdoutTail).not.toContain('dx');
    expect(outputTail).not.toContain('d'.repeat(2));
  }
});
