// F20: random schedules of all that can be done to a collector and its file, judged by a reference model: nothing
// acknowledged is lost, nothing deleted comes back, and `verify` finds nothing wrong with a sound file.
import { join } from 'node:path';
import { expect } from 'vitest';
import { type Collector, startCollector } from '../../../collector/main.ts';
import { backupDatabase } from '../../../collector/offline/backup.ts';
import { pruneDatabase } from '../../../collector/offline/prune.ts';
import { rebuildDatabase } from '../../../collector/offline/rebuild.ts';
import { verifyDatabase } from '../../../collector/offline/verify.ts';
import { AGENT_SENDER, SENDER_HEADER } from '../../../shared/otlp-address.ts';
import type { CellDetail, CellsPage, TraceJson } from '../../../shared/wire.ts';
import { aBatch, aSpan } from '../../support/otlp/otlp-builders.ts';
import { tracesJson, tracesProtobuf } from '../../support/otlp/otlp-encode.ts';
import { type Child, startChild } from '../child.ts';
import { aFolder, faultTest, report, times } from '../fault-test.ts';
import type { Random } from '../random.ts';
import { type Batch, Model, type Way } from './model.ts';

const SCHEDULES = times(30, 17);
const LANES = 2;
const STEPS = 30;
const ways: readonly Way[] = ['label', 'address', 'trace', 'agent'];
const axes = ['pass_rate', 'quality', 'zeal', 'alpha'];

/** The steps of a schedule, each as often as its weight. */
const weights = {
  send: 28,
  resend: 10,
  put: 6,
  delete: 6,
  page: 4,
  backup: 2,
  verify: 2,
  // A start costs as much as a hundred requests.
  restart: 1,
  kill: 1,
  prune: 1,
  rebuild: 1,
} as const;
type Step = keyof typeof weights;
const steps = (Object.entries(weights) as [Step, number][]).flatMap(([step, weight]) =>
  Array<Step>(weight).fill(step),
);

interface Sent extends Batch {
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: Uint8Array;
}

class Figures {
  readonly steps = new Map<Step, number>();
  spans = 0;
  compared = 0;
  verified = 0;
  lost = 0;
  resurrected = 0;
  falseAlarms = 0;
  readonly findings: string[] = [];

  count(step: Step): void {
    this.steps.set(step, (this.steps.get(step) ?? 0) + 1);
  }
}

/** One collector on one file: in this process, or in one of its own where it is to be killed. */
class Schedule {
  readonly #random: Random;
  readonly #figures: Figures;
  readonly #model = new Model();
  readonly #dbPath = join(aFolder(), 'playhead.db');
  readonly #cells: readonly string[];
  readonly #traces: readonly string[];
  readonly #sent: Sent[] = [];
  #collector: Collector | null = null;
  #child: Child | null = null;
  #backups = 0;

  constructor(random: Random, figures: Figures) {
    this.#random = random;
    this.#figures = figures;
    this.#cells = Array.from({ length: 4 }, (_, at) => `model/agent/m/family/task${at}`);
    this.#traces = Array.from({ length: 5 }, () => random.hex(16));
  }

