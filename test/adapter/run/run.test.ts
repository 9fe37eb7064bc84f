// Whole runs against the real collector: what is recorded, what an agent's end means, and what stays true
// when the collector, the agent or Playhead itself goes away in the middle.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { importFiles } from '../../../adapter/import/import.ts';
import type { RunResult } from '../../../adapter/run/run-options.ts';
import { judgeRun, runTable } from '../../../bin/run-table.ts';
import { startCollector } from '../../../collector/main.ts';
import { readFailures } from '../../../shared/failures/readers.ts';
import { TestCollector } from '../../support/collector.ts';
import { aBatch, aSpan } from '../../support/otlp/otlp-builders.ts';
import { tracesJson, tracesProtobuf } from '../../support/otlp/otlp-encode.ts';
import { programEnv } from '../../support/program-env.ts';
import { runCellId as id, runShell, scratchFolder } from '../../support/runs.ts';

const bin = join(import.meta.dirname, '../../../bin/playhead.ts');
const realNow = () => BigInt(Date.now()) * 1_000_000n;
const start = () => TestCollector.start({ now: realNow });

const scoreOf = async (collector: TestCollector, axis: string) =>
  (await collector.cell(id)).scores.find((score) => score.axis === axis)?.values;

/** What the command line says of a run that no collector took: the same as the page of one that was taken. */
async function expectSameWords(collector: TestCollector, result: RunResult): Promise<void> {
  const { outcome, judgement } = await collector.cell(id);
  const away = await judgeRun({ endpoint: collector.url }, { ...result, spoolFile: 'spool.jsonl' });
  expect([away.outcome, away.sentence]).toEqual([outcome, judgement.sentence]);
}

async function terminalText(collector: TestCollector): Promise<string> {
  const { events } = await collector.terminal(id);
  return events.map(([, code, data]) => (code === 'o' ? String(data) : '')).join('');
}

