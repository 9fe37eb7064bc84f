// Laws that hold for every agent's parser, whatever the input.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AgentAdapter, PrintingAgent } from '../../../adapter/agents/agent.ts';
import { readArrivals, readBareOutput } from '../../../adapter/agents/reading/arrivals.ts';
import { isPrinting, readStream } from '../../../adapter/agents/reading/read-stream.ts';
import { agents, findAgent, recogniseAgent, recogniseSession } from '../../../adapter/agents/registry.ts';
import type { AgentRun, AgentStream, Step } from '../../../adapter/agents/step.ts';
import { inOrder, modelCalls, toolCalls } from '../../../adapter/agents/step.ts';
import type { AgentSample } from '../../support/agent-samples.ts';
import { agentSamples } from '../../support/agent-samples.ts';

function printing(agent: AgentAdapter): PrintingAgent {
  if (!isPrinting(agent)) throw new Error(`${agent.name} prints nothing that is read`);
  return agent;
}

/** Reads a text as the sample's agent would, whoever it is recognised as. */
function parse({ agent, kind }: AgentSample, text: string): AgentRun | null {
  const adapter = findAgent({ name: agent });
  return kind === 'prints'
    ? readStream(printing(adapter), readBareOutput(text))
    : adapter.parseSession!(text, 'x');
}

const END_NS = BigInt(Date.UTC(2200, 0, 1)) * 1_000_000n;

/** What holds of every run that a parser gives. */
function expectSound(run: AgentRun): void {
  expect(run.endNs).toBeGreaterThanOrEqual(run.startNs);
  expect(run.startNs).toBeGreaterThanOrEqual(0n);
  expect(run.endNs).toBeLessThanOrEqual(END_NS);
  let before = 0n;
  for (const step of run.steps) {
    expect(step.endNs).toBeGreaterThanOrEqual(step.startNs);
    expect(step.startNs).toBeGreaterThanOrEqual(before);
    expect(step.endNs).toBeLessThanOrEqual(END_NS);
    before = step.startNs;
  }
  for (const { tokens } of modelCalls(run))
    for (const count of Object.values(tokens))
      if (count !== null) expect(Number.isSafeInteger(count) && count >= 0).toBe(true);
  for (const { exitCode } of toolCalls(run))
    if (exitCode !== null) expect(Number.isInteger(exitCode)).toBe(true);
}

describe('every sample', () => {
  test.each(agentSamples.map((sample) => [`${sample.agent} ${sample.kind} ${sample.name}`, sample] as const))(
    '%s: is recognised as its agent’s and gives sound steps',
    (_, sample) => {
      const found =
        sample.kind === 'prints'
          ? recogniseAgent(readBareOutput(sample.text))?.name
          : recogniseSession(sample.text, 'x')?.agent.name;
      expect(found).toBe(sample.agent);
      const run = parse(sample, sample.text)!;
      expectSound(run);
      expect(modelCalls(run).length).toBeGreaterThan(0);
      expect(run.unparsedLines).toEqual([]);
      expect([...run.unknownEvents]).toEqual([]);
    },
  );

  const withTools = agentSamples.filter(({ name }) => !/log$|history$/.test(name));
  test.each(withTools.map((sample) => [`${sample.agent} ${sample.kind} ${sample.name}`, sample] as const))(
    '%s: has the tool call with what it was given and what it gave back',
    (_, sample) => {
      const [call, ...others] = toolCalls(parse(sample, sample.text)!);
      expect(others).toEqual([]);
      expect(JSON.stringify(call!.arguments)).toContain('ls');
      expect(call!.output).toContain('out');
      const silent = ['gemini prints', 'qwen-code prints', 'swe-agent keeps'].includes(
        `${sample.agent} ${sample.kind}`,
      );
      expect(call!.exitCode).toBe(silent ? null : 3);
    },
  );

  test.each(agentSamples.map((sample) => [`${sample.agent} ${sample.kind} ${sample.name}`, sample] as const))(
    '%s: counts cached input as input, once',
    (_, sample) => {
      const run = parse(sample, sample.text)!;
      const told =
        modelCalls(run)
          .map(({ tokens }) => tokens.input)
          .find((input) => input !== null) ?? run.totals?.input;
      if (sample.name === 'trajectory, version 1') expect(told).toBeUndefined();
      else expect(told).toBe(sample.name === 'history' ? 1500 : 15);
    },
  );
});