  async run(): Promise<void> {
    await this.#start();
    for (let at = 0; at < STEPS; at++) {
      const step = this.#random.pick(steps);
      this.#figures.count(step);
      await this.#take(step);
    }
    await this.#compare('at the end');
    await this.#stop();
    this.#verify(this.#dbPath);
    if (this.#random.chance(0.7)) return;
    rebuildDatabase(this.#dbPath);
    await this.#start();
    await this.#compare('after a last rebuild');
    await this.#stop();
  }

  async #take(step: Step): Promise<void> {
    const random = this.#random;
    switch (step) {
      case 'send':
        return await this.#send(this.#make());
      case 'resend':
        return this.#sent.length > 0 ? await this.#send(random.pick(this.#sent)) : undefined;
      case 'put':
        return await this.#put(random.pick(this.#cells), random.pick(axes), random.below(100) / 100);
      case 'delete':
        return await this.#delete();
      case 'page':
        return await this.#page();
      case 'backup':
        return await this.#backup();
      case 'verify':
        return this.#verify(this.#dbPath);
      case 'kill':
        return await this.#kill();
      default:
        await this.#stop();
        if (step === 'prune')
          pruneDatabase(this.#dbPath, { keep: 1000, nowNs: BigInt(Date.now()) * 1_000_000n });
        if (step === 'rebuild') rebuildDatabase(this.#dbPath);
        if (step !== 'restart') this.#verify(this.#dbPath);
        await this.#start();
        if (random.chance(0.5)) await this.#compare(`after ${step}`);
    }
  }

  #make(): Sent {
    const random = this.#random;
    const traceId = random.pick(this.#traces);
    const way = random.pick(ways);
    const cell = random.pick(this.#cells);
    const spans = Array.from({ length: random.between(1, 4) }, () =>
      aSpan({ spanId: random.hex(8), traceId, name: 'step' }),
    );
    const batch = aBatch(spans, [
      ['service.name', 'test-agent'],
      ...(way === 'label' ? ([['bench.cell.id', cell]] as const) : []),
    ]);
    const json = random.chance(0.3);
    const sent: Sent = {
      ...{ way, cell, traceId, spans },
      path: `${way === 'address' || way === 'agent' ? `/cells/${encodeURIComponent(cell)}` : ''}/v1/traces`,
      headers: {
        'content-type': json ? 'application/json' : 'application/x-protobuf',
        ...(way === 'agent' && { [SENDER_HEADER]: AGENT_SENDER }),
      },
      body: json ? tracesJson([batch]) : tracesProtobuf([batch]),
    };
    this.#sent.push(sent);
    return sent;
  }

  /** Sends until it is answered: who is killed in the middle is asked again after the next start. */
  async #send(sent: Sent): Promise<void> {
    const { path, headers, body } = sent;
    const { status } = await this.#ask(path, { method: 'POST', headers, body: Buffer.from(body) });
    expect([path, status]).toEqual([path, 200]);
    this.#figures.spans += sent.spans.length;
    this.#model.take(sent);
  }

  async #put(cell: string, axis: string, value: number): Promise<void> {
    const key = axis === 'pass_rate' ? 'pass' : axis;
    const { status } = await this.#ask(`/api/cells/${encodeURIComponent(cell)}/scores`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ scores: [{ axis, values: { [key]: value } }] }),
    });
    if (this.#model.isDeleted(cell)) expect(status).toBe(410);
    else {
      expect([200, 201]).toContain(status);
      this.#model.put(cell, axis, value);
    }
  }

  async #delete(): Promise<void> {
    const listed = this.#model.listed();
    if (listed.length === 0) return;
    const id = this.#random.pick(listed);
    const { status } = await this.#ask(`/api/cells/${encodeURIComponent(id)}`, { method: 'DELETE' });
    expect([id, status]).toEqual([id, 200]);
    this.#model.delete(id);
  }

  async #page(): Promise<void> {
    const found: string[] = [];
    for (let cursor: string | undefined = ''; cursor !== undefined; ) {
      const more: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const page = await this.#json<CellsPage>(`/api/cells?limit=2${more}`);
      found.push(...page.cells.map(({ id }) => id));
      cursor = page.next;
    }
    expect(found.toSorted()).toEqual(this.#model.listed().toSorted());
  }

  async #backup(): Promise<void> {
    // What is read is projected, and so in the copy.
    await this.#page();
    const copy = `${this.#dbPath}.copy${this.#backups++}`;
    await backupDatabase(this.#dbPath, copy);
    this.#verify(copy);
    if (this.#random.chance(0.7)) return;
    const collector = await startCollector({ port: 0, host: '127.0.0.1', dbPath: copy });
    try {
      await this.#compare('in a copy', collector);
    } finally {
      await collector.close();
    }
  }

  #verify(path: string): void {
    this.#figures.verified++;
    const { problems } = verifyDatabase(path);
    this.#figures.falseAlarms += problems.length;
    this.#figures.findings.push(...problems.map(({ message }) => `verify: ${message}`));
  }