describe('a run', () => {
  test('is phases, terminal, file changes and scores, and its exit code is the agent’s', async () => {
    const collector = await start();
    const scratch = scratchFolder({ 'src/a.txt': 'one\n' });
    const script = 'echo hello from $(tty | cut -c1-8); echo two >> src/a.txt; echo x > NOTES.md; exit 3';
    const result = await runShell(collector.url, scratch, script, {
      expect: ['src/**'],
      verify: 'echo looked; grep -q two src/a.txt',
    });
    expect(result).toMatchObject({ exitCode: 3, pass: true, problems: [], spoolFile: null });
    expect(result.url).toBe(`${collector.url}/cell/shell/none/family/task?sweep=tests`);
    const { spans } = await collector.trace(id);
    expect(spans.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'task_setup prepare:family/task',
      'adapter_run shell:family/task',
      'other process bash',
      'verify verify:family/task',
      'cleanup cleanup:shell',
    ]);
    expect(await collector.cell(id)).toMatchObject({
      outcome: 'passed',
      identity: { exitCode: 3, timedOut: false },
    });
    await expectSameWords(collector, result);
    expect(await terminalText(collector)).toContain('hello from /dev/pts');
    const { changes } = await collector.changes(id);
    expect(changes.map(({ path, change }) => `${path} ${change}`).sort()).toEqual([
      'NOTES.md added',
      'src/a.txt modified',
    ]);
    expect(await scoreOf(collector, 'blast_radius')).toMatchObject({
      blast_radius: 0.5,
      unexpected_changes: ['NOTES.md'],
    });
    expect(await scoreOf(collector, 'pass_rate')).toEqual({
      pass: 1,
      verifier: 'echo looked; grep -q two src/a.txt',
      exit_code: 0,
      verifier_timed_out: false,
      stdout_tail: 'looked\n',
      stderr_tail: '',
      partial_score: null,
    });
  });

  test('names the tests that failed from the report that its verifier wrote, and not from what it printed', async () => {
    const collector = await start();
    const report = `<testsuite><testcase name="adds" classname="Calc" file="calc.test.ts" line="9"><failure message="expected 4"/></testcase><testcase name="b"/></testsuite>`;
    const result = await runShell(collector.url, scratchFolder(), 'true', {
      verify: `echo 'FAILED other.py::test_x - no'; printf %s '${report}' > junit.xml; exit 1`,
      reports: ['junit.xml', 'missing.xml'],
    });
    const [failure] = [{ name: 'Calc.adds', place: 'calc.test.ts:9', message: 'expected 4' }];
    expect(result.failures).toEqual({ tests: [failure], tally: { passed: 1, failed: 1 } });
    expect(result.problems).toEqual(['--report missing.xml: was not written']);
    const verify = (await collector.trace(id)).spans.find(({ kind }) => kind === 'verify');
    for (const kept of [
      verify?.attributes['bench.verify.output'],
      (await scoreOf(collector, 'pass_rate'))?.stdout_tail,
    ])
      expect(readFailures(String(kept)).tests).toEqual([failure]);
  });

  test('leaves the agent’s own git as it was, and no trace in the working directory', async () => {
    const collector = await start();
    const scratch = scratchFolder({ 'a.txt': 'one\n' });
    const script = 'git init -q . && git add a.txt && echo two > a.txt && git status --porcelain';
    const result = await runShell(collector.url, scratch, script);
    expect(result.exitCode).toBe(0);
    expect(await terminalText(collector)).toContain('AM a.txt');
    expect(readdirSync(scratch.workdir).sort()).toEqual(['.git', 'a.txt']);
    expect(await scoreOf(collector, 'blast_radius')).toMatchObject({
      extra_git_dir: true,
      modified: ['a.txt'],
    });
  });

  test('hands TRACEPARENT and the cell’s OTLP endpoint to the agent', async () => {
    const collector = await start();
    const script = 'echo "[$TRACEPARENT] [$OTEL_EXPORTER_OTLP_ENDPOINT] [$OTEL_RESOURCE_ATTRIBUTES]"';
    await runShell(collector.url, scratchFolder(), script, { telemetry: true, cols: 1000 });
    const { spans } = await collector.trace(id);
    const run = spans.find(({ kind }) => kind === 'adapter_run')!;
    const text = await terminalText(collector);
    expect(text).toContain(`[00-${run.traceId}-${run.spanId}-01]`);
    expect(text).toMatch(
      /\[http:\/\/127\.0\.0\.1:\d+\/[\w-]+\/cells\/tests%2Fshell%2Fnone%2Ffamily%2Ftask\]/,
    );
    expect(text).toContain(`[bench.cell.id=${encodeURIComponent(id)}]`);
  });

  test('takes the agent’s own OpenTelemetry into the cell, without secrets, in both encodings', async () => {
    const collector = await start();
    const secret = 'sk-of-the-agents-telemetry';
    const scratch = scratchFolder();
    const at = realNow();
    const spanOf = (spanId: string, secretText: string) =>
      aSpan({ spanId, name: 'own', startNs: at, endNs: at + 1n, attributes: [['command', secretText]] });
    writeFileSync(join(scratch.folder, 'a.json'), tracesJson([aBatch([spanOf('00000000000000a1', secret)])]));
    writeFileSync(
      join(scratch.folder, 'b.pb'),
      tracesProtobuf([aBatch([spanOf('00000000000000b2', secret)])]),
    );
    const post = (file: string, type: string) =>
      `curl -sf -X POST -H 'content-type: ${type}' --data-binary @${scratch.folder}/${file} "$OTEL_EXPORTER_OTLP_ENDPOINT/v1/traces"`;
    const script = `${post('a.json', 'application/json')} && ${post('b.pb', 'application/x-protobuf')}`;
    const env = { PATH: process.env.PATH, HOME: scratch.folder, SOME_TOKEN: secret };
    const result = await runShell(collector.url, scratch, script, { telemetry: true, env });
    expect(result).toMatchObject({ exitCode: 0, problems: [] });
    const own = (await collector.trace(id)).spans.filter(({ name }) => name === 'own');
    expect(own.map(({ attributes }) => attributes.command)).toEqual([
      '*'.repeat(secret.length),
      '*'.repeat(secret.length),
    ]);
  });

  test('without an expectation says that the blast radius is not known', async () => {
    const collector = await start();
    await runShell(collector.url, scratchFolder(), 'echo x > new.txt', { verify: 'true' });
    expect(await scoreOf(collector, 'blast_radius')).toMatchObject({ blast_radius: null, total_changes: 1 });
    expect(await scoreOf(collector, 'composite')).toMatchObject({ components: { blast_radius: null } });
  });
});

