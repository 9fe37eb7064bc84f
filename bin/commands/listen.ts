// `playhead doctor --listen`: a collector on a database of its own that says of whatever arrives who sends it, in which
// dialect, whose cell it becomes and why, and what of it nothing reads. For who wires a harness; keeps nothing.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Collector, startCollector } from '../../collector/main.ts';
import type { CellsPage, Sender, SendersJson } from '../../shared/wire.ts';
import { counted } from '../quantities.ts';

/** What arrives together is told together. */
const REST_MS = 150;
/** Cells that are told of. */
const MAX_CELLS = 50;

export interface Listening {
  readonly url: string;
  /** Tells what is not told yet, and stops. */
  close(): Promise<void>;
}

/** @param say takes a line */
export async function listen(
  at: { readonly port: number; readonly host: string },
  say: (line: string) => void,
): Promise<Listening> {
  const folder = mkdtempSync(join(tmpdir(), 'playhead-doctor-'));
  const collector = await startCollector({
    ...at,
    dbPath: join(folder, 'playhead.db'),
    log: ({ level, message }) => {
      if (level !== 'info' && typeof message === 'string') say(message);
    },
    refused: ({ method, path, status, message }) => say(`${method} ${path}: ${status}, ${message}`),
  });
  const told = new Map<string, string>();
  let timer: NodeJS.Timeout | undefined;
  const tell = (): Promise<void> => tellAll(collector, told, say);
  collector.writer.cellUpdates.listen({
    updated: () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        void tell();
      }, REST_MS);
    },
    stopped: () => undefined,
  });
  return {
    url: collector.url,
    async close() {
      clearTimeout(timer);
      await tell();
      await collector.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Tells of every cell of which there is something new. */
async function tellAll(
  collector: Collector,
  told: Map<string, string>,
  say: (line: string) => void,
): Promise<void> {
  const read = async <T>(path: string): Promise<T> => {
    const response = await collector.app.request(`http://127.0.0.1${path}`);
    return (await response.json()) as T;
  };
  const { cells } = await read<CellsPage>(`/api/cells?limit=${MAX_CELLS}`);
  for (const { id } of cells) {
    const { senders, chosen } = await read<SendersJson>(`/api/cells/${encodeURIComponent(id)}/senders`);
    const text = [`${id}: ${chosen}`, ...senders.flatMap(senderLines)].join('\n');
    if (told.get(id) === text) continue;
    told.set(id, text);
    say(text);
  }
}

function senderLines({ service, sdk, scope, kinds, dialects, unread, unreadNames }: Sender): string[] {
  const from = [service, sdk, scope].filter((part) => part !== null && part !== '').join(', ');
  const what = kinds.map(({ kind, count }) => `${count} ${kind}`).join(', ');
  const how = dialects.length === 0 ? 'no dialect recognised' : dialects.join(', ');
  const names = unread.map(({ key, count }) => (count > 1 ? `${key} ×${count}` : key));
  const more = unreadNames > names.length ? `, and ${counted(unreadNames - names.length, 'more name')}` : '';
  return [
    `  from    ${from}`,
    `  reads   ${how}: ${what}`,
    ...(names.length > 0 ? [`  unread  ${names.join(', ')}${more}`] : []),
  ];
}