  /** Kills the collector, sometimes in the middle of a request, which is sent again. */
  async #kill(): Promise<void> {
    await this.#stop();
    this.#child = await startChild(this.#dbPath);
    for (let request = 0; request < 3; request++) await this.#send(this.#make());
    const last = this.#make();
    const { path, headers, body } = last;
    const asked = fetch(`${this.#child.url}${path}`, { method: 'POST', headers, body: Buffer.from(body) });
    asked.then((answer) => answer.arrayBuffer()).catch(() => undefined);
    if (this.#random.chance(0.5)) await asked.catch(() => undefined);
    this.#child.process.kill('SIGKILL');
    await this.#child.exited;
    this.#child = null;
    await this.#start();
    await this.#send(last);
    await this.#compare('after a kill');
  }

  /** Every address that was ever answered against the model. */
  async #compare(when: string, collector?: Collector): Promise<void> {
    for (const [id, expected] of this.#model.answers()) {
      this.#figures.compared++;
      const path = `/api/cells/${encodeURIComponent(id)}`;
      const answer = await this.#ask(path, {}, collector);
      const find = (what: string) => this.#figures.findings.push(`${when}: ${id}: ${what}`);
      if (expected === null) {
        if (answer.status === 410) continue;
        this.#figures.resurrected++;
        find(`was deleted and answers ${answer.status}`);
        continue;
      }
      // A request for a deleted cell, and one that an ad-hoc cell was made for, may have been all that is known.
      if (answer.status === 404 && expected.spans.size + expected.scores.size === 0) continue;
      expect([when, id, answer.status]).toEqual([when, id, 200]);
      const { scores } = JSON.parse(answer.text) as CellDetail;
      const { spans } = await this.#json<TraceJson>(`${path}/trace`, collector);
      const shown = new Set(spans.map(({ spanId }) => spanId));
      for (const spanId of expected.spans)
        if (!shown.has(spanId)) {
          this.#figures.lost++;
          find(`lost ${spanId}`);
        }
      for (const spanId of shown)
        if (!expected.spans.has(spanId)) {
          this.#figures.resurrected++;
          find(
            `shows ${spanId}${this.#model.gone.has(spanId) ? ', which was deleted' : ', which is not its own'}`,
          );
        }
      if (spans.length !== shown.size) find('shows a span twice');
      expect(
        new Map(scores.map(({ axis, values }) => [axis, values[axis === 'pass_rate' ? 'pass' : axis]])),
      ).toEqual(expected.scores);
    }
  }

  async #start(): Promise<void> {
    this.#collector = await startCollector({ port: 0, host: '127.0.0.1', dbPath: this.#dbPath });
  }

  async #stop(): Promise<void> {
    await this.#collector?.close();
    this.#collector = null;
  }

  async #ask(
    path: string,
    init: RequestInit = {},
    collector = this.#collector,
  ): Promise<{ status: number; text: string }> {
    for (let attempt = 0; ; attempt++) {
      const answer = await (collector
        ? collector.app.request(`http://localhost${path}`, init)
        : fetch(`${this.#child?.url}${path}`, init));
      const text = await answer.text();
      if (answer.status !== 503 || attempt > 100) return { status: answer.status, text };
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async #json<T>(path: string, collector?: Collector): Promise<T> {
    const { status, text } = await this.#ask(path, {}, collector);
    expect([path, status]).toEqual([path, 200]);
    return JSON.parse(text) as T;
  }
}

faultTest('model', `F20: ${SCHEDULES} random schedules are as the model says`, 300_000, async (random) => {
  const figures = new Figures();
  let next = 0;
  const lane = async () => {
    for (let schedule = next++; schedule < SCHEDULES; schedule = next++) {
      try {
        await new Schedule(random.fork(schedule), figures).run();
      } catch (error) {
        if (error instanceof Error) error.message = `schedule ${schedule}: ${error.message}`;
        throw error;
      }
      expect(figures.findings, `schedule ${schedule}`).toEqual([]);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  const { lost, resurrected, falseAlarms, spans, compared, verified } = figures;
  const counts = [...figures.steps].map(([step, count]) => `${count} ${step}`).join(', ');
  report(
    'F20 model',
    `${SCHEDULES} schedules (${counts}), ${spans} spans, ${compared} comparisons, ${verified} verifies: ` +
      `${lost} lost, ${resurrected} resurrected, ${falseAlarms} false alarms`,
  );
  expect([lost, resurrected, falseAlarms]).toEqual([0, 0, 0]);
});