describe('a verifier that fails itself', () => {
  test.each([
    ['sleep 60', 'The verifier ran out of time: its limit is 0.5 s.'],
    ['kill -9 $$', 'The verifier was ended by SIGKILL.'],
    ['nosuchverifier', 'The verifier could not be run: exit code 127.'],
  ])('is blamed, and there is no pass and no composite: %s', async (verify, sentence) => {
    const collector = await start();
    const options = { verify, verifyTimeoutMs: 500 };
    const result = await runShell(collector.url, scratchFolder(), 'date > a.txt', options);
    expect(result).toMatchObject({ exitCode: 0, pass: null });
    expect(result.scores.map(({ axis }) => axis)).not.toContain('composite');
    const { outcome, judgement, pass } = await collector.cell(id);
    expect({ outcome, sentence: judgement.sentence, pass }).toEqual({
      outcome: 'verifier_error',
      sentence,
      pass: null,
    });
    const [first, , ...rows] = runTable(await judgeRun({ endpoint: collector.url }, result), result);
    expect(first).toBe(`Verifier error: ${sentence}`);
    expect(rows.find((row) => row.includes('Pass'))).toContain('not recorded');
    await expectSameWords(collector, result);
  });
});

describe('an agent that does not end by itself', () => {
  test('is stopped when its time is up, with all its children; cleanup is recorded; the code is 124', async () => {
    const collector = await start();
    const scratch = scratchFolder();
    // The child ignores the request to stop and would outlive its parent.
    const script = `(trap '' TERM; echo $BASHPID > ${scratch.folder}/pid; while :; do sleep 0.05; done) & wait`;
    const result = await runShell(collector.url, scratch, script, { timeoutMs: 700, verify: 'false' });
    expect(result).toMatchObject({ exitCode: 124, timedOut: true });
    const cell = await collector.cell(id);
    expect(cell).toMatchObject({ outcome: 'timed_out', identity: { timedOut: true } });
    expect(cell.judgement.sentence).toMatch(
      /^The agent was stopped at its time limit of 0\.7 s, .* after the start\.$/,
    );
    await expectSameWords(collector, result);
    const { spans } = await collector.trace(id);
    expect(spans.find(({ kind }) => kind === 'cleanup')).toBeDefined();
    expect(spans.find(({ kind }) => kind === 'adapter_run')).toMatchObject({
      status: 'error',
      statusMessage: 'its time was up',
    });
    expect(isAlive(Number(readFileSync(join(scratch.folder, 'pid'), 'utf8')))).toBe(false);
  });

  test('is stopped by an interrupt; cleanup is recorded; nothing is verified; the code is 130', async () => {
    const collector = await start();
    const stop = new AbortController();
    const result = await runShell(collector.url, scratchFolder(), 'echo ready; sleep 60', {
      signal: stop.signal,
      verify: 'true',
      onOutput: (_stream, text) => {
        if (text.includes('ready')) stop.abort();
      },
    });
    expect(result).toMatchObject({ exitCode: 130, interrupted: true, pass: null });
    expect(await collector.cell(id)).toMatchObject({
      outcome: 'interrupted',
      judgement: { sentence: 'The run was interrupted.' },
    });
    await expectSameWords(collector, result);
    const { spans } = await collector.trace(id);
    expect(spans.map(({ kind }) => kind)).toEqual(['task_setup', 'adapter_run', 'other', 'cleanup']);
  });
});

describe('a command that cannot be run', () => {
  test('is told before anything is recorded', async () => {
    const collector = await start();
    const run = runShell(collector.url, scratchFolder(), '', { command: ['no-such-agent'] });
    await expect(run).rejects.toMatchObject({ code: 'command_not_found' });
    expect(await collector.cellIds()).toEqual([]);
  });
});

