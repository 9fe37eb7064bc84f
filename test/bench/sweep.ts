// `npm run bench:sweep`: a sweep of 50,000 cells in a real Chromium over a real collector: from the click on
// the front page to the drawn matrix, and what a filter and a pivot take. It prints the table and fails where
// a number does not hold. It measures from the hand's event to the painted frame and no part of it alone.
import Database from 'better-sqlite3';
import type { Browser, Page } from 'playwright-core';
import { launchChromium } from '../support/browser/chromium.ts';
import { largeSweepIds, sendLargeSweep } from '../support/large-sweep.ts';
import { startPlayhead } from '../support/playhead.ts';
import { type Row, tableOf, verdictOf } from './report.ts';
import { median } from './statistics.ts';

const CELLS = 50_000;
const SWEEP = 'large-20261122';
const OPENINGS = 7;
const ROUNDS = 9;
const AT_ONCE = 16;

async function main(): Promise<void> {
  const playhead = await startPlayhead();
  let browser: Browser | undefined;
  try {
    await sendSweep(playhead.url);
    browser = await launchChromium();
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    const rows: Row[] = [
      row('click to drawn matrix, warm', await openings(page, playhead.url), 300, 200),
      row('filter by words', await rounds((at) => type(page, at % 2 === 0 ? 'model-3 task-1' : '')), 50, 25),
      row('filter by outcome', await rounds(() => timed(page, 'button', 'Failed')), 50, 25),
      row('pivot', await rounds((at) => choose(page, at % 2 === 0 ? 'model' : 'agent')), 50, 25),
    ];
    rows.push(...(await judgements(playhead)));
    console.log(
      `${CELLS} cells · Node ${process.version} · Chromium ${browser.version()}\n\n${tableOf(rows)}`,
    );
    if (rows.some((one) => verdictOf(one) === 'missed')) process.exitCode = 1;
  } finally {
    await browser?.close();
    await playhead.stop();
  }
}

interface Asked {
  readonly wholeMs: number;
  readonly readMs: number;
  readonly judgeMs: number;
}

/**
 * Two more sweeps of as many cells each, held against each other: after a verdict of both was corrected, so that both are
 * read, and again unchanged. Beside it what one plain statement takes to read the same rows.
 */
async function judgements({ url, dbPath }: { url: string; dbPath: string }): Promise<Row[]> {
  const sweeps = ['judged-20261127', 'judged-20261128'] as const;
  for (const sweep of sweeps) await sendLargeSweep(url, CELLS, sweep);
  const db = new Database(dbPath, { readonly: true });
  const plain = db.prepare('SELECT * FROM sweep_cells WHERE sweep = ?').raw();
  const [changed, again, rawMs]: [Asked[], Asked[], number[]] = [[], [], []];
  for (let at = 0; at <= OPENINGS; at++) {
    for (const sweep of sweeps) {
      const [id = ''] = largeSweepIds(1, sweep);
      const values = { pass: at % 2 };
      await putScores(`${url}/api/cells/${encodeURIComponent(id)}/scores`, [{ axis: 'pass_rate', values }]);
    }
    // What was acknowledged is projected before anything is read.
    await fetch(`${url}/api/cells?limit=1`).then((answer) => answer.text());
    changed.push(await ask(url, sweeps));
    again.push(await ask(url, sweeps));
    const startedMs = performance.now();
    for (const sweep of sweeps) plain.all(sweep);
    rawMs.push(performance.now() - startedMs);
  }
  db.close();
  // The first round warms.
  const of = (asked: readonly Asked[], key: keyof Asked) => asked.slice(1).map((one) => one[key]);
  const ratio = of(changed, 'readMs').map((ms, at) => ms / (rawMs[at + 1] ?? 1));
  return [
    row('two sweeps held against each other', of(changed, 'wholeMs'), 1000, 500),
    row('of that, their rows read', of(changed, 'readMs'), 800, 400),
    row('of that, judged', of(changed, 'judgeMs'), 300, 150),
    row('the same again, unchanged', of(again, 'wholeMs'), 300, 150),
    { what: 'one plain statement reads the same rows', value: median(rawMs.slice(1)), unit: 'ms' },
    { what: 'their rows read ÷ that', value: median(ratio), unit: '' },
  ];
}

/** From the question to the last byte of the answer. */
async function ask(url: string, [before, after]: readonly [string, string]): Promise<Asked> {
  const startedMs = performance.now();
  const response = await fetch(`${url}/api/sweeps/${after}/judgement?against=${before}`);
  await response.text();
  const wholeMs = performance.now() - startedMs;
  if (!response.ok) throw new Error(`judgement: ${response.status}`);
  const [, read, judge] =
    /^read;dur=([\d.]+), judge;dur=([\d.]+)$/.exec(response.headers.get('server-timing') ?? '') ?? [];
  return { wholeMs, readMs: Number(read), judgeMs: Number(judge) };
}

