// The agent's process: a real terminal or plain pipes, whole characters, a group that can be ended.
import { expect, onTestFinished, test } from 'vitest';
import type { OutputChunk, ProcessOptions } from '../../../adapter/run/agent-process.ts';
import { startProcess } from '../../../adapter/run/agent-process.ts';
import { scratchFolder } from '../../support/runs.ts';

function start(script: string, options: Partial<ProcessOptions> = {}) {
  const chunks: OutputChunk[] = [];
  const running = startProcess({
    command: ['bash', '--norc', '-c', script],
    workdir: scratchFolder().workdir,
    env: { PATH: process.env.PATH ?? '', LANG: 'C.UTF-8' },
    mode: 'pty',
    cols: 97,
    rows: 31,
    stdin: 'none',
    onOutput: (chunk) => chunks.push(chunk),
    ...options,
  });
  onTestFinished(() => void running.kill('SIGKILL'));
  const text = (stream?: string) =>
    chunks.flatMap((chunk) => (stream === undefined || chunk.stream === stream ? [chunk.text] : [])).join('');
  return { running, chunks, text };
}

test('a pseudo-terminal is one to the agent, of the size that was asked for', async () => {
  const { running, text } = start('test -t 0 && test -t 1 && stty size; exit 5');
  expect(await running.ended).toMatchObject({ exitCode: 5, signal: null });
  expect(text('pty')).toBe('31 97\r\n');
});

test('a pseudo-terminal can be resized while the agent runs', async () => {
  const { running, text, chunks } = start(
    "trap 'stty size; exit' WINCH; echo ready; while :; do sleep 0.05; done",
    {
      onOutput: (chunk) => {
        chunks.push(chunk);
        if (chunk.text.includes('ready')) running.resize(50, 20);
      },
    },
  );
  await running.ended;
  expect(text()).toContain('20 50');
});

test('pipes keep standard output and standard error apart', async () => {
  const { running, text } = start('echo out; echo err >&2; test -t 1 || echo no terminal', { mode: 'pipes' });
  expect(await running.ended).toMatchObject({ exitCode: 0 });
  expect(text('stdout')).toBe('out\nno terminal\n');
  expect(text('stderr')).toBe('err\n');
});

test.each(['pty', 'pipes'] as const)(
  'a character that comes in two pieces is told once it is whole (%s)',
  async (mode) => {
    // "é" is c3 a9, "😀" is f0 9f 98 80.
    const script =
      "printf 'caf\\xc3'; sleep 0.15; printf '\\xa9 \\xf0\\x9f'; sleep 0.15; printf '\\x98\\x80!'";
    const { running, chunks, text } = start(script, { mode });
    await running.ended;
    expect(text()).toBe('café 😀!');
    expect(chunks.length).toBeGreaterThanOrEqual(2);
    for (const chunk of chunks) expect(chunk.text).not.toContain('\uFFFD');
  },
);

test('every chunk carries the moment at which it came', async () => {
  const { running, chunks } = start('echo a; sleep 0.3; echo b', { mode: 'pipes' });
  await running.ended;
  const [first, second] = chunks;
  expect(first!.atNs).toBeGreaterThanOrEqual(running.startNs);
  const apartMs = Number(second!.atNs - first!.atNs) / 1e6;
  expect(apartMs).toBeGreaterThan(250);
  expect(apartMs).toBeLessThan(1500);
});

test.each(['pty', 'pipes'] as const)('a signal that ended the agent is told by name (%s)', async (mode) => {
  const { running } = start('kill -KILL $$', { mode });
  expect(await running.ended).toMatchObject({ exitCode: null, signal: 'SIGKILL' });
});

test('an agent that leaves a child behind has ended all the same', async () => {
  const { running, text } = start('sleep 30 & echo done', { mode: 'pipes' });
  expect(await running.ended).toMatchObject({ exitCode: 0 });
  expect(text()).toBe('done\n');
  expect(running.kill('SIGKILL')).toBe(true);
});

test('a command that is not there is told by its name', () => {
  expect(() => start('', { command: ['no-such-command'] })).toThrow('there is no command "no-such-command"');
});
