// Conducts one run, phase after phase: set up, listen, let the agent's process live, read what it left, verify,
// tidy up, score; and records each as it happens. Whatever goes wrong with recording, the agent neither
// notices nor waits; what could not be recorded is told at the end. Prints nothing.
import { mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseCellId } from '../../shared/cell-id.ts';
import { resourceKey, spanKey } from '../../shared/conventions.ts';
import { readFailures } from '../../shared/failures/readers.ts';
import type { ScoreRecord } from '../../shared/score.ts';
import { isoFromNs } from '../../shared/time.ts';
import { shellCommand } from '../platform.ts';
import { StepRecorder } from '../record/step-recorder.ts';
import { recordLine, runAttributes } from '../record/step-spans.ts';
import { nowNs } from '../sdk/instant.ts';
import type { Phase } from '../sdk/phase.ts';
import { whyUnreached } from '../sdk/reach.ts';
import { tokenOf } from '../sdk/token.ts';
import { AgentOutput, waysToReport } from './agent-output.ts';
import { findCommand } from './agent-process.ts';
import { definedEnv, withoutToken } from './environment.ts';
import type { NetChanges } from './files/file-changes.ts';
import { FileChanges } from './files/file-changes.ts';
import { endMarked } from './left-behind.ts';
import type { ProcessPhase } from './process-phase.ts';
import { runProcess } from './process-phase.ts';
import { bounds, within } from './run-bounds.ts';
import type { RunContext } from './run-context.ts';
import { openRun, startRelay } from './run-context.ts';
import type { Stopped } from './run-end.ts';
import { exitCodeOf, outcomeFactsOf, runStatus, verifyStatus } from './run-end.ts';
import type { RunOptions, RunResult } from './run-options.ts';
import { prepareRun, prepareWorkdir } from './run-setup.ts';
import { scoreRun } from './scores.ts';
import type { Verdict } from './verify.ts';
import { judgeWork } from './verify.ts';

/** A third of the silence after which the collector takes a run for dead. */
const HEARTBEAT_MS = 10_000;
/** How often measured calls are looked at whose words did not come. */
const PULSE_MS = 1000;

/**
 * Runs an agent and records it.
 * @throws RunError where the run cannot begin: no such command, no container engine, no working directory
 */
