// The part of a run in which the agent's process lives: starts it, hands on what it prints, ends it when its
// time is up or the user says so, and records it as a span. Reads nothing into what it prints.
import { randomBytes } from 'node:crypto';
import { basename } from 'node:path';
import { resourceKey, spanKey } from '../../shared/conventions.ts';
import type { Phase } from '../sdk/phase.ts';
import type { AgentProcess, OutputChunk } from './agent-process.ts';
import { startProcess } from './agent-process.ts';
import type { Container } from './container.ts';
import { telemetryEnv } from './environment.ts';
import { MARK_VARIABLE } from './left-behind.ts';
import { bounds } from './run-bounds.ts';
import type { RunContext } from './run-context.ts';
import type { Stopped } from './run-end.ts';
import type { RunSetup } from './run-setup.ts';
import type { TelemetryRelay } from './telemetry-relay.ts';

export interface ProcessPhase {
  readonly agentProcess: AgentProcess;
  readonly stopped: Stopped;
  /** In the environment of all that the agent started. */
  readonly mark: string;
  /** How long the process, or its container, lived. */
  readonly activeMs: number;
}

/** @param onOutput is handed every piece of output, as it comes */
export async function runProcess(
  context: RunContext,
  phase: Phase,
  relay: TelemetryRelay | null,
  onOutput: (chunk: OutputChunk) => void,
): Promise<ProcessPhase> {
  const { setup, options, recorder } = context;
  const { container, routed, workdir, env, mode } = setup;
  const inner = container
    ? phase.child('container', `${options.agent}:run`, { attributes: containerAttributes(setup, container) })
    : phase.child('other', `process ${basename(options.command[0] ?? '')}`);
  const screen = recordTerminal(context);
  const mark = randomBytes(12).toString('hex');
  const agentProcess = startProcess({
    command: container?.command ?? routed.command,
    workdir,
    env: { ...env, ...routed.env, ...telemetryOf(context, phase, relay), [MARK_VARIABLE]: mark },
    mode,
    cols: options.cols,
    rows: options.rows,
    stdin: options.stdin,
    onOutput: (chunk) => {
      options.onOutput?.(chunk.stream, chunk.text);
      screen.add(chunk);
      onOutput(chunk);
    },
  });
  options.onResizer?.((cols, rows) => {
    agentProcess.resize(cols, rows);
    if (mode === 'pty') recorder.resize(cols, rows);
  });
  const stopped = await waitFor(agentProcess, context);
  const { exitCode, signal, endNs } = stopped.end;
  screen.end(endNs);
  inner.end({
    endNs,
    attributes: {
      [spanKey.processId]: agentProcess.pid,
      ...(exitCode === null ? {} : { [spanKey.exitCode]: exitCode }),
      [spanKey.timedOut]: stopped.timedOut,
    },
    ...(signal === null ? {} : { status: 'error', message: `ended by ${signal}` }),
  });
  return { agentProcess, stopped, mark, activeMs: Number(endNs - inner.startNs) / 1e6 };
}

/**
 * The terminal's recording, without secrets. It is cleaned twice: here as one stream, for a secret may be cut
 * in two by the pieces in which output comes; and, like every record, by `sdk/export-body.ts` on its way out,
 * which sees each piece alone and is what keeps secrets in for all that has no stream.
 */
function recordTerminal({ options, setup, recorder, redactor }: RunContext): {
  add(chunk: OutputChunk): void;
  end(atNs: bigint): void;
} {
  const streams = new Map<OutputChunk['stream'], ReturnType<typeof redactor.stream>>();
  if (setup.mode === 'pty') recorder.resize(options.cols, options.rows);
  return {
    add({ stream, text, atNs }) {
      const redacting = streams.get(stream) ?? redactor.stream();
      streams.set(stream, redacting);
      const clean = redacting.push(text);
      if (clean !== '') recorder.terminal(clean, { atNs, stream });
    },
    end(atNs) {
      for (const [stream, redacting] of streams) {
        const rest = redacting.end();
        if (rest !== '') recorder.terminal(rest, { atNs, stream });
      }
    },
  };
}

async function waitFor(agentProcess: AgentProcess, { options, setup }: RunContext): Promise<Stopped> {
  const { signal, timeoutMs } = options;
  let timedOut = false;
  let interrupted = signal?.aborted ?? false;
  let killer: NodeJS.Timeout | undefined;
  const stop = (): void => {
    agentProcess.kill('SIGTERM');
    void setup.container?.kill();
    killer = setTimeout(() => agentProcess.kill('SIGKILL'), bounds.agentStop.maxMs);
  };
  const onAbort = (): void => {
    interrupted = true;
    stop();
  };
  const onTimeout = (): void => {
    timedOut = true;
    stop();
  };
  const timer = timeoutMs === null ? undefined : setTimeout(onTimeout, timeoutMs);
  if (interrupted) stop();
  else signal?.addEventListener('abort', onAbort, { once: true });
  const end = await agentProcess.ended;
  clearTimeout(timer);
  clearTimeout(killer);
  signal?.removeEventListener('abort', onAbort);
  return { end, timedOut, interrupted };
}

function telemetryOf(
  { recorder, setup }: RunContext,
  { traceId, spanId }: Phase,
  relay: TelemetryRelay | null,
): Record<string, string> {
  if (relay === null) return {};
  relay.noteRunSpan(spanId);
  return telemetryEnv({ url: relay.url, cellId: recorder.cellId, traceId, spanId }, setup.env);
}

function containerAttributes(
  { options, routed }: RunSetup,
  { engine, digest }: Container,
): Record<string, string | string[]> {
  return {
    [resourceKey.imageName]: options.image ?? '',
    ...(digest === null ? {} : { [resourceKey.imageDigests]: [digest] }),
    [spanKey.containerRuntime]: engine,
    [spanKey.commandArgs]: [...routed.command],
  };
}
