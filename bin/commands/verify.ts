// `playhead verify`: checks a database file against its own log, and names every problem.
import { command } from '../command.ts';
import { printJson, printLine } from '../json.ts';
import { counted } from '../quantities.ts';
import { DEFAULT_DB, dbFlags, jsonFlags } from '../shared-flags.ts';

export const verify = command({
  name: 'verify',
  about:
    'Reads a whole database and checks it against its own log: flipped bytes, gaps, lost entries, tables that say something else. Changes nothing, and may run beside a collector. Exit code 3 where anything is wrong.',
  flags: { ...dbFlags, ...jsonFlags },
  examples: [
    { line: 'playhead verify --db playhead.db', says: 'one line, and exit code 0, where all is whole' },
  ],
  async run({ values }) {
    const { verifyDatabase } = await import('../../collector/offline/verify.ts');
    const { StartError } = await import('../../collector/errors.ts');
    const path = values.db ?? DEFAULT_DB;
    const { entries, problems, notes } = verifyDatabase(path);
    if (values.json) printJson({ db: path, entries, problems, notes });
    else {
      for (const note of notes) printLine(`note: ${note}`);
      for (const { code, message } of problems) printLine(`${code}: ${message}`);
    }
    if (problems.length > 0)
      throw new StartError('damaged', `${path}: ${counted(problems.length, 'problem')}`);
    if (!values.json) printLine(`${path}: ${counted(entries, 'log entry', 'log entries')}, all whole`);
  },
});