describe('what bears no time before the first that does', () => {
  // Times as agents write them: milliseconds and seconds since the epoch, and ISO.
  const TIME = /(?<=[:\s])(?:"20\d\d-[^"]{6,30}"|1[67]\d{8}(?:\d{3})?(?:\.\d+)?)(?=\s*[,}\]\n]|$)/g;
  const DAY_NS = 86_400_000_000_000n;

  test.each(agentSamples.map((sample) => [`${sample.agent} ${sample.kind} ${sample.name}`, sample] as const))(
    '%s: stands in its order right before it, and not in 1970',
    (_, sample) => {
      const times = [...sample.text.matchAll(TIME)];
      for (const { index } of times) {
        const undated = sample.text.slice(0, index).replace(TIME, 'null');
        const run = parse(sample, undated + sample.text.slice(index));
        if (run === null || run.steps.every(({ timing }) => timing === 'none')) continue;
        expectSound(run);
        expect(run.endNs - run.startNs).toBeLessThan(DAY_NS);
        for (const step of run.steps) expect(step.endNs - run.startNs).toBeLessThan(DAY_NS);
      }
    },
  );
});

describe('no input makes a parser throw or lie', () => {
  const anySample = fc.constantFrom(...agentSamples);

  test('cut anywhere, it gives what is whole', () => {
    fc.assert(
      fc.property(anySample, fc.double({ min: 0, max: 1, noNaN: true }), (sample, share) => {
        const run = parse(sample, sample.text.slice(0, Math.floor(sample.text.length * share)));
        if (run !== null) expectSound(run);
      }),
      { numRuns: 400 },
    );
  });

  test('with lines of other programs and of other agents between its own', () => {
    const noise = fc.constantFrom(
      '! permission requested',
      '{"a":1}',
      '{"type":',
      '[1,2]',
      'null',
      '\u0000\u001b[31m',
      ...agentSamples.flatMap(({ text }) => text.split('\n').slice(0, 3)),
    );
    fc.assert(
      fc.property(anySample, fc.array(fc.tuple(fc.nat(50), noise), { maxLength: 12 }), (sample, inserts) => {
        const lines = sample.text.split('\n');
        for (const [at, line] of inserts) lines.splice(at % (lines.length + 1), 0, line);
        const run = parse(sample, lines.join('\n'));
        if (run !== null) expectSound(run);
      }),
      { numRuns: 400 },
    );
  });

  test('with its lines in any order', () => {
    fc.assert(
      fc.property(anySample, fc.infiniteStream(fc.nat()), (sample, order) => {
        const keyed = sample.text.split('\n').map((line) => [order.next().value, line] as const);
        const run = parse(
          sample,
          keyed
            .toSorted((a, b) => a[0] - b[0])
            .map(([, line]) => line)
            .join('\n'),
        );
        if (run !== null) expectSound(run);
      }),
      { numRuns: 200 },
    );
  });

  test('with any value of it replaced: absurd numbers, other types, names of object machinery', () => {
    const absurd = fc.constantFrom<unknown>(
      1e300,
      -1,
      -1e300,
      0,
      2 ** 53,
      1.5,
      '',
      '9999-99-99T99:99:99Z',
      '1969-12-31T23:59:59Z',
      null,
      true,
      [],
      {},
      [[]],
      { __proto__: null },
      '__proto__',
      'constructor',
      '\ud800',
    );
    fc.assert(
      fc.property(anySample, fc.nat(), absurd, (sample, at, value) => {
        const run = parse(sample, replaced(sample.text, at, value));
        if (run !== null) expectSound(run);
      }),
      { numRuns: 1500 },
    );
  });

  test('with keys that are names of object machinery, nothing is polluted', () => {
    for (const sample of agentSamples)
      for (const key of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
        const text = sample.text
          .replaceAll('"type"', `"${key}":{"polluted":true,"type":"x"},"type"`)
          .replaceAll('"c1"', `"${key}"`);
        const run = parse(sample, text);
        if (run !== null) expectSound(run);
        expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
      }
  });

  test('without anything in it', () => {
    for (const sample of agentSamples)
      for (const text of ['', '\n\n', '{}', '[]', 'null', '\uFEFF']) {
        const run = parse(sample, text);
        if (run !== null) expectSound(run);
        if (sample.kind === 'keeps') expect(run).toBeNull();
      }
  });
});

