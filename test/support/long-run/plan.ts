// What happens in the made long run and when: 145 turns of the main agent and three subagents over 40 minutes, with
// their tools, edits, the errors that are overcome and the compaction. Does not record it.
import { type MadeEdit, MadeFiles, paths, SUSPECT, seeded, TEST_FILE } from './files.ts';
import { said } from './said.ts';

export interface MadeTool {
  readonly tool: 'Read' | 'Grep' | 'Bash' | 'Edit' | 'Task';
  readonly argument: Readonly<Record<string, string>>;
  readonly fromS: number;
  readonly toS: number;
  readonly result: string;
  readonly exitCode: number | null;
  /** The tool failed; what follows overcomes it. */
  readonly error: string | null;
  readonly edit: MadeEdit | null;
  /** A Task's own turns. */
  readonly turns: readonly MadeTurn[];
  readonly actor: string | null;
}

export interface MadeTurn {
  readonly text: string;
  readonly thought: string | null;
  readonly fromS: number;
  readonly firstS: number;
  readonly toS: number;
  readonly input: number;
  readonly cached: number;
  readonly output: number;
  /** A refused request, made again by the next turn. */
  readonly error: string | null;
  readonly tools: readonly MadeTool[];
}

export const RUN_S = { set: 0, agent: 4.2, end: 2375.5, verify: 2378.4, verified: 2399.8, gone: 2402 };
/** When the edit after which the tests fail begins. */
const GUILTY_S = 2303.4;
export const COMPACTED_S = 1502;

interface Stretch {
  readonly fromS: number;
  readonly toS: number;
  readonly turns: number;
  readonly edits: number;
  readonly words: readonly string[];
  /** Input tokens of the first call and of the last. */
  readonly context: readonly [number, number];
  readonly paths: readonly string[];
  readonly seed: number;
}

