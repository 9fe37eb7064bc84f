// Conducts one run: makes the working directory ready, starts the agent, listens, verifies, tidies up, and
// records all of it as it happens. Whatever goes wrong with recording, the agent neither notices nor waits;
// what could not be recorded is told at the end. Prints nothing.
import { mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { formatCellId, parseCellId } from '../../shared/cell-id.ts';
import { resourceKey, spanKey } from '../../shared/conventions.ts';
import type { ScoreRecord } from '../../shared/score.ts';
import { isoFromNs } from '../../shared/time.ts';
import type { SessionContext } from '../agents/agent.ts';
import type { AgentRun } from '../agents/step.ts';
import { runAttributes } from '../record-run.ts';
import type { CellRecorder } from '../sdk/cell-recorder.ts';
import { openCell } from '../sdk/cell-recorder.ts';
import { nowNs } from '../sdk/instant.ts';
import type { Phase } from '../sdk/phase.ts';
import { Redactor } from '../sdk/redact.ts';
import { Spool } from '../sdk/spool.ts';
import { Printed } from './agent-output.ts';
import type { AgentProcess, OutputChunk } from './agent-process.ts';
import { findCommand, startProcess } from './agent-process.ts';
import type { Container } from './container.ts';
import { definedEnv, reportsItself, telemetryEnv, withoutToken } from './environment.ts';
import type { NetChanges } from './file-changes.ts';
import { FileChanges } from './file-changes.ts';
import type { Stopped } from './run-end.ts';
import { cellUrl, exitCodeOf, runStatus } from './run-end.ts';
import type { RunOptions, RunResult } from './run-options.ts';
import type { RunSetup } from './run-setup.ts';
import { prepareRun, prepareWorkdir, spoolPath } from './run-setup.ts';
import { scoreRun } from './scores.ts';
import { StepRecorder } from './step-recorder.ts';
import { TelemetryRelay } from './telemetry-relay.ts';
import type { Verdict } from './verify.ts';
import { runVerifier } from './verify.ts';

/** A collector that takes longer for one request than this is treated as one that is not there. */
const EXPORT_TIMEOUT_MS = 3000;
const CLOSE_TIMEOUT_MS = 30_000;
/** A third of the silence after which the collector takes a run for dead. */
const HEARTBEAT_MS = 10_000;
/** Between asking the agent to stop and making it stop. */
const GRACE_MS = 5000;

/**
 * Runs an agent and records it.
 * @throws RunError where the run cannot begin: no such command, no container engine, no working directory
 */
export async function runAgent(options: RunOptions): Promise<RunResult> {
  const workdir = prepareWorkdir(options.workdir);
  const env = withoutToken(definedEnv(options.env), options);
  if (options.image === null) findCommand(options.command[0] ?? '', env, workdir);
  const scratch = mkdtempSync(join(tmpdir(), 'playhead-run-'));
  try {
    let run: Run | null = null;
    run = new Run(await prepareRun({ options, workdir, env }, scratch, (call) => run?.steps?.addCall(call)));
    return await run.conduct();
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

class Run {
  readonly setup: RunSetup;
  readonly options: RunOptions;
  readonly recorder: CellRecorder;
  readonly redactor: Redactor;
  readonly spool: Spool;
  readonly found: string[] = [];
  files: FileChanges | null = null;
  relay: TelemetryRelay | null = null;
  steps: StepRecorder | null = null;

  constructor(setup: RunSetup) {
    this.setup = setup;
    this.options = setup.options;
    const { sweep, agent, agentVersion, model, task, attempt, endpoint, token, image, spoolDir } =
      setup.options;
    const cell = { sweep, agent, model, task, attempt };
    const cellId = formatCellId(cell);
    this.redactor = Redactor.of({ ...setup.options.env, PLAYHEAD_TOKEN: token });
    this.spool = new Spool(spoolPath(spoolDir, cellId), cellId);
    this.recorder = openCell({
      ...cell,
      agentVersion,
      ...(image === null ? {} : { image }),
      ...(setup.container?.digest ? { imageDigest: setup.container.digest } : {}),
      endpoint,
      token,
      exportTimeoutMs: EXPORT_TIMEOUT_MS,
      closeTimeoutMs: CLOSE_TIMEOUT_MS,
      redactor: this.redactor,
      spool: this.spool,
    });
  }

  get task(): string {
    return this.options.task;
  }

  async conduct(): Promise<RunResult> {
    const { recorder, options } = this;
    options.onStart?.(this.setup.mode);
    recorder.heartbeat('started');
    const heart = setInterval(() => recorder.heartbeat('alive'), HEARTBEAT_MS);
    const pulse = setInterval(() => this.steps?.recordStale(), 1000);
    this.progress(`recording ${recorder.cellId}`);
    // What the proxy measures and the parser reads would be in the cell a second time.
    const twice = this.setup.proxy !== null && reportsItself(this.setup.agent.name);
    if (options.telemetry && !twice) this.relay = await this.startRelay();
    await this.setUp();
    const phase = recorder.phase('adapter_run', `${options.agent}:${this.task}`, {
      attributes: {
        [spanKey.operation]: 'invoke_agent',
        [spanKey.commandArgs]: [...options.command],
        [spanKey.workingDirectory]: this.setup.workdir,
        ...(options.timeoutMs === null ? {} : { [spanKey.timeoutSeconds]: options.timeoutMs / 1000 }),
      },
    });
    const printed = this.listenWith(phase);
    const { agentProcess, stopped, activeMs } = await this.runProcess(phase, printed);
    const net = await this.readRun(phase, printed, agentProcess, stopped);
    clearInterval(heart);
    clearInterval(pulse);
    const wallClockMs = Number(stopped.end.endNs - phase.startNs) / 1e6;
    const verdict = stopped.interrupted ? null : await this.verify();
    await this.cleanUp(agentProcess);
    const scores = this.score({ net, verdict, wallClockMs, activeMs });
    for (const record of scores) recorder.score(record);
    await recorder.close();
    return this.result(stopped, verdict, scores);
  }

  startRelay(): Promise<TelemetryRelay> {
    const { options, redactor, spool } = this;
    return TelemetryRelay.start({
      endpoint: options.endpoint,
      token: options.token,
      cellId: this.recorder.cellId,
      redactor,
      spool,
      timeoutMs: EXPORT_TIMEOUT_MS,
      onProblem: (problem) => this.found.push(problem),
    });
  }

  async setUp(): Promise<void> {
    const phase = this.recorder.phase('task_setup', `prepare:${this.task}`, {
      attributes: {
        workdir: this.setup.workdir,
        task_category: parseCellId(this.recorder.cellId).family ?? '',
      },
    });
    try {
      this.files = await FileChanges.start(this.setup.workdir, this.setup.env, (changes) =>
        this.steps?.addChanges(changes),
      );
      phase.end();
    } catch (error) {
      const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
      this.found.push(`file changes are not recorded: git failed (${reason})`);
      phase.end({ status: 'error', message: 'git failed: file changes are not recorded' });
    }
  }

  /** Steps are recorded as the agent tells them: as it prints them, or by its session files where those tell more. */
  listenWith(phase: Phase): Printed {
    const { agent, mode } = this.setup;
    const { options, recorder } = this;
    const prints = agent.parseStream !== undefined && mode === 'pipes';
    const keeps = agent.parseSession !== undefined && !(prints && agent.printsAll === true);
    this.steps = new StepRecorder({
      recorder,
      parent: phase,
      content: options.content,
      watched: this.files !== null,
      told: keeps || prints,
      onStep: (line) => this.progress(line),
    });
    let ended = 0;
    const lookAfterTools = (run: AgentRun): void => {
      const tools = run.steps.filter((step) => step.type === 'tool_call' && step.status !== null).length;
      // A tool call ended: what it changed is its own, not the next one's.
      if (tools > ended) this.files?.look().catch(() => undefined);
      ended = Math.max(ended, tools);
    };
    return new Printed({
      agent,
      command: options.command,
      onRun: (run) => {
        lookAfterTools(run);
        if (!keeps) this.steps?.update(run, 'printed');
      },
      ...(keeps
        ? {
            onKept: (run: AgentRun) => {
              lookAfterTools(run);
              this.steps?.update(run, 'kept');
            },
          }
        : {}),
    });
  }

  async runProcess(
    phase: Phase,
    printed: Printed,
  ): Promise<{ agentProcess: AgentProcess; stopped: Stopped; activeMs: number }> {
    const { container, routed, workdir, env, mode } = this.setup;
    const { options } = this;
    const command = container?.command ?? routed.command;
    const name = basename(options.command[0] ?? '');
    const inner = container
      ? phase.child('container', `${options.agent}:run`, { attributes: this.containerAttributes(container) })
      : phase.child('other', `process ${name}`);
    const screen = this.recordTerminal(printed);
    const agentProcess = startProcess({
      command,
      workdir,
      env: { ...env, ...routed.env, ...this.telemetry(phase) },
      mode,
      cols: options.cols,
      rows: options.rows,
      stdin: options.stdin,
      onOutput: screen.add,
    });
    printed.started(agentProcess, this.sessionContext(agentProcess));
    this.files?.watch();
    options.onResizer?.((cols, rows) => {
      agentProcess.resize(cols, rows);
      if (mode === 'pty') this.recorder.resize(cols, rows);
    });
    const stopped = await this.waitFor(agentProcess);
    screen.end(stopped.end.endNs);
    const { exitCode, signal, endNs } = stopped.end;
    inner.end({
      endNs,
      attributes: {
        [spanKey.processId]: agentProcess.pid,
        ...(exitCode === null ? {} : { [spanKey.exitCode]: exitCode }),
        [spanKey.timedOut]: stopped.timedOut,
      },
      ...(signal === null ? {} : { status: 'error', message: `ended by ${signal}` }),
    });
    return { agentProcess, stopped, activeMs: Number(endNs - inner.startNs) / 1e6 };
  }

  /** What the agent prints, to the user's screen as it is and to the recording without secrets. */
  recordTerminal(printed: Printed): { add: (chunk: OutputChunk) => void; end: (atNs: bigint) => void } {
    const { options, recorder, redactor } = this;
    const streams = new Map<OutputChunk['stream'], ReturnType<Redactor['stream']>>();
    if (this.setup.mode === 'pty') recorder.resize(options.cols, options.rows);
    return {
      add: (chunk) => {
        options.onOutput?.(chunk.stream, chunk.text);
        let stream = streams.get(chunk.stream);
        if (!stream) {
          stream = redactor.stream();
          streams.set(chunk.stream, stream);
        }
        const text = stream.push(chunk.text);
        if (text !== '') recorder.terminal(text, { atNs: chunk.atNs, stream: chunk.stream });
        printed.add(chunk);
      },
      end: (atNs) => {
        for (const [stream, redacting] of streams) {
          const rest = redacting.end();
          if (rest !== '') recorder.terminal(rest, { atNs, stream });
        }
      },
    };
  }

  async waitFor(agentProcess: AgentProcess): Promise<Stopped> {
    const { signal, timeoutMs } = this.options;
    let timedOut = false;
    let interrupted = signal?.aborted ?? false;
    let killer: NodeJS.Timeout | undefined;
    const stop = (): void => {
      agentProcess.kill('SIGTERM');
      void this.setup.container?.kill();
      killer = setTimeout(() => agentProcess.kill('SIGKILL'), GRACE_MS);
    };
    const onAbort = (): void => {
      interrupted = true;
      stop();
    };
    const timer =
      timeoutMs === null
        ? undefined
        : setTimeout(() => {
            timedOut = true;
            stop();
          }, timeoutMs);
    if (interrupted) stop();
    else signal?.addEventListener('abort', onAbort, { once: true });
    const end = await agentProcess.ended;
    clearTimeout(timer);
    clearTimeout(killer);
    signal?.removeEventListener('abort', onAbort);
    return { end, timedOut, interrupted };
  }

  /** Reads what the agent left behind, and ends the run's span with what is then known of it. */
  async readRun(
    phase: Phase,
    printed: Printed,
    agentProcess: AgentProcess,
    stopped: Stopped,
  ): Promise<NetChanges | null> {
    const { end, timedOut } = stopped;
    const net = await this.files?.finish().catch((error: unknown) => {
      this.found.push(`the last file changes are not recorded: ${String(error).split('\n')[0]}`);
      return null;
    });
    const run = await printed.finish(end, this.sessionContext(agentProcess));
    await this.setup.proxy?.close();
    await this.relay?.close();
    if (run) this.steps?.update(run, 'final');
    this.steps?.finish();
    if (printed.leftOut)
      this.found.push('the agent printed more than is read for steps; its terminal is whole');
    phase.end({
      endNs: end.endNs,
      attributes: {
        ...(run === null ? {} : ownAttributes(run)),
        ...(end.exitCode === null ? {} : { [spanKey.exitCode]: end.exitCode }),
        [spanKey.timedOut]: timedOut,
      },
      ...runStatus(stopped),
    });
    return net ?? null;
  }

  sessionContext({ startNs }: AgentProcess): SessionContext {
    const env = { ...this.setup.env, ...this.setup.routed.env };
    return { home: this.setup.env.HOME ?? homedir(), workdir: this.setup.workdir, env, startNs };
  }

  async verify(): Promise<Verdict | null> {
    const { verify: command, verifyTimeoutMs, signal } = this.options;
    if (command === null) return null;
    this.progress(`verifying: ${command}`);
    const phase = this.recorder.phase('verify', `verify:${this.task}`, {
      attributes: { [spanKey.commandArgs]: ['/bin/sh', '-c', command] },
    });
    const verdict = await runVerifier({
      command,
      workdir: this.setup.workdir,
      env: this.setup.env,
      timeoutMs: verifyTimeoutMs,
      signal,
    });
    const { exitCode, timedOut, pass, endNs } = verdict;
    phase.end({
      endNs,
      status: pass ? 'ok' : 'error',
      ...(pass ? {} : { message: timedOut ? 'its time was up' : `exit code ${exitCode ?? 'unknown'}` }),
      attributes: {
        [spanKey.verifyOutput]: verdict.outputTail,
        [spanKey.timedOut]: timedOut,
        ...(exitCode === null ? {} : { [spanKey.exitCode]: exitCode }),
      },
    });
    return verdict;
  }

  async cleanUp(agentProcess: AgentProcess): Promise<void> {
    const phase = this.recorder.phase('cleanup', `cleanup:${this.options.agent}`);
    // What the agent left running would go on writing into a directory that was judged already.
    const leftRunning = agentProcess.kill('SIGKILL');
    await this.files?.remove().catch((error: unknown) => this.found.push(`cleanup: ${String(error)}`));
    phase.end({ attributes: { [spanKey.killedProcesses]: leftRunning } });
  }

  score(known: {
    net: NetChanges | null;
    verdict: Verdict | null;
    wallClockMs: number;
    activeMs: number;
  }): ScoreRecord[] {
    const { net, ...rest } = known;
    return scoreRun(
      {
        ...rest,
        taskId: this.task,
        modelCalls: this.steps?.modelCallFacts() ?? null,
        changes: net?.changes ?? null,
        extraGitDir: net?.extraGitDir ?? null,
        expect: this.options.expect,
        droppings: this.setup.agent.droppings,
      },
      isoFromNs(nowNs()),
    );
  }

  result(stopped: Stopped, verdict: Verdict | null, scores: readonly ScoreRecord[]): RunResult {
    const { recorder, spool } = this;
    const { timedOut, interrupted } = stopped;
    return {
      cellId: recorder.cellId,
      url: cellUrl(this.options.endpoint, recorder.cellId),
      exitCode: exitCodeOf(stopped),
      timedOut,
      interrupted,
      pass: verdict?.pass ?? null,
      scores,
      toolCalls: this.steps?.toolCalls ?? 0,
      modelCalls: this.steps?.modelCallFacts()?.count ?? 0,
      problems: [...this.found, ...recorder.problems],
      spoolFile: spool.requests > 0 ? spool.path : null,
    };
  }

  progress(line: string): void {
    this.options.onProgress?.(this.redactor.clean(line));
  }

  telemetry(phase: Phase): Record<string, string> {
    if (this.relay === null) return {};
    const { traceId, spanId } = phase;
    const { cellId } = this.recorder;
    return telemetryEnv({ url: this.relay.url, cellId, traceId, spanId }, this.setup.env);
  }

  containerAttributes({ engine, digest }: Container): Record<string, string | string[]> {
    const image = this.options.image ?? '';
    return {
      [resourceKey.imageName]: image,
      ...(digest === null ? {} : { [resourceKey.imageDigests]: [digest] }),
      [spanKey.containerRuntime]: engine,
      [spanKey.commandArgs]: [...this.setup.routed.command],
    };
  }
}

/** What the agent said of itself; what we know better stands on the span already. */
function ownAttributes(run: AgentRun): ReturnType<typeof runAttributes> {
  return runAttributes({ ...run, command: null, workingDirectory: null });
}
