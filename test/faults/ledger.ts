// What a client knows: every request it sent, span by span, and which of them were acknowledged. Compares
// that with what a collector shows afterwards. It is the only judge of "nothing acknowledged is lost".
import { gzipSync } from 'node:zlib';
import type { TraceJson } from '../../shared/wire.ts';
import { aBatch, aSpan } from '../support/otlp/otlp-builders.ts';
import { tracesJson, tracesProtobuf } from '../support/otlp/otlp-encode.ts';
import type { Random } from './random.ts';

export interface Sent {
  readonly cell: string;
  readonly spanIds: readonly string[];
  readonly headers: Record<string, string>;
  readonly body: Uint8Array;
  acknowledged: boolean;
}

interface Judgement {
  /** Acknowledged spans that are not there. */
  readonly lost: string[];
  /** Requests of which some spans are there and some are not. */
  readonly torn: number;
}

export class Ledger {
  readonly sent: Sent[] = [];
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  /** A request of a few spans with payloads of very different sizes, in any encoding. */
  make(cell: string): Sent {
    const random = this.#random;
    const spans = Array.from({ length: random.between(1, 30) }, () =>
      aSpan({
        spanId: random.hex(8),
        traceId: random.hex(16),
        attributes: random.chance(0.2)
          ? [['noise', random.bytes(random.below(2000))]]
          : [['n', random.below(9)]],
      }),
    );
    const json = random.chance(0.2);
    const body = json ? tracesJson([aBatch(spans)]) : tracesProtobuf([aBatch(spans)]);
    const zipped = random.chance(0.2);
    const sent: Sent = {
      cell,
      spanIds: spans.map(({ spanId }) => spanId),
      headers: {
        'content-type': json ? 'application/json' : 'application/x-protobuf',
        ...(zipped ? { 'content-encoding': 'gzip' } : {}),
      },
      body: zipped ? gzipSync(body) : body,
      acknowledged: false,
    };
    this.sent.push(sent);
    return sent;
  }

  /** Sends one request. @returns the status, or null where no answer came */
  async send(url: string, sent: Sent): Promise<number | null> {
    let response: Response;
    try {
      response = await fetch(`${url}/cells/${encodeURIComponent(sent.cell)}/v1/traces`, {
        method: 'POST',
        headers: sent.headers,
        body: Buffer.from(sent.body),
      });
      await response.arrayBuffer();
    } catch (error) {
      // Whoever is killed answers nothing: the client cannot know what became of it.
      if (error instanceof TypeError) return null;
      throw error;
    }
    if (response.status === 200) sent.acknowledged = true;
    return response.status;
  }

  get acknowledgedSpans(): number {
    return this.sent.reduce((sum, sent) => sum + (sent.acknowledged ? sent.spanIds.length : 0), 0);
  }

  /** @param found span ids that are there @param cell only what was sent to this one */
  judge(found: ReadonlySet<string>, cell?: string): Judgement {
    const lost: string[] = [];
    let torn = 0;
    for (const sent of this.sent) {
      if (cell !== undefined && sent.cell !== cell) continue;
      const there = sent.spanIds.filter((id) => found.has(id)).length;
      if (there > 0 && there < sent.spanIds.length) torn++;
      if (sent.acknowledged && there < sent.spanIds.length)
        lost.push(...sent.spanIds.filter((id) => !found.has(id)));
    }
    return { lost, torn };
  }
}

/** The span ids of a cell as a running collector shows them; none where it has no such cell. */
export async function shownSpans(url: string, cell: string): Promise<Set<string>> {
  const response = await fetch(`${url}/api/cells/${encodeURIComponent(cell)}/trace`);
  if (response.status === 404) return new Set();
  if (response.status !== 200) throw new Error(`the trace answered ${response.status}`);
  const { spans } = (await response.json()) as TraceJson;
  return new Set(spans.map(({ spanId }) => spanId));
}