/** The text with its n-th scalar value replaced. */
function replaced(text: string, at: number, value: unknown): string {
  const scalars = [
    ...text.matchAll(/(?<=[:[,]\s*)("(?:[^"\\]|\\.)*"|-?\d[\d.]*|true|false|null)(?=\s*[,}\]])/g),
  ];
  const match = scalars[at % Math.max(1, scalars.length)];
  if (match === undefined) return text;
  return text.slice(0, match.index) + JSON.stringify(value) + text.slice(match.index + match[0].length);
}

describe('a reader that is asked after every line', () => {
  const printed = agentSamples.filter(({ kind }) => kind === 'prints');
  const startNs = BigInt(Date.UTC(2026, 0, 1)) * 1_000_000n;

  /** The lines as they arrive, or without a time. */
  function streamOf(lines: readonly string[], stamped: boolean): AgentStream {
    return {
      command: ['x', '--model', 'a/b'],
      spawnNs: stamped ? startNs : null,
      exitNs: stamped ? startNs + 60_000_000_000n : null,
      exitCode: 0,
      signal: null,
      lines: lines.map((text, index) => ({
        atNs: stamped ? startNs + BigInt(index) * 10_000_000n : null,
        stream: 'stdout',
        text,
      })),
    };
  }

  /** @param takes whether to take after each line; over and over */
  function readAskingOften(agent: PrintingAgent, stream: AgentStream, takes: readonly boolean[]): AgentRun {
    const reader = agent.reader(stream);
    const taken: Step[] = [];
    let index = 0;
    for (const line of stream.lines) {
      reader.push(line);
      if (takes[index++ % takes.length]) taken.push(...reader.take());
    }
    const run = reader.end(stream);
    return { ...run, steps: inOrder([...taken, ...run.steps]) };
  }

  test('gives the run that one asked at the end alone gives, whatever it reads', () => {
    const anyLine = fc.constantFrom(
      '! warning',
      '{"type":',
      ...printed.flatMap(({ text }) => text.split('\n')),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...printed),
        fc.array(fc.tuple(fc.nat(50), anyLine), { maxLength: 6 }),
        fc.array(fc.boolean(), { minLength: 1, maxLength: 5 }),
        fc.boolean(),
        (sample, inserts, takes, stamped) => {
          const lines = sample.text.split('\n');
          for (const [at, line] of inserts) lines.splice(at % (lines.length + 1), 0, line);
          const stream = streamOf(lines, stamped);
          const agent = printing(findAgent({ name: sample.agent }));
          expect(readAskingOften(agent, stream, takes)).toEqual(readStream(agent, stream));
        },
      ),
      { numRuns: 500 },
    );
  });

  test('holds no step that it has handed out', () => {
    for (const sample of printed) {
      const reader = printing(findAgent({ name: sample.agent })).reader({ command: null, spawnNs: null });
      const taken: Step[] = [];
      for (const text of sample.text.split('\n')) {
        reader.push({ atNs: null, stream: 'stdout', text });
        taken.push(...reader.take());
      }
      const rest = reader.end({ exitNs: null, exitCode: 0, signal: null }).steps;
      expect(taken.filter((step) => rest.includes(step))).toEqual([]);
      expect(taken.length + rest.length).toBe(parse(sample, sample.text)?.steps.length);
    }
  });
});

