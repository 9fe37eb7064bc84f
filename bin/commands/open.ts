// `playhead open`: a run's page, in the browser of whoever asks. Starts no collector.
import { spawn } from 'node:child_process';
import { cellArgument, isAddress, readCell } from '../client.ts';
import { command } from '../command.ts';
import { printJson, printLine } from '../json.ts';
import { clientFlags, jsonFlags } from '../shared-flags.ts';

export const open = command({
  name: 'open',
  about: 'Opens a run in the browser, and prints its address.',
  args: [cellArgument],
  flags: { print: { about: 'only prints the address' }, ...clientFlags, ...jsonFlags },
  examples: [
    {
      line: 'playhead open my-sweep/my-agent/my-model/my-family/my-task --print',
      says: 'the address of this run’s replay',
    },
  ],
  async run({ values, args: [cell = ''] }) {
    const { readCellOutline } = await import('../../adapter/sdk/collector-client.ts');
    const { cellUrl } = await import('../../adapter/sdk/cell-url.ts');
    const { client, cellId } = await readCell(cell, values);
    if ((await readCellOutline(client, cellId)) === null)
      throw new Error(`${client.endpoint} has no run ${cellId}`);
    // An address keeps its moment, its tab and its token.
    const url = isAddress(cell) ? cell : cellUrl(client.endpoint, cellId);
    if (values.json) printJson({ cell: cellId, url });
    else printLine(url);
    if (values.print !== true) await show(url);
  },
});

/** @throws where no program that opens pages can be started */
async function show(url: string): Promise<void> {
  const { browserCommand } = await import('../../adapter/platform.ts');
  const [file, ...args] = browserCommand(url);
  const child = spawn(file, args, { stdio: 'ignore', detached: true });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', () =>
      reject(new Error(`no browser could be opened by ${file}: open the address yourself`)),
    );
  });
  child.unref();
}
