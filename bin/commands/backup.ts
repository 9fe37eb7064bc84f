// `playhead backup`: copies a database file, also while a collector writes it.
import { command } from '../command.ts';
import { printJson, printLine } from '../json.ts';
import { DEFAULT_DB, dbFlags, jsonFlags } from '../shared-flags.ts';

export const backup = command({
  name: 'backup',
  about: 'Copies a database, also while a collector writes it. The copy verifies and can be served.',
  args: [{ name: 'FILE', about: 'where the copy goes; nothing may be there yet' }],
  flags: { ...dbFlags, ...jsonFlags },
  examples: [{ line: 'playhead backup copy.db --db playhead.db', says: 'a copy that can be served' }],
  async run({ values, args: [target = ''] }) {
    const { backupDatabase } = await import('../../collector/offline/backup.ts');
    const entries = await backupDatabase(values.db ?? DEFAULT_DB, target);
    if (values.json) printJson({ file: target, entries });
    else printLine(`${target} holds ${entries} log entries`);
  },
});
