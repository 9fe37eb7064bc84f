// How the running collector is, for /readyz and /metrics: asked of its parts whenever somebody wants to know.
// Does not keep or count anything.
import type { CollectorStore } from '../cell/stores.ts';
import type { Writer } from '../writer.ts';
import type { Gauges } from './collector-metrics.ts';
import type { HeldAnswers } from './held-answers.ts';
import type { Intake } from './request-body.ts';

/** The server around the application; absent under `app.request()`. */
export interface ServerStatus {
  readonly connections: number;
  readonly isDraining: boolean;
}

/** Entries behind which reads are stale enough to say so: about a minute of a busy sweep. */
const MAX_LAG = 20_000;

export class Readiness {
  readonly #store: CollectorStore;
  readonly #writer: Writer;
  readonly #intake: Intake;
  readonly #answers: HeldAnswers;
  readonly #server: () => ServerStatus | null;

  constructor(
    store: CollectorStore,
    writer: Writer,
    intake: Intake,
    answers: HeldAnswers,
    server: () => ServerStatus | null,
  ) {
    this.#store = store;
    this.#writer = writer;
    this.#intake = intake;
    this.#answers = answers;
    this.#server = server;
  }

  async gauges(): Promise<Gauges> {
    const { acknowledged, projected } = this.#writer.status();
    const { walBytes, databaseBytes } = await this.#store.sizes();
    return {
      acknowledgedSeq: acknowledged,
      projectedSeq: projected,
      setAside: (await this.#writer.setAside()).length,
      bytesInFlight: this.#intake.bytesInFlight,
      answerBytes: this.#answers.bytes,
      walBytes,
      databaseBytes,
      connections: this.#server()?.connections ?? 0,
      listeners: this.#writer.cellUpdates.listenerCount,
      cells: await this.#store.reads.cells.count(),
    };
  }

  /** Why it does not take or keep records now, in sentences; empty when it does. */
  async problems(): Promise<string[]> {
    const problems: string[] = [];
    const problem = await this.#store.problem();
    if (problem !== null) problems.push(problem);
    const { acknowledged, projected } = this.#writer.status();
    if (this.#server()?.isDraining) problems.push('the collector is stopping');
    if (this.#store.isReadOnly) problems.push('the database cannot be written');
    else if (!this.#writer.isDurable) problems.push('the database does not sync what it acknowledges');
    if (this.#writer.isWaiting) problems.push('the projections cannot be written now');
    if (acknowledged - projected > MAX_LAG)
      problems.push(`the projections are ${acknowledged - projected} log entries behind`);
    return problems;
  }
}
