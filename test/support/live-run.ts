// A run that goes on while a test watches it: it says that it is alive, prints, calls tools and ends, each
// sent by OTLP to the address of its own cell. It knows no page.
import type { LogRecord, SpanRecord } from '../../collector/record.ts';
import { logEvent, logKey, spanKey } from '../../shared/conventions.ts';
import { aBatch, aLog, aSpan, builtAtNs } from './otlp/otlp-builders.ts';
import { logsJson, tracesJson } from './otlp/otlp-encode.ts';

const MS = 1_000_000n;
/** So that no two runs of a test file share a cell. */
let runs = 0;

/** A run that sends while it goes on, as an adapter does. */
export class LiveRun {
  readonly id: string;
  /** Its page. */
  readonly path: string;
  readonly startNs = builtAtNs;
  readonly #url: string;
  readonly #traceId: string;

  /** @param url of the collector; its clock decides whether the run is under way or fell silent */
  constructor(url: string) {
    runs++;
    this.id = `live/agent/model/family/task-${runs}`;
    this.path = `/cell/agent/model/family/task-${runs}?sweep=live`;
    this.#url = url;
    this.#traceId = `${runs}`.padStart(32, 'a');
  }

  async says(state: 'started' | 'alive'): Promise<void> {
    await this.#logs(aLog({ eventName: logEvent.run, attributes: [[logKey.runState, state]] }));
  }

  async prints(atMs: number, text: string): Promise<void> {
    const attributes = [[logKey.terminalStream, 'pty']] as const;
    const timeNs = this.startNs + BigInt(atMs) * MS;
    await this.#logs(aLog({ timeNs, eventName: logEvent.terminalOutput, body: text, attributes }));
  }

  /** A record of the agent's own log. */
  async logs(atMs: number, body: string): Promise<void> {
    await this.#logs(aLog({ timeNs: this.startNs + BigInt(atMs) * MS, body }));
  }

  async calls(name: string, fromMs: number, toMs: number): Promise<void> {
    await this.#spans(
      this.#span(name, fromMs, toMs, [
        [spanKey.toolName, name],
        [spanKey.kind, 'tool_call'],
      ]),
    );
  }

  async ends(atMs: number): Promise<void> {
    await this.#spans(
      this.#span('agent:task', 0, atMs, [
        [spanKey.kind, 'adapter_run'],
        [spanKey.exitCode, 0],
      ]),
    );
  }

  #span(name: string, fromMs: number, toMs: number, attributes: SpanRecord['attributes']): SpanRecord {
    const at = (ms: number) => this.startNs + BigInt(ms) * MS;
    return aSpan({
      traceId: this.#traceId,
      name,
      startNs: at(fromMs),
      endNs: at(toMs),
      attributes,
    });
  }

  async #spans(span: SpanRecord): Promise<void> {
    await this.#send('traces', tracesJson([aBatch([span])]));
  }

  async #logs(record: LogRecord): Promise<void> {
    await this.#send('logs', logsJson([aBatch([record])]));
  }

  async #send(signal: string, body: Uint8Array): Promise<void> {
    const address = `${this.#url}/cells/${encodeURIComponent(this.id)}/v1/${signal}`;
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(address, { method: 'POST', headers, body: Buffer.from(body) });
    if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  }
}
