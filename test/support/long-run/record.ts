// Records the made long run through the public interface of the recorder, each moment handed to it, so that it is the
// same every time: to a collector, or into a file as a spool. Does not decide what happens in it: the plan does.
import { type CellOptions, type CellRecorder, openCell } from '../../../adapter/sdk/cell-recorder.ts';
import type { Phase } from '../../../adapter/sdk/phase.ts';
import { spanKey } from '../../../shared/conventions.ts';
import { compositeOf, compositeWeights, latencyEfficiency } from '../../../shared/score.ts';
import { expectedPaths } from './files.ts';
import { COMPACTED_S, type MadeTool, type MadeTurn, planLongRun, RUN_S } from './plan.ts';
import { COLS, MadeScreen, ROWS } from './screen.ts';
import { COMMAND, failedOutput, passedOutput, TESTS } from './verifier.ts';

const MODEL = 'example/long-context';
const AGENT = 'example-agent';
const TASK = 'made/rename-then-alter';
const TITLE = 'Rename a column and alter it in one migration (made, not recorded)';
const PROMPT = 'Make a migration that renames a column and alters it keep its data on every backend.';
/** 28 November 2026, 2 in the morning. */
const STARTED_S = 1_795_831_200;
const TODOS = ['Find where the two miss each other', 'Rename before the alter', 'Every backend', 'Documents'];

export interface LongRun {
  /** Attempt 1 failed, attempt 2 passed. */
  readonly attempt: 1 | 2;
  readonly to: Pick<CellOptions, 'endpoint' | 'spool'>;
}

export function longRunId(attempt: LongRun['attempt']): string {
  return `made-example/${AGENT}/${MODEL}/${TASK}${attempt === 1 ? '' : `#run${attempt}`}`;
}

/** @throws where anything of it was not taken */
export async function recordLongRun({ attempt, to }: LongRun): Promise<void> {
  const cell = openCell({
    ...to,
    sweep: 'made-example',
    agent: AGENT,
    model: MODEL,
    task: TASK,
    attempt,
    taskTitle: TITLE,
    idSeed: `long-run-${attempt}`,
    // All is made at once, and none of it may be dropped.
    closeTimeoutMs: 60_000,
  });
  new LongRunWriter(cell, attempt).write();
  await cell.close();
  const problems = cell.problems.filter((problem) => !to.spool || !problem.includes('spool'));
  if (cell.spooled === 0 && problems.length > 0) throw new Error(problems.join('\n'));
}

class LongRunWriter {
  readonly #cell: CellRecorder;
  readonly #isSolved: boolean;
  readonly #zeroNs: bigint;
  readonly #screen = new MadeScreen();
  /** What the terminal prints, with its second; subagents print between one another. */
  readonly #printed: { readonly atS: number; readonly text: () => string }[] = [];
  #costUsd = 0;
  #changed = new Set<string>();
  #calls = 0;

  constructor(cell: CellRecorder, attempt: LongRun['attempt']) {
    this.#cell = cell;
    this.#isSolved = attempt === 2;
    this.#zeroNs = BigInt(STARTED_S + (attempt - 1) * 3600) * 1_000_000_000n;
  }

  write(): void {
    const cell = this.#cell;
    const at = (seconds: number) => this.#at(seconds);
    cell.resize(COLS, ROWS, { atNs: at(RUN_S.agent) });
    cell.phase('task_setup', 'task:set-up', { startNs: at(RUN_S.set) }).end({ endNs: at(RUN_S.agent - 0.4) });
    const run = cell.phase('adapter_run', `${AGENT}:${TASK}`, { startNs: at(RUN_S.agent) });
    this.#print(RUN_S.agent + 0.6, () => this.#screen.greeting('Example agent', PROMPT));
    for (const turn of planLongRun(this.#isSolved)) this.#turn(run, turn, true);
    this.#print(RUN_S.end - 16, () => this.#screen.table(backends));
    this.#print(RUN_S.end - 2, () => this.#screen.done('Worked for 39m 31s'));
    run.end({ endNs: at(RUN_S.end), attributes: { [spanKey.exitCode]: 0 } });
    this.#verify();
    const cleanUp = cell.phase('cleanup', 'task:clean-up', { startNs: at(RUN_S.verified + 0.2) });
    cleanUp.end({ endNs: at(RUN_S.gone) });
    this.#sendTerminal();
    this.#score();
  }

  #at(seconds: number): bigint {
    return this.#zeroNs + BigInt(Math.round(seconds * 1e6)) * 1000n;
  }

  #print(atS: number, text: () => string): void {
    this.#printed.push({ atS, text });
  }

