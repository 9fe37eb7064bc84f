// A collector as a process of its own, to be killed: `node collector-process.ts DB`. Prints its address
// as one line once it is ready, and stops well on SIGTERM.
import { startCollector } from '../../collector/main.ts';

const collector = await startCollector({ port: 0, host: '127.0.0.1', dbPath: process.argv[2] ?? '' });
process.stdout.write(`${collector.url}\n`);
process.on('SIGTERM', () => {
  collector.close().then(() => process.exit(0));
});
