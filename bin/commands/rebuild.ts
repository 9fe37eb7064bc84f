// `playhead rebuild`: makes everything that is derived from a database's log again.
import { command } from '../command.ts';
import { printJson, printLine } from '../json.ts';
import { counted } from '../quantities.ts';
import { DEFAULT_DB, dbFlags, jsonFlags } from '../shared-flags.ts';

export const rebuild = command({
  name: 'rebuild',
  about:
    'Empties everything that is derived from the log and builds it again; no collector may be using the file. Exit code 1 where an entry had to be set aside.',
  flags: { ...dbFlags, ...jsonFlags },
  examples: [
    { line: 'playhead rebuild --db playhead.db', says: 'derives every table of this database again' },
  ],
  async run({ values }) {
    const { rebuildDatabase } = await import('../../collector/offline/rebuild.ts');
    const path = values.db ?? DEFAULT_DB;
    const { entries, setAside } = rebuildDatabase(path);
    if (values.json) printJson({ db: path, entries, setAside });
    else {
      for (const { seq, reason } of setAside) printLine(`log entry ${seq} was set aside: ${reason}`);
      printLine(`${path}: built anew from ${counted(entries, 'log entry', 'log entries')}`);
    }
    if (setAside.length > 0) process.exitCode = 1;
  },
});