describe('arrivals', () => {
  test.each(
    agentSamples.filter(({ kind }) => kind === 'prints').map((sample) => [sample.agent, sample] as const),
  )(
    'of %s give the same steps as bare output, at the times of the lines where the events tell none',
    (_, sample) => {
      const spawn = { t: 0, epoch_ms: Date.UTC(2026, 0, 1), stream: 'spawn', line: JSON.stringify(['x']) };
      const rows = sample.text.split('\n').map((line, index) => ({
        t: index,
        epoch_ms: Date.UTC(2026, 0, 1) + index * 10,
        stream: 'stdout',
        line,
      }));
      const text = [spawn, ...rows].map((row) => JSON.stringify(row)).join('\n');
      const stream = readArrivals(text);
      const agent = recogniseAgent(stream)!;
      expect(agent.name).toBe(sample.agent);
      const stamped = readStream(agent, stream);
      const bare = parse(sample, sample.text)!;
      expect(toolCalls(stamped).map((s) => [s.tool, s.callId, s.output, s.exitCode])).toEqual(
        toolCalls(bare).map((s) => [s.tool, s.callId, s.output, s.exitCode]),
      );
      expect(stamped.steps.every((step) => step.timing !== 'none')).toBe(true);
    },
  );
});

describe('command lines', () => {
  test.each([
    ['opencode', ['opencode', 'run', '--format', 'json', 'go'], true],
    ['opencode', ['npx', '-y', 'opencode-ai@1.18.33', 'run', 'go'], false],
    ['pi', ['/usr/bin/pi', '--mode', 'json', 'go'], true],
    ['pi', ['npx', '@mariozechner/pi-coding-agent@0.73.1', '--mode=json'], true],
    ['codex', ['/x/node_modules/@openai/codex-linux-x64/vendor/bin/codex', 'exec', '--json', 'go'], true],
    ['codex', ['node', '/x/node_modules/@openai/codex/bin/codex.js', 'exec', 'go'], false],
    ['gemini', ['gemini', '--yolo', '-o', 'stream-json', '-p', 'go'], true],
    ['gemini', ['npx', '@google/gemini-cli', '-p', 'go'], false],
    ['qwen-code', ['qwen', '--output-format', 'stream-json', '-p', 'go'], true],
    ['claude-code', ['env', 'A=b', 'claude', '-p', '--output-format=stream-json', '--verbose', 'go'], true],
    ['claude-code', ['sh', '-c', 'cd /w && claude -p "fix; it" --output-format json'], true],
    ['openhands', ['uvx', '--python', '3.12', 'openhands', '--headless', '--json', '-t', 'go'], true],
    ['aider', ['python3', '-m', 'aider', '--message', 'go'], false],
    ['aider', ['uv', 'tool', 'run', '--from', 'aider-chat', 'aider'], false],
    ['goose', ['goose', 'run', '-t', 'go', '--output-format', 'stream-json'], true],
    ['copilot', ['timeout', '60', 'copilot', '-p', 'go', '--output-format', 'json'], true],
    ['swe-agent', ['sweagent', 'run'], false],
    ['mini-swe-agent', ['mini', '-t', 'go'], false],
    ['crush', ['crush', 'run', 'go'], false],
    ['generic', ['sh', '-c', ''], false],
    ['generic', ['cat', 'codex'], false],
    ['generic', [], false],
  ])('%s: %j', (name, command, streamsJson) => {
    const agent = findAgent({ command });
    expect(agent.name).toBe(name);
    expect(agent.streamsJson(command)).toBe(streamsJson);
  });

  test('a name is believed before a command line, and a name that nobody has is not', () => {
    expect(findAgent({ name: 'codex', command: ['./wrapper.sh'] }).name).toBe('codex');
    expect(findAgent({ name: 'Claude-Code' }).name).toBe('claude-code');
    expect(findAgent({ name: 'nobody', command: ['codex', 'exec'] }).name).toBe('codex');
    expect(findAgent({}).name).toBe('generic');
  });

  test('every agent has a name of its own, and the generic one stands last', () => {
    expect(new Set(agents.map(({ name }) => name)).size).toBe(agents.length);
    expect(agents.at(-1)?.name).toBe('generic');
  });
});