  #turn(parent: Phase, turn: MadeTurn, isMain: boolean): void {
    const { text, thought, input, cached, output, error } = turn;
    const call = parent.modelCall({
      model: MODEL,
      provider: 'example',
      startNs: this.#at(turn.fromS),
      ...(this.#calls++ === 0 && {
        inputMessages: [{ role: 'user', parts: [{ type: 'text', content: PROMPT }] }],
      }),
    });
    const costUsd = error ? 0 : Math.round((input - cached) * 5 + cached * 0.5 + output * 25) / 1e6;
    this.#costUsd += costUsd;
    const parts = [
      ...(thought === null ? [] : [{ type: 'reasoning', content: thought }]),
      ...(text === '' ? [] : [{ type: 'text', content: text }]),
      ...turn.tools.map((tool, index) => ({
        type: 'tool_call',
        id: callId(call, index),
        name: tool.tool,
        arguments: tool.argument,
      })),
    ];
    if (error)
      call.end({ endNs: this.#at(turn.fromS + 0.8), status: 'error', message: error, errorType: '529' });
    else
      call.end({
        endNs: this.#at(turn.toS),
        firstChunkNs: this.#at(turn.firstS),
        tokens: { input, cacheRead: cached, output },
        costUsd,
        finishReason: turn.tools.length > 0 ? 'tool_calls' : 'stop',
        outputMessages: [{ role: 'assistant', parts }],
      });
    if (isMain) this.#showTurn(turn);
    for (const [index, tool] of turn.tools.entries()) this.#tool(parent, tool, callId(call, index), isMain);
  }

  #showTurn(turn: MadeTurn): void {
    for (let atS = turn.fromS + 0.3; atS < turn.toS; atS += 0.9) {
      const [at, from] = [atS, turn.fromS];
      this.#print(at, () =>
        this.#screen.tick('Working', at - from, turn.output * ((at - from) / (turn.toS - from))),
      );
    }
    if (turn.text === '') return;
    const left = Math.max(1, Math.round(100 - (100 * turn.input) / 200_000));
    this.#print(turn.toS, () => {
      this.#screen.left = left;
      return this.#screen.says(turn.text);
    });
  }

  #tool(parent: Phase, tool: MadeTool, id: string, isMain: boolean): void {
    const call = parent.toolCall({
      tool: tool.tool,
      callId: id,
      arguments: tool.argument,
      startNs: this.#at(tool.fromS),
    });
    if (tool.actor !== null) {
      const agent = call.child('agent_step', `invoke_agent ${tool.actor}`, {
        startNs: this.#at(tool.fromS + 0.1),
        attributes: {
          [spanKey.operation]: 'invoke_agent',
          'gen_ai.agent.name': tool.actor,
          [spanKey.conversationId]: tool.actor.toLowerCase().replaceAll(' ', '-'),
        },
      });
      for (const turn of tool.turns) this.#turn(agent, turn, false);
      agent.end({ endNs: this.#at(tool.toS - 0.1) });
    }
    call.end({
      endNs: this.#at(tool.toS),
      result: tool.result,
      exitCode: tool.exitCode,
      ...(tool.error !== null && { status: 'error', message: tool.error }),
    });
    const { edit } = tool;
    if (edit) {
      this.#changed.add(edit.path);
      const atNs = this.#at(tool.toS - 0.01);
      this.#cell.fileChange({ path: edit.path, change: 'modified', diff: edit.diff, span: call, atNs });
    }
    if (isMain) this.#showTool(tool);
  }

  #showTool(tool: MadeTool): void {
    const argument = Object.values(tool.argument).join(', ');
    this.#print(tool.fromS, () => this.#screen.tool(tool.tool, argument));
    for (let atS = tool.fromS + 1; atS < tool.toS; atS += tool.tool === 'Task' ? 4 : 1.6) {
      const [at, from] = [atS, tool.fromS];
      this.#print(at, () =>
        this.#screen.tick(tool.tool === 'Task' ? 'Three subagents' : 'Running', at - from, 0),
      );
    }
    const { edit } = tool;
    this.#print(tool.toS, () =>
      edit
        ? this.#screen.diff(edit.path, edit.diff, edit.added, edit.removed)
        : this.#screen.result(tool.result.split('\n'), tool.error !== null),
    );
  }

  #verify(): void {
    const output = this.#isSolved ? passedOutput() : failedOutput();
    const verify = this.#cell.phase('verify', 'verify:unittest', {
      startNs: this.#at(RUN_S.verify),
      attributes: { [spanKey.commandArgs]: COMMAND.split(' ') },
    });
    verify.end({
      endNs: this.#at(RUN_S.verified),
      ...(this.#isSolved ? {} : { status: 'error', message: `3 of ${TESTS} tests failed` }),
      attributes: { [spanKey.verifyOutput]: output, [spanKey.exitCode]: this.#isSolved ? 0 : 1 },
    });
  }

  /** In order of time. */
  #sendTerminal(): void {
    const todos = [90, 260, 640, 1110, 1620, 2170];
    for (const [done, atS] of todos.entries())
      this.#print(atS, () => this.#screen.todos(Math.min(done, TODOS.length), TODOS));
    this.#print(COMPACTED_S, () => this.#screen.says('The conversation was compacted: 182k tokens to 24k.'));
    const inOrder = this.#printed.toSorted((a, b) => a.atS - b.atS);
    for (const { atS, text } of inOrder) this.#cell.terminal(text(), { atNs: this.#at(atS) });
  }

  #score(): void {
    const passed = this.#isSolved ? TESTS : TESTS - 3;
    const wallMs = (RUN_S.end - RUN_S.agent) * 1000;
    const changed = [...this.#changed].sort();
    const unexpected = changed.filter((path) => !expectedPaths.includes(path));
    const blast = unexpected.length / changed.length;
    const pass = this.#isSolved ? 1 : 0;
    this.#cell.score({
      axis: 'pass_rate',
      values: { pass, exit_code: 1 - pass, timed_out: false, tests_passed: passed, tests_total: TESTS },
    });
    this.#cell.score({ axis: 'latency', values: { wall_clock_ms: wallMs } });
    this.#cell.score({
      axis: 'blast_radius',
      values: {
        blast_radius: blast,
        added: [],
        removed: [],
        modified: changed,
        unexpected_changes: unexpected,
        expected_changes: expectedPaths,
        total_changes: changed.length,
      },
    });
    const input = { passRate: pass, integrity: 1, blastRadius: blast, wallClockMs: wallMs };
    this.#cell.score({
      axis: 'composite',
      values: {
        composite: compositeOf(input),
        weights: compositeWeights,
        components: {
          pass_rate: pass,
          integrity: 1,
          blast_radius: blast,
          wall_clock_ms: wallMs,
          latency_efficiency: latencyEfficiency(wallMs),
          cost_efficiency: 1,
        },
      },
    });
  }
}

function callId({ spanId }: Phase, index: number): string {
  return `call_${spanId}_${index}`;
}

const backends = [
  ['backend', 'what a rename and an alter become', 'in one step', 'tests'],
  ['sqlite', 'the table is built anew', 'same step', '118 ✓'],
  ['postgres', 'RENAME, then ALTER', 'two', '96 ✓'],
  ['mysql', 'CHANGE keeps name and type', 'same step', '641 ✓'],
];