export async function runAgent(given: RunOptions): Promise<RunResult> {
  // The variable that an SDK would take it from may be all that holds it.
  const options = { ...given, token: given.token ?? tokenOf(given.env) };
  const workdir = prepareWorkdir(options.workdir);
  const env = withoutToken(definedEnv(options.env), options);
  if (options.image === null) findCommand(options.command[0] ?? '', env, workdir);
  const scratch = mkdtempSync(join(tmpdir(), 'playhead-run-'));
  try {
    return await conduct(openRun(await prepareRun({ options, workdir, env }, scratch)));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function conduct(context: RunContext): Promise<RunResult> {
  const { options, setup, recorder } = context;
  options.onStart?.(setup.mode);
  recorder.heartbeat('started');
  const heart = setInterval(() => recorder.heartbeat('alive'), HEARTBEAT_MS);
  context.progress(`recording ${recorder.cellId}`);
  void whyUnreached(options).then((why) => {
    if (why !== null) context.progress(`${why}; recording to ${context.spool.path}`);
  });
  const relay = await startRelay(context);
  const files = await setUp(context);
  const phase = beginAgentRun(context);
  const { steps, output } = listen(context, phase, files);
  const pulse = setInterval(() => steps.recordStale(), PULSE_MS);
  const process = await runProcess(context, phase, relay, (chunk) => output.add(chunk));
  const net = await finishFiles(context, files);
  await read(context, { phase, steps, output, stopped: process.stopped, endRelay: () => relay?.close() });
  clearInterval(heart);
  clearInterval(pulse);
  const wallClockMs = Number(process.stopped.end.endNs - phase.startNs) / 1e6;
  const verdict = process.stopped.interrupted ? null : await verify(context);
  await cleanUp(context, process, files);
  const scores = score(context, { net, verdict, wallClockMs, activeMs: process.activeMs, steps });
  for (const record of scores) recorder.score(record);
  await recorder.close();
  return resultOf(context, { process, startNs: phase.startNs, verdict, scores, steps });
}

/** The working directory as it is before the agent; null where its files cannot be watched. */
async function setUp({ options, setup, recorder, problems }: RunContext): Promise<FileChanges | null> {
  const phase = recorder.phase('task_setup', `prepare:${options.task}`, {
    attributes: { workdir: setup.workdir, task_category: parseCellId(recorder.cellId).family ?? '' },
  });
  try {
    const files = await FileChanges.start(setup.workdir, setup.env);
    phase.end();
    return files;
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    problems.push(`file changes are not recorded: git failed (${reason})`);
    phase.end({ status: 'error', message: 'git failed: file changes are not recorded' });
    return null;
  }
}

function beginAgentRun({ options, setup, recorder }: RunContext): Phase {
  return recorder.phase('adapter_run', `${options.agent}:${options.task}`, {
    attributes: {
      [spanKey.operation]: 'invoke_agent',
      [spanKey.commandArgs]: [...options.command],
      [spanKey.workingDirectory]: setup.workdir,
      ...(options.timeoutMs === null ? {} : { [spanKey.timeoutSeconds]: options.timeoutMs / 1000 }),
    },
  });
}

/** Steps are recorded as the agent reports them, model calls as the proxy measures them, files as they change. */
function listen(
  context: RunContext,
  phase: Phase,
  files: FileChanges | null,
): { readonly steps: StepRecorder; readonly output: AgentOutput } {
  const { options, setup, recorder, redactor } = context;
  const { agent, proxy, workdir, mode } = setup;
  const ways = waysToReport(agent, mode === 'pipes');
  const steps = new StepRecorder({
    recorder,
    parent: phase,
    proxied: proxy !== null,
    reported: ways.printed || ways.kept,
    content: options.content,
    watched: files !== null,
    onStep: (line) => context.progress(line),
  });
  // Long texts are cut where they are recorded: by then they hold no secret that a cut could leave half of.
  proxy?.listen(
    (call) => steps.addCall(redactor.cleanValue(call)),
    (problem) => context.problems.push(problem),
  );
  files?.listen((changes) => steps.addChanges(redactor.cleanValue(changes)));
  files?.watch();
  const startNs = nowNs();
  const env = { ...setup.env, ...setup.routed.env };
  const output = new AgentOutput({
    agent,
    command: options.command,
    startNs,
    prints: mode === 'pipes',
    sessions: { home: setup.env.HOME ?? homedir(), workdir, env, startNs },
    onSteps: (some) => steps.add(redactor.cleanValue(some)),
    // What it changed is its own, not the next one's.
    onToolEnded: () => void files?.look().catch(() => undefined),
  });
  return { steps, output };
}

/** Looks at the files for the last time. */
async function finishFiles({ problems }: RunContext, files: FileChanges | null): Promise<NetChanges | null> {
  try {
    const finished = files === null ? null : files.finish();
    const tell = (problem: string) => problems.push(problem);
    const net = finished === null ? null : await within(bounds.lastLook, finished, null, tell);
    problems.push(...(net?.problems ?? []));
    return net;
  } catch (error) {
    problems.push(`the last file changes are not recorded: ${String(error).split('\n')[0]}`);
    return null;
  }
}

/** Reads what the agent left behind, and ends the run's span with what is then known of it. */
async function read(
  { setup, recorder, redactor, problems }: RunContext,
  from: {
    readonly phase: Phase;
    readonly steps: StepRecorder;
    readonly output: AgentOutput;
    readonly stopped: Stopped;
    readonly endRelay: () => Promise<void> | undefined;
  },
): Promise<void> {
  const { phase, steps, output, stopped } = from;
  const { end, timedOut } = stopped;
  const tell = (problem: string) => problems.push(problem);
  const run = await within(bounds.sessions, output.finish(end), null, tell);
  await within(bounds.proxy, Promise.resolve(setup.proxy?.close()), undefined, tell);
  await within(bounds.telemetry, Promise.resolve(from.endRelay()), undefined, tell);
  if (run !== null) {
    steps.add(redactor.cleanValue(run.steps));
    for (const line of run.unparsedLines) recordLine(recorder, line, run.endNs);
  }
  steps.finish();
  phase.end({
    endNs: end.endNs,
    attributes: {
      // What we know better stands on the span already.
      ...(run === null
        ? {}
        : runAttributes({ ...run, command: null, workingDirectory: null }, steps.reportsTokens)),
      ...(run?.agentVersion == null ? {} : { [resourceKey.agentVersion]: run.agentVersion }),
      ...(end.exitCode === null ? {} : { [spanKey.exitCode]: end.exitCode }),
      [spanKey.timedOut]: timedOut,
    },
    ...runStatus(stopped),
  });
}

async function verify({
  options,
  setup,
  recorder,
  redactor,
  problems,
  progress,
}: RunContext): Promise<Verdict | null> {
  const { verify: command, verifyTimeoutMs, signal } = options;
  if (command === null) return null;
  progress(`verifying: ${command}`);
  const phase = recorder.phase('verify', `verify:${options.task}`, {
    attributes: { [spanKey.commandArgs]: shellCommand(command) },
  });
  const { workdir, env } = setup;
  const judging = { command, workdir, env, timeoutMs: verifyTimeoutMs, redactor, signal };
  const { verdict, problems: ofReports } = await judgeWork(judging, options.reports ?? []);
  problems.push(...ofReports);
  const { exitCode, timedOut, endNs } = verdict;
  phase.end({
    endNs,
    ...verifyStatus(verdict),
    attributes: {
      [spanKey.verifyOutput]: verdict.outputTail,
      [spanKey.timedOut]: timedOut,
      ...(exitCode === null ? {} : { [spanKey.exitCode]: exitCode }),
    },
  });
  return verdict;
}

async function cleanUp(
  { options, recorder, problems }: RunContext,
  { agentProcess, mark }: ProcessPhase,
  files: FileChanges | null,
): Promise<void> {
  const phase = recorder.phase('cleanup', `cleanup:${options.agent}`);
  // What the agent left running would go on writing into a directory that was judged already.
  const groupRan = agentProcess.kill('SIGKILL');
  const { ended, left } = endMarked(mark);
  if (left > 0) problems.push(`cleanup: ${left} processes that the agent started could not be ended`);
  const leftRunning = groupRan || ended > 0;
  const removed = Promise.resolve(files?.remove()).catch((error: unknown) => {
    problems.push(`cleanup: ${String(error)}`);
  });
  await within(bounds.cleanup, removed, undefined, (problem) => problems.push(problem));
  phase.end({ attributes: { [spanKey.killedProcesses]: leftRunning } });
}

function score(
  { options, setup }: RunContext,
  known: {
    readonly net: NetChanges | null;
    readonly verdict: Verdict | null;
    readonly wallClockMs: number;
    readonly activeMs: number;
    readonly steps: StepRecorder;
  },
): ScoreRecord[] {
  const { net, verdict, wallClockMs, activeMs, steps } = known;
  return scoreRun(
    {
      verdict,
      wallClockMs,
      activeMs,
      taskId: options.task,
      modelCalls: steps.modelCallFacts(),
      changes: net?.changes ?? null,
      extraGitDir: net?.extraGitDir ?? null,
      expect: options.expect,
      leftovers: setup.agent.leftovers,
    },
    isoFromNs(nowNs()),
  );
}

function resultOf(
  { options, recorder, spool, problems }: RunContext,
  known: {
    readonly process: ProcessPhase;
    readonly startNs: bigint;
    readonly verdict: Verdict | null;
    readonly scores: readonly ScoreRecord[];
    readonly steps: StepRecorder;
  },
): RunResult {
  const { process, verdict, scores, steps } = known;
  const { stopped } = process;
  const { timedOut, interrupted } = stopped;
  return {
    cellId: recorder.cellId,
    url: recorder.url,
    exitCode: exitCodeOf(stopped),
    timedOut,
    interrupted,
    pass: verdict === null || verdict.failure !== null ? null : verdict.pass,
    failures:
      verdict !== null && verdict.failure === null && !verdict.pass ? readFailures(verdict.outputTail) : null,
    scores,
    facts: outcomeFactsOf({ ...known, stopped, timeoutMs: options.timeoutMs }),
    toolCalls: steps.toolCalls,
    modelCalls: steps.modelCallFacts()?.count ?? 0,
    problems: [...problems, ...recorder.problems],
    spoolFile: spool.requests > 0 ? spool.path : null,
  };
}
