// A run under way, as server-sent events: one `advance` as soon as somebody listens, one whenever the
// projections moved the cell on, one when its run falls silent, and `gone` when it was deleted. Does not
// send records: an event says how far the cell is, and a listener fetches what it wants to see.
import type { LiveAdvance } from '../../shared/wire.ts';
import { type CellState, clockOf, runStateOf } from '../cell/cell-state.ts';
import { UnavailableError } from '../errors.ts';
import type { Writer } from '../writer.ts';
import { cellOf } from './address.ts';
import type { Answer, RouteContext } from './route.ts';

/** Each holds a socket of the server's 512; agents need the rest. */
const MAX_LISTENERS = 128;
/** A burst of requests is one event: the viewer fetches what changed at most this often. */
const GATHER_MS = 250;
/** Proxies close a silent connection after a minute; a run that fell silent is noticed here too. */
const HEARTBEAT_MS = 10_000;
/** What EventSource waits before it asks again. */
const RETRY_MS = 3000;

export interface LiveOptions {
  readonly maxListeners?: number;
  readonly heartbeatMs?: number;
}

export function live({ maxListeners = MAX_LISTENERS, heartbeatMs = HEARTBEAT_MS }: LiveOptions = {}) {
  return ({ store, writer }: Pick<RouteContext, 'store' | 'writer'>): Answer =>
    async (c) => {
      const cell = await cellOf(c, store);
      if (writer.cellUpdates.listenerCount >= maxListeners)
        throw new UnavailableError('busy', 'too many pages follow runs under way');
      const find = () => store.cells.find(cell.id);
      return new Response(new LiveStream(writer, cell, find, heartbeatMs).readable, {
        headers: {
          'content-type': 'text/event-stream; charset=utf-8',
          'cache-control': 'no-store',
          // nginx holds a stream back without it.
          'x-accel-buffering': 'no',
        },
      });
    };
}

/** What a listener is sent. A slow one is sent the newest state alone: nothing queues up for it. */
class LiveStream {
  readonly readable: ReadableStream<Uint8Array>;
  readonly #writer: Writer;
  readonly #find: () => Promise<CellState | undefined>;
  #no: number;
  #controller: ReadableStreamDefaultController<Uint8Array> | null = null;
  #sent = '';
  #due = true;
  #isReading = false;
  #gathering: NodeJS.Timeout | null = null;
  readonly #heartbeat: NodeJS.Timeout;
  readonly #unlisten: () => void;

  constructor(
    writer: Writer,
    cell: CellState,
    /** Reads the cell again; undefined once it is deleted. */
    find: () => Promise<CellState | undefined>,
    heartbeatMs: number,
  ) {
    this.#writer = writer;
    this.#find = find;
    this.#no = cell.no;
    this.#unlisten = writer.cellUpdates.listen({
      updated: (cells) => {
        if (cells.has(this.#no)) this.#gather();
      },
      stopped: () => this.#end(),
    });
    this.#heartbeat = setInterval(() => this.#beat(), heartbeatMs);
    this.readable = new ReadableStream(
      {
        start: (controller) => {
          this.#controller = controller;
          controller.enqueue(Buffer.from(`retry: ${RETRY_MS}\n\n`));
        },
        pull: () => this.#sendNewest(),
        cancel: () => this.#stop(),
      },
      { highWaterMark: 2 },
    );
  }

  #gather(): void {
    this.#due = true;
    this.#gathering ??= setTimeout(() => {
      this.#gathering = null;
      void this.#sendNewest();
    }, GATHER_MS);
  }

  /** A comment keeps the connection; a state that changed by silence alone is sent. */
  #beat(): void {
    if (!this.#hasRoom()) return;
    this.#controller?.enqueue(Buffer.from(': alive\n\n'));
    this.#due = true;
    void this.#sendNewest();
  }

  /** Sends the newest state, where one is due. One read at a time: what moves meanwhile is told by the next. */
  async #sendNewest(): Promise<void> {
    if (this.#isReading) return;
    this.#isReading = true;
    try {
      while (this.#due && this.#hasRoom()) {
        this.#due = false;
        this.#send(await this.#find());
      }
    } catch (error) {
      const controller = this.#controller;
      this.#stop();
      // The page asks again: what could not be read now is read then.
      controller?.error(error);
    } finally {
      this.#isReading = false;
    }
  }

  #send(cell: CellState | undefined): void {
    if (!cell) {
      this.#controller?.enqueue(Buffer.from('event: gone\ndata: {}\n\n'));
      this.#end();
      return;
    }
    // Another cell may have taken this one in.
    this.#no = cell.no;
    const text = JSON.stringify(advanceOf(cell, this.#writer.now()));
    if (text === this.#sent) return;
    this.#sent = text;
    this.#controller?.enqueue(Buffer.from(`event: advance\nid: ${cell.revision}\ndata: ${text}\n\n`));
  }

  #hasRoom(): boolean {
    return (this.#controller?.desiredSize ?? 0) > 0;
  }

  #end(): void {
    const controller = this.#controller;
    this.#stop();
    controller?.close();
  }

  #stop(): void {
    this.#controller = null;
    this.#unlisten();
    clearInterval(this.#heartbeat);
    if (this.#gathering) clearTimeout(this.#gathering);
  }
}

function advanceOf(cell: CellState, nowNs: bigint): LiveAdvance {
  const clock = clockOf(cell);
  return {
    revision: cell.revision,
    spans: cell.spans.count,
    endNs: clock && String(clock.endNs),
    state: runStateOf(cell, nowNs),
  };
}
