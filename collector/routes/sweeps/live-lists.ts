// What changes, for pages that list sweeps and cells: a `changed` event names the cells that moved on since the last
// one, at most twice a second. It carries nothing of them: a page asks again for what it shows.
import type { LiveChange } from '../../../shared/wire.ts';
import type { StoreReads } from '../../cell/stores.ts';
import { UnavailableError } from '../../errors.ts';
import type { Writer } from '../../writer.ts';
import type { Answer, RouteContext } from '../route.ts';

/** Each holds a socket of the server's 512. */
const MAX_LISTENERS = 128;
const GATHER_MS = 500;
/** A burst beyond it is told as `more`: a page then asks for all that it shows. */
const MAX_NAMED = 64;
/** Proxies close a silent connection after a minute. */
const HEARTBEAT_MS = 20_000;
const RETRY_MS = 3000;

export function liveLists({ store, writer }: RouteContext): Answer {
  return async () => {
    if (writer.cellUpdates.listenerCount >= MAX_LISTENERS)
      throw new UnavailableError('busy', 'too many pages follow what changes');
    return new Response(changesOf(store, writer), {
      headers: {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        // nginx holds a stream back without it.
        'x-accel-buffering': 'no',
      },
    });
  };
}

/** One that is read slowly is told less often: what moved meanwhile waits as numbers, of which there are few. */
function changesOf(store: StoreReads, writer: Writer): ReadableStream<Uint8Array> {
  const moved = new Set<number>();
  let more = false;
  let gathering: NodeJS.Timeout | null = null;
  let heartbeat: NodeJS.Timeout | null = null;
  let unlisten: (() => void) | null = null;
  const stop = () => {
    unlisten?.();
    if (heartbeat) clearInterval(heartbeat);
    if (gathering) clearTimeout(gathering);
  };
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const say = (text: string) => controller.enqueue(Buffer.from(text));
        const hasRoom = () => (controller.desiredSize ?? 0) > 0;
        const gather = () => {
          gathering ??= setTimeout(() => {
            gathering = null;
            if (hasRoom()) void send();
            else gather();
          }, GATHER_MS);
        };
        const send = async () => {
          const numbers = [...moved];
          const change = { more };
          moved.clear();
          more = false;
          try {
            const ids = await namesOf(store, numbers);
            say(
              `event: changed\ndata: ${JSON.stringify({ cells: ids, ...change } satisfies LiveChange)}\n\n`,
            );
          } catch (error) {
            stop();
            // The page asks again: what could not be read now is read then.
            controller.error(error);
          }
        };
        unlisten = writer.cellUpdates.listen({
          updated(cells) {
            for (const no of cells) {
              if (moved.size < MAX_NAMED) moved.add(no);
              else if (!moved.has(no)) more = true;
            }
            gather();
          },
          stopped() {
            stop();
            controller.close();
          },
        });
        heartbeat = setInterval(() => hasRoom() && say(': alive\n\n'), HEARTBEAT_MS);
        say(`retry: ${RETRY_MS}\n\nevent: listening\ndata: {}\n\n`);
      },
      cancel: stop,
    },
    { highWaterMark: 4 },
  );
}

async function namesOf(store: StoreReads, numbers: readonly number[]): Promise<string[]> {
  const cells = await Promise.all(numbers.map((no) => store.cells.get(no)));
  return [...new Set(cells.map(({ id }) => id))];
}
