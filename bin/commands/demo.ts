// `playhead demo`: `playhead serve` with recorded runs in a throw-away database.
import { command } from '../command.ts';
import { serveFlags, serveUntilStopped } from './serve.ts';

const { demo: _isDemo, db: _db, ...flags } = serveFlags;

export const demo = command({
  name: 'demo',
  about:
    'Serves three recorded runs, a sheet of published ones and a long run that was made, from a throw-away database, and prints a failed run to begin with. It is `playhead serve --demo`.',
  flags,
  examples: [{ line: 'playhead demo --port 0', says: 'on any free port; Ctrl-C ends it' }],
  run: ({ values }) => serveUntilStopped({ ...values, demo: true }),
});