describe('secrets', () => {
  const secret = 'sk-live-0a1b2c3d4e5f6g7h8i9j';

  test('that the agent prints plain, split by colours or in base64 are nowhere in the database', async () => {
    const collector = await start();
    const scratch = scratchFolder();
    const script = [
      'key=$SOME_API_KEY; start=$(expr substr "$key" 1 9); rest=$(expr substr "$key" 10 99)',
      'echo "plain $key"',
      'printf "split %s\\033[31m%s\\033[0m\\n" "$start" "$rest"',
      'printf "%s" "$start"; sleep 0.3; printf "%s\\n" "$rest"',
      'printf "Authorization: Bearer %s" "$SOME_API_KEY" | base64 -w 20',
      'echo "key = $SOME_API_KEY" > "$SOME_API_KEY.txt"',
      'echo done',
    ].join('\n');
    const result = await runShell(collector.url, scratch, script, {
      env: { PATH: process.env.PATH, HOME: scratch.folder, SOME_API_KEY: secret },
      verify: 'cat *.txt; false',
    });
    expect(result.problems).toEqual([]);
    expect(await terminalText(collector)).toContain('[redacted:SOME_API_KEY]');
    const { changes } = await collector.changes(id);
    expect(changes).toHaveLength(1);
    expect(await terminalText(collector)).toContain('done');
    await collector.close();
    const encoded = Buffer.from(`Authorization: Bearer ${secret}`).toString('base64');
    // The log is compressed: what it holds is read through a collector of its own as well.
    await collector.reopen();
    const all = JSON.stringify([
      await collector.terminal(id),
      await collector.trace(id),
      await collector.changes(id),
      await collector.logs(id),
      await collector.cell(id),
    ]);
    for (const form of [secret, secret.slice(0, 9), secret.slice(9), encoded.slice(32, 48)])
      expect(all).not.toContain(form);
    for (const name of readdirSync(join(collector.dbPath, '..'))) {
      const bytes = readFileSync(join(collector.dbPath, '..', name));
      expect(bytes.includes(secret)).toBe(false);
    }
  });
});

/** Says that nobody was there, how much is kept, and where. */
function isKept({ spoolFile }: { readonly spoolFile: string | null }): unknown {
  return expect.stringMatching(
    new RegExp(`^nothing listens on 127\\.0\\.0\\.1:\\d+; \\d+ records are in ${spoolFile}$`),
  );
}

describe('a collector that goes away', () => {
  test('before the run: the agent is not disturbed, and the spool makes the cell whole', async () => {
    const scratch = scratchFolder({ 'src/a.txt': 'one\n' });
    const result = await runShell('http://127.0.0.1:9', scratch, 'echo hello; echo two >> src/a.txt', {
      verify: 'true',
    });
    expect(result).toMatchObject({ exitCode: 0, pass: true, problems: [isKept(result)] });
    const collector = await start();
    const report = await importFiles([result.spoolFile!], { endpoint: collector.url });
    expect(report.problems).toEqual([]);
    expect(await collector.cell(id)).toMatchObject({ outcome: 'passed', spans: 5 });
    expect(await terminalText(collector)).toContain('hello');
    // Loading it again adds nothing.
    await importFiles([result.spoolFile!], { endpoint: collector.url });
    expect((await collector.cell(id)).spans).toBe(5);
    expect((await collector.changes(id)).changes).toHaveLength(1);
    expect((await terminalText(collector)).match(/hello/g)).toHaveLength(1);
  });

  test('keeps the agent’s own OpenTelemetry for later, too', async () => {
    const scratch = scratchFolder();
    const at = realNow();
    const body = tracesProtobuf([aBatch([aSpan({ name: 'own', startNs: at, endNs: at + 1n })])]);
    writeFileSync(join(scratch.folder, 'own.pb'), body);
    const script = `curl -sf -X POST -H 'content-type: application/x-protobuf' --data-binary @${scratch.folder}/own.pb "$OTEL_EXPORTER_OTLP_ENDPOINT/v1/traces"`;
    const result = await runShell('http://127.0.0.1:9', scratch, script, { telemetry: true });
    expect(result).toMatchObject({ exitCode: 0, problems: [isKept(result)] });
    const collector = await start();
    const report = await importFiles([result.spoolFile!], { endpoint: collector.url });
    expect(report.problems).toEqual([]);
    expect((await collector.trace(id)).spans.map(({ name }) => name)).toContain('own');
  });

  test('in the middle: the agent ends unharmed, the spool imports, every line is there once', async () => {
    const collector = await start();
    const scratch = scratchFolder();
    const lines = Array.from({ length: 300 }, (_, n) => `line ${n};`);
    const script = `${lines
      .slice(0, 100)
      .map((line) => `echo "${line}"`)
      .join('\n')}
sleep 0.8; echo middle; sleep 0.3
${lines
  .slice(100)
  .map((line) => `echo "${line}"`)
  .join('\n')}`;
    let closed: Promise<void> | null = null;
    const result = await runShell(collector.url, scratch, script, {
      verify: 'true',
      onOutput: (_stream, text) => {
        if (text.includes('middle')) closed ??= collector.close();
      },
    });
    expect(result).toMatchObject({ exitCode: 0, pass: true, problems: [isKept(result)] });
    await closed;
    expect(existsSync(result.spoolFile!)).toBe(true);
    await collector.reopen();
    const before = await terminalText(collector);
    expect(before).toContain('line 99;');
    expect(before).not.toContain('line 299;');
    const report = await importFiles([result.spoolFile!], { endpoint: collector.url });
    expect(report.problems).toEqual([]);
    const text = await terminalText(collector);
    expect(lines.filter((line) => text.split(line).length !== 2)).toEqual([]);
    expect(await collector.cell(id)).toMatchObject({ outcome: 'passed', spans: 5 });
  });
});

