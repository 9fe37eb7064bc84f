// The projector's thread: a connection of its own that can only read, and the projector at work on it.
import { parentPort, workerData } from 'node:worker_threads';
import type { StoreModule } from '../cell/stores.ts';
import { ProjectorLoop } from './projector-loop.ts';
import type { Command, ThreadStart } from './projector-messages.ts';

const port = parentPort;
if (!port) throw new Error('the projector thread was started as no thread');
const { store, shared }: ThreadStart = workerData;
const { openForProjector }: StoreModule = await import(store.module);
const loop = new ProjectorLoop(openForProjector(store.params), shared, (report) => port.postMessage(report));
port.on('message', (command: Command) => {
  if (command.kind !== 'stop') loop.onCommand(command);
  else {
    port.close();
    loop.stop();
  }
});