function row(what: string, samples: readonly number[], must: number, stretch: number): Row {
  return { what, value: median(samples), unit: 'ms', bound: { side: 'atMost', must, stretch } };
}

/** 10 agents × 10 models × 100 tasks × 5 attempts. */
async function sendSweep(url: string): Promise<void> {
  const startedMs = performance.now();
  let next = 0;
  const send = async () => {
    for (let at = next++; at < CELLS; at = next++) {
      const task = Math.floor(at / 100) % 100;
      const run = Math.floor(at / 10_000) + 1;
      const id = `${SWEEP}/agent-${at % 10}/vendor/model-${Math.floor(at / 10) % 10}/family-${task % 5}/task-${task}`;
      const pass = (at * 7919) % 3 === 0 ? 0 : 1;
      const scores = [
        { axis: 'pass_rate', values: { pass, exit_code: pass === 1 ? 0 : 101 } },
        { axis: 'latency', values: { wall_clock_ms: 1000 + ((at * 13) % 90_000) } },
        { axis: 'blast_radius', values: { blast_radius: (at % 4) / 4 } },
        { axis: 'integrity', values: { integrity: 1 } },
      ];
      await putScores(
        `${url}/api/cells/${encodeURIComponent(run > 1 ? `${id}#run${run}` : id)}/scores`,
        scores,
      );
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, send));
  console.log(`${CELLS} cells sent after ${((performance.now() - startedMs) / 1000).toFixed(0)} s`);
}

async function putScores(address: string, scores: unknown): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  for (;;) {
    const response = await fetch(address, { method: 'PUT', headers, body: JSON.stringify({ scores }) });
    const text = await response.text();
    if (response.ok) return;
    // Busy is no failure: the protocol asks to come back.
    if (response.status !== 503) throw new Error(`${address}: ${response.status} ${text}`);
    await new Promise((done) => setTimeout(done, 1000));
  }
}

/** From the front page: the first opening warms caches and is not counted. */
async function openings(page: Page, url: string): Promise<number[]> {
  const samples: number[] = [];
  for (let at = 0; at <= OPENINGS; at++) {
    await page.goto(url);
    const link = page.getByRole('link', { name: SWEEP, exact: true });
    await link.waitFor();
    // A person reads before clicking; the code that is fetched when idle is here by then.
    await page.waitForLoadState('networkidle');
    const drawn = page.evaluate(drawnAfterClick);
    await link.click();
    const ms = await drawn;
    if (at > 0) samples.push(ms);
  }
  return samples;
}

/** Runs in the page: milliseconds from the next click to the first painted frame that shows squares. */
function drawnAfterClick(): Promise<number> {
  return new Promise((resolve) => {
    addEventListener(
      'click',
      ({ timeStamp }) => {
        const look = () => {
          const squares = document.querySelectorAll('[role=gridcell] :is(a, button)').length;
          // Ten agents against ten models, of which not every row is in sight.
          if (squares >= 40) setTimeout(() => resolve(performance.now() - timeStamp));
          else requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
      },
      { once: true, capture: true },
    );
  });
}

/** The first round warms what is made when it is first asked for. */
async function rounds(once: (at: number) => Promise<number>): Promise<number[]> {
  const samples: number[] = [];
  for (let at = 0; at <= ROUNDS; at++) samples.push(await once(at));
  return samples.slice(1);
}

function type(page: Page, text: string): Promise<number> {
  return page.evaluate(async (value) => {
    const field = document.querySelector<HTMLInputElement>('input[type=search]');
    if (!field) throw new Error('the page has no filter');
    const startedMs = performance.now();
    field.value = value;
    field.dispatchEvent(new Event('input', { bubbles: true }));
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    return performance.now() - startedMs;
  }, text);
}

function timed(page: Page, tag: string, text: string): Promise<number> {
  return page.evaluate(
    async ([name, wanted]) => {
      const found = [...document.querySelectorAll<HTMLElement>(name ?? '')].find((one) =>
        one.textContent?.startsWith(wanted ?? ''),
      );
      if (!found) throw new Error(`the page has no ${name} ${wanted}`);
      const startedMs = performance.now();
      found.click();
      await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
      return performance.now() - startedMs;
    },
    [tag, text],
  );
}

function choose(page: Page, axis: string): Promise<number> {
  return page.evaluate(async (value) => {
    const select = document.querySelector('select');
    if (!select) throw new Error('the page has no choice of axes');
    const startedMs = performance.now();
    select.value = value;
    select.dispatchEvent(new Event('change', { bubbles: true }));
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    return performance.now() - startedMs;
  }, axis);
}

await main();