const editable = paths.filter((path) => path !== SUSPECT && path !== TEST_FILE);
const mine = editable.filter((path) => !/mysql|postgres|docs\//.test(path));
const stretch = (
  [fromS, toS, turns, edits]: readonly [number, number, number, number],
  words: readonly string[],
  context: readonly [number, number],
  of: readonly string[],
): Stretch => ({ fromS, toS, turns, edits, words, context, paths: of, seed: Math.round(fromS) + turns });

/** @param isSolved whether the last edit of the suspect file is left undone, and all tests pass */
export function planLongRun(isSolved: boolean): readonly MadeTurn[] {
  const files = new MadeFiles();
  const make = (one: Stretch) => turnsOf(one, files);
  const explore = make(stretch([6, 254, 14, 0], said.explore, [11_800, 48_000], mine));
  const first = make(stretch([256, 615, 16, 12], said.edit, [49_000, 78_000], mine));
  const tasks = [
    task('Explore backends', stretch([625, 946, 14, 0], said.explore, [8_200, 36_000], mine), files),
    task(
      'MySQL schema editor',
      stretch(
        [626, 1098, 19, 9],
        said.backend,
        [9_100, 31_000],
        ['harbor/schema/mysql.py', 'harbor/schema/postgres.py', 'harbor/db/introspection.py'],
      ),
      files,
    ),
    task(
      'Docs and release note',
      stretch(
        [627, 858, 11, 7],
        said.docs,
        [7_400, 19_000],
        paths.filter((path) => path.startsWith('docs/')),
      ),
      files,
    ),
  ];
  const second = make(stretch([1106, 1500, 26, 13], said.edit, [98_000, 182_000], mine));
  const third = make(
    stretch([1525, 2166, 30, 14], said.edit, [24_000, 83_000], [...mine, SUSPECT, TEST_FILE]),
  );
  const again = [
    task(
      'MySQL schema editor',
      stretch([2176, 2256, 2, 1], said.backend, [30_000, 31_000], ['harbor/schema/mysql.py']),
      files,
    ),
    task(
      'Docs and release note',
      stretch([2177, 2209, 1, 1], said.docs, [19_500, 19_500], ['docs/release-notes.md']),
      files,
    ),
  ];
  const finish = finishing(files, isSolved);
  const spawn = (atS: number, tools: readonly MadeTool[], input: number, text: string): MadeTurn => ({
    ...calm(text, atS, 7.4, input, 402),
    tools,
  });
  const turns = [
    ...explore,
    ...first,
    spawn(617, tasks, 79_500, 'The backends are independent of one another: three subagents take one each.'),
    ...second,
    ...third,
    spawn(2168, again, 83_400, 'MySQL runs its suite once more after the rebase.'),
    ...finish,
  ];
  return withErrors(turns);
}

function finishing(files: MadeFiles, isSolved: boolean): MadeTurn[] {
  const texts = said.finish;
  const at = (index: number) => 2262 + index * 11.35;
  return texts.map((text, index): MadeTurn => {
    const turn = calm(
      text,
      at(index),
      index === texts.length - 1 ? 3 : 6.2,
      84_800 + index * 820,
      122 + index * 33,
    );
    const toolS = at(index) + 7;
    if (index === 0) return { ...turn, tools: [reads(SUSPECT, files, toolS)] };
    if (index === 2) return { ...turn, tools: [greps('rename_mapping', toolS)] };
    if (index === 3) {
      const edit = isSolved ? files.edit('docs/migrations.md') : files.breakMapping();
      return { ...turn, tools: [edits(edit, GUILTY_S)] };
    }
    if (index === 4)
      return { ...turn, tools: [runs('python -m unittest tests.test_operations', toolS, 3.6, 88)] };
    if (index === 5) return { ...turn, tools: [edits(files.edit('docs/release-notes.md'), toolS)] };
    if (index === 6) return { ...turn, tools: [edits(files.edit('docs/fields.md'), toolS)] };
    if (index === 7) return { ...turn, tools: [runs('git diff --stat', toolS, 0.2, null)] };
    return { ...turn, tools: [] };
  });
}

/** One subagent, as the tool call that sends it. */
function task(actor: string, one: Stretch, files: MadeFiles): MadeTool {
  const turns = turnsOf(one, files);
  return {
    ...quiet,
    tool: 'Task',
    argument: { description: actor, prompt: `${actor}: look into it and say what you did.` },
    fromS: one.fromS - 0.5,
    toS: one.toS,
    result: turns.at(-1)?.text ?? '',
    actor,
    turns,
  };
}

function turnsOf(
  { fromS, toS, turns, edits: editCount, words, context, paths: of, seed }: Stretch,
  files: MadeFiles,
) {
  const random = seeded(seed);
  const slot = (toS - fromS) / turns;
  let edited = 0;
  return Array.from({ length: turns }, (_, index): MadeTurn => {
    const atS = fromS + index * slot;
    const share = turns === 1 ? 1 : index / (turns - 1);
    const input = Math.round(context[0] + (context[1] - context[0]) * share);
    const length = slot * (0.38 + 0.22 * random());
    const text = words[index % words.length] ?? '';
    const turn = calm(text, atS, length, input, 90 + Math.round(random() * 620));
    const due = Math.round(((index + 1) / turns) * editCount);
    const tools: MadeTool[] = [];
    let toolS = atS + length + 0.1;
    for (; edited < due; edited++, toolS += 0.6)
      tools.push(edits(files.edit(of[(edited * 5 + seed) % of.length] ?? SUSPECT), toolS));
    const rest = atS + slot - toolS - 0.3;
    if (index === turns - 1) return { ...turn, tools };
    if (tools.length > 0 && index % 3 !== 0) return { ...turn, tools };
    if (index % 3 === 2 && editCount > 0)
      tools.push(
        runs('python -m unittest tests.test_schema tests.test_operations', toolS, Math.min(rest, 22), 126),
      );
    else if (index % 2 === 0) tools.push(reads(of[(index + seed) % of.length] ?? SUSPECT, files, toolS));
    if (index % 2 === 1 || (editCount === 0 && index % 4 === 0))
      tools.push(greps(index % 4 === 1 ? 'rename_mapping' : 'RenameField', toolS));
    return { ...turn, tools };
  });
}

function calm(text: string, fromS: number, lengthS: number, input: number, output: number): MadeTurn {
  const firstS = fromS + Math.min(2.4, lengthS * 0.28);
  const thought =
    output > 560
      ? 'Where is the name read, and where the column? The two differ while the table is built anew.'
      : null;
  const cached = Math.round(input * (output % 7 === 0 ? 0.62 : 0.93));
  return {
    text,
    thought,
    fromS,
    firstS,
    toS: fromS + lengthS,
    input,
    cached,
    output,
    error: null,
    tools: [],
  };
}

const quiet = { exitCode: null, error: null, edit: null, turns: [], actor: null } as const;

function reads(path: string, files: MadeFiles, fromS: number): MadeTool {
  const lines = files.lines(path).slice(0, 12);
  const result = lines.map((line, index) => `${String(index + 1).padStart(4)}  ${line}`).join('\n');
  return { ...quiet, tool: 'Read', argument: { file_path: path }, fromS, toS: fromS + 0.3, result };
}

function greps(pattern: string, fromS: number): MadeTool {
  const result = `harbor/schema/sqlite.py:198:        ${pattern} = {}\nharbor/migrations/operations.py:41: # ${pattern}`;
  return { ...quiet, tool: 'Grep', argument: { pattern, path: 'harbor' }, fromS, toS: fromS + 0.06, result };
}

function runs(command: string, fromS: number, lengthS: number, passed: number | null): MadeTool {
  const result =
    passed === null
      ? ' 25 files changed, 164 insertions(+), 38 deletions(-)'
      : `${'.'.repeat(Math.min(passed, 70))}\n${'-'.repeat(70)}\nRan ${passed} tests in ${lengthS.toFixed(3)}s\n\nOK`;
  return { ...quiet, tool: 'Bash', argument: { command }, fromS, toS: fromS + lengthS, result, exitCode: 0 };
}

function edits(edit: MadeEdit, fromS: number): MadeTool {
  const result = `${edit.path} was written: ${edit.added} added, ${edit.removed} removed`;
  return {
    ...quiet,
    tool: 'Edit',
    argument: { file_path: edit.path },
    fromS,
    toS: fromS + 0.15,
    result,
    edit,
  };
}

/** Four errors that the run overcomes: a refused request, a text not found, a missing module and a time limit. */
function withErrors(turns: readonly MadeTurn[]): MadeTurn[] {
  const failing: Readonly<Record<number, (turn: MadeTurn) => MadeTurn>> = {
    12: (turn) => ({
      ...turn,
      error: 'overloaded_error: Overloaded',
      text: '',
      thought: null,
      output: 0,
      tools: [],
    }),
    22: (turn) => failedTool(turn, 'Bash', "ModuleNotFoundError: No module named 'tests.schema'", 1),
    36: (turn) => failedTool(turn, 'Edit', 'The text to replace was not found in the file', null),
    66: (turn) => failedTool(turn, 'Bash', 'The command ran into its limit of 20 s', 124),
  };
  return turns.map((turn, index) => failing[index]?.(turn) ?? turn);
}

function failedTool(turn: MadeTurn, tool: 'Bash' | 'Edit', error: string, exitCode: number | null): MadeTurn {
  const fromS = turn.toS + 0.02;
  const argument: MadeTool['argument'] =
    tool === 'Bash' ? { command: 'python -m unittest tests.schema' } : { file_path: 'harbor/schema/base.py' };
  const failed: MadeTool = {
    ...quiet,
    tool,
    argument,
    fromS,
    toS: fromS + 0.07,
    result: error,
    exitCode,
    error,
  };
  return { ...turn, tools: [failed, ...turn.tools] };
}
