// A collector in a process of its own, as `playhead serve` runs it; answers how it stands when asked.
import { startCollector } from '../../../collector/main.ts';
import { peakMemoryBytes } from '../../support/machine/peak-memory.ts';
import { type Standing, scratchDatabase, tell } from '../protocol.ts';

const database = scratchDatabase();
const collector = await startCollector({ port: 0, host: '127.0.0.1', dbPath: database.path });

process.on('message', async (question) => {
  if (question === 'standing') {
    const { acknowledged, projected } = collector.writer.status();
    const { user, system } = process.cpuUsage();
    const maxRssBytes = peakMemoryBytes();
    tell({ acknowledged, projected, maxRssBytes, cpuSeconds: (user + system) / 1e6 } satisfies Standing);
  } else if (question === 'close') {
    await collector.close();
    tell({ bytes: database.remove() });
    process.disconnect?.();
  }
});
tell({ url: collector.url });