describe('Playhead itself killed', () => {
  test('leaves what it had recorded, and a cell whose run was interrupted', async () => {
    let lateNs = 0n;
    const scratch = scratchFolder({ 'a.txt': 'one\n' });
    const dbPath = join(scratch.folder, 'playhead.db');
    const collector = await startCollector({
      port: 0,
      host: '127.0.0.1',
      dbPath,
      now: () => realNow() + lateNs,
    });
    onTestFinished(() => collector.close());
    const flags = ['--agent', 'shell', '--model', 'none', '--task', 'family/task', '--sweep', 'tests'];
    const agentPid = join(scratch.folder, 'agent.pid');
    const child = spawn(
      process.execPath,
      [
        bin,
        'run',
        ...flags,
        '--workdir',
        scratch.workdir,
        '--endpoint',
        collector.url,
        '--',
        'bash',
        '-c',
        `echo $$ > ${agentPid}; echo started; echo two >> a.txt; sleep 60`,
      ],
      { stdio: 'ignore', env: { ...programEnv, HOME: scratch.folder } },
    );
    const path = `${collector.url}/api/cells/${encodeURIComponent(id)}`;
    const shown = async (): Promise<string> => {
      const answer = await fetch(`${path}/terminal`);
      const changes = await fetch(`${path}/changes`);
      return answer.ok && changes.ok ? `${await answer.text()}${await changes.text()}` : '';
    };
    await until(async () => /started[\s\S]*a\.txt/.test(await shown()));
    expect(await liveState(path)).toBe('running');
    child.kill('SIGKILL');
    process.kill(Number(readFileSync(agentPid, 'utf8')), 'SIGKILL');
    expect(await shown()).toMatch(/started[\s\S]*a\.txt/);
    // A minute later nobody has said that the run goes on.
    lateNs = 60_000_000_000n;
    expect(await liveState(path)).toBe('interrupted');
  });
});

describe('what a person types', () => {
  test('goes to the agent’s terminal', async () => {
    const collector = await start();
    const scratch = scratchFolder();
    const script = join(scratch.folder, 'ask.sh');
    writeFileSync(script, 'read -p "name? " name; echo "hello $name"');
    const flags = ['--agent', 'shell', '--model', 'none', '--task', 'family/task', '--sweep', 'tests'];
    const child = spawn(
      process.execPath,
      [bin, 'run', ...flags, '--workdir', scratch.workdir, '--endpoint', collector.url, '--', 'bash', script],
      { stdio: ['pipe', 'pipe', 'ignore'], env: { ...programEnv, HOME: scratch.folder } },
    );
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (text.includes('name?')) child.stdin.write('Ada\n');
    });
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect(code).toBe(0);
    expect(output).toContain('hello Ada');
    expect(await terminalText(collector)).toContain('hello Ada');
  });
});

/** A killed process that nobody waits for stays as a zombie: it does nothing any more. */
function isAlive(pid: number): boolean {
  const state = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)])
    .stdout.toString()
    .trim();
  return state !== '' && !state.startsWith('Z');
}

/** Asks until it is so; the test's own time limit ends it. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 50));
}

/** The state in the first event of the cell's stream. */
async function liveState(path: string): Promise<string> {
  const stop = new AbortController();
  const answer = await fetch(`${path}/live`, { signal: stop.signal });
  let text = '';
  for await (const chunk of answer.body!) {
    text += Buffer.from(chunk).toString();
    if (text.includes('\n\n') && text.includes('data:')) break;
  }
  stop.abort();
  return (JSON.parse(/data: (.*)/.exec(text)![1]!) as { state: string }).state;
}
