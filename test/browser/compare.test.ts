// Two cells side by side as a person plays them, in a real Chromium over the demo's cells: one clock moves
// both, by step or by time; where they part is marked and one key away; what cannot be compared says why.
import type { Page } from 'playwright-core';
import { beforeEach, describe, expect, test } from 'vitest';
import { expectNoSeriousIssue, overLooks } from '../support/browser/axe.ts';
import { browserTest, testPlayhead } from '../support/browser/browser-test.ts';
import { ComparePage } from '../support/browser/compare-page.ts';
import { visit } from '../support/browser/visit.ts';
import { LiveRun } from '../support/live-run.ts';
import { builtAtNs } from '../support/otlp/otlp-builders.ts';

const pi = 'demo-20261122/pi/local/scripted-model/polyglot/rust-error-handling';
const opencode = 'demo-20261122/opencode/local/scripted-model/polyglot/rust-error-handling';
const seed =
  'expansion-20260616/openhands/meta/llama-4-maverick-17b-128e-instruct/polyglot/rust-error-handling';
const otherTask = 'made/pi/local/other/polyglot/python-parsing';
const scoresOnly = 'made/goose/local/scored/polyglot/rust-error-handling';
const hostile = 'made/crush/local/hostile/polyglot/rust-error-handling';
const parting = /Both edited src\/lib\.rs, but changed other lines\./;

const { browser, playhead } = browserTest({
  demo: true,
  // The browser itself reports every 404 and every request that was cut off.
  expects: [/^Failed to load/],
  async prepare(url) {
    await put(url, otherTask, { pass: 1 });
    await put(url, scoresOnly, { pass: 0, stdout_tail: '' });
    await put(url, hostile, { pass: 1, stdout_tail: '<img src=x onerror=alert(1)>\u202e' });
  },
});
const live = testPlayhead({ demo: false, now: () => builtAtNs });
let page: Page;
let compare: ComparePage;
beforeEach(async () => {
  page = await browser.page();
  compare = new ComparePage(page);
});

async function put(url: string, cellId: string, passRate: object): Promise<void> {
  const response = await fetch(`${url}/api/cells/${encodeURIComponent(cellId)}/scores`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ scores: [{ axis: 'pass_rate', values: passRate }] }),
  });
  expect(response.ok).toBe(true);
}

describe('pi and opencode', () => {
  test('open where they part first: the sentence, both terminals, both moments', async () => {
    await compare.open(playhead.url, pi, opencode);
    await compare.told(parting);
    expect(await compare.clock()).toBe('Step 3 of 6');
    expect(await compare.moments()).toMatch(/^Step 3 of 6, pi at 3\.3\d\d s, opencode at 7\.7\d\d s$/);
    await expect.poll(async () => (await compare.terminals())[0]).toContain('unwrap_or');
    await expect.poll(async () => (await compare.terminals())[1]).toContain('let mut total');
  });

  test('show first what differs: the numbers, both edits side by side, what followed, the harmless counted', async () => {
    await compare.open(playhead.url, pi, opencode, '&tab=overview');
    await compare.told(/They part at step 3: .* Neither ran a test after it|opencode ran tests/);
    const numbers = page.getByRole('region', { name: 'Differences' });
    expect(await numbers.getByRole('row', { name: /^Outcome Failed Passed/ }).count()).toBe(1);
    const [a, b] = [
      page.getByRole('region', { name: 'A where they part' }),
      page.getByRole('region', { name: 'B where they part' }),
    ];
    await expect.poll(() => a.innerText()).toContain('unwrap_or');
    await expect.poll(() => b.innerText()).toContain('let mut total');
    await b.getByRole('listitem').last().getByRole('button').click();
    await compare.drawn();
    expect(await compare.clock()).toMatch(/^(Step 6 of 6|End of 6)$/);
  });

  test('are two clicks from the front page: the failed cell, and its partner', async () => {
    await visit(page, playhead.url);
    await page
      .getByRole('link', { name: /^pi with local\/scripted-model/ })
      .first()
      .click();
    const header = page.getByRole('region', { name: 'Cell', exact: true });
    await header.getByRole('link', { name: /^Compare with opencode/ }).click();
    await compare.told(parting);
    expect(await compare.clock()).toBe('Step 3 of 6');
  });

  test('move together: from start to end, by the keys that a cell has', async () => {
    await compare.open(playhead.url, pi, opencode);
    await compare.press('Home');
    expect(await compare.moments()).toBe('Start of 6, pi at 0 ms, opencode at 0 ms');
    await compare.press('ArrowRight', 'ArrowRight');
    expect(await compare.moments()).toBe('Step 2 of 6, pi at 2.233 s, opencode at 5.404 s');
    await compare.press('ArrowLeft');
    expect(await compare.clock()).toBe('Step 1 of 6');
    await compare.press('.');
    expect(await compare.moments()).not.toContain('pi at 1.778 s');
    await compare.press('End');
    expect(await compare.clock()).toBe('End of 6');
    await expect.poll(async () => (await compare.terminals())[0]).toContain('The unwrap is gone.');
    await expect.poll(async () => (await compare.terminals())[1]).toContain('All tests pass.');
    await compare.press('5');
    expect(await compare.clock()).toMatch(/^Step \d of 6$/);
  });

  test('play and pause as one', async () => {
    await compare.open(playhead.url, pi, opencode);
    await compare.press('Home', 'Space');
    expect(await compare.isPlaying()).toBe(true);
    const away = async () => /pi at 0 ms|opencode at 0 ms/.test(await compare.moments());
    await expect.poll(away).toBe(false);
    await compare.press('Space');
    const held = await compare.moments();
    await compare.drawn();
    expect(await compare.moments()).toBe(held);
  });

  test('follow the pointer on the bar', async () => {
    await compare.open(playhead.url, pi, opencode);
    await compare.seekByPointer(1.5 / 7);
    expect(await compare.clock()).toBe('Step 1 of 6');
    await compare.drag(1.5 / 7, 5.5 / 7);
    expect(await compare.clock()).toBe('Step 5 of 6');
  });

  test('go by time where one wants: each at the same time from its own start', async () => {
    await compare.open(playhead.url, pi, opencode, '&clock=time&t=3310');
    expect(await compare.clock()).toBe('3.310 s / 10.40 s');
    expect(await compare.moments()).toBe('3.310 s, pi at 3.310 s, opencode at 3.310 s');
    await compare.press('End');
    expect(await compare.moments()).toContain('pi at 4.436 s, opencode at 10.399 s');
    await compare.press('Home', 't');
    expect(await compare.clock()).toBe('Start of 6');
    await compare.press('d', 't');
    // The left run's moment is kept.
    expect(await compare.moments()).toMatch(/pi at (3\.3\d\d s), opencode at \1/);
  });

  test('come back to the divergence by d, and go on to the next', async () => {
    await compare.open(playhead.url, pi, opencode);
    await compare.press('End', 'd');
    await compare.told(parting);
    expect(await compare.clock()).toBe('Step 3 of 6');
    await compare.press('d');
    await compare.told(/Difference 2 of \d, step 4: opencode edited src\/lib\.rs again, pi did not\./);
    expect(await compare.clock()).toBe('Step 4 of 6');
    await page.getByRole('button', { name: 'Next' }).click();
    await compare.told(/Difference 3 of 3, step 6: Both ran the verifier, but it came to another result\./);
    await compare.press('D');
    await compare.told(/Difference 2 of 3/);
    await compare.press('d', 'd');
    await compare.told(parting);
    expect(await compare.clock()).toBe('Step 3 of 6');
  });

  test('stand in rows of steps; a click on one moves both', async () => {
    await compare.open(playhead.url, pi, opencode, '&tab=steps');
    const present = await compare.presentSteps();
    expect(present[0]).toMatch(/^3\.309 s edit src\/lib\.rs/);
    expect(present[1]).toMatch(/^7\.719 s edit src\/lib\.rs/);
    expect(await compare.panel()).toMatch(/they part here/);
    expect(await compare.panel()).toContain('not done by pi');
    await page.getByRole('button', { name: /^Go to opencode at 5\.404 s/ }).click();
    await compare.drawn();
    expect(await compare.moments()).toBe('Step 2 of 6, pi at 2.233 s, opencode at 5.404 s');
  });

  test('are moved by a click in either transcript', async () => {
    await compare.open(playhead.url, pi, opencode, '&tab=transcripts');
    await page.getByRole('button', { name: /^Go to 9\.011 s: bash/ }).click();
    await compare.drawn();
    expect(await compare.moments()).toBe('Step 5 of 6, pi at 3.742 s, opencode at 9.011 s');
  });

  test('differ in a table, and only where both have a value', async () => {
    await compare.open(playhead.url, pi, opencode);
    const rows = await compare.differences();
    expect(rows).toContain('Pass | 0 / 1 | 1 / 1 | +1');
    expect(rows).toContain('Input tokens | 9,000 | 11,700 | +2,700');
    expect(rows).toContain('Length | 4.44 s | 10.40 s | +5.96 s');
    expect(rows).toContain('Reasoning tokens | not recorded | 0 | not comparable');
    expect(rows).toContain('src/lib.rs | modified +1 −1 | modified +6 −2 | other lines');
  });

  test('change sides by x, keep the moment, and lead back to their cells at it', async () => {
    await compare.open(playhead.url, pi, opencode);
    await compare.press('ArrowLeft', 'x');
    expect((await compare.sides()).map((side) => side.slice(0, 4))).toEqual(['A op', 'B pi']);
    await expect.poll(() => compare.query('a')).toBe(opencode);
    expect(await compare.moments()).toMatch(/opencode at 7\.719 s, pi at 3\.309 s$/);
    const link = await page.getByRole('link', { name: /^pi × local/ }).getAttribute('href');
    expect(link).toMatch(/^\/cell\/pi\/local\/scripted-model\/.*t=3309/);
  });

  test('are restored by a reload and by the back button: sides, clock, place, tab', async () => {
    await compare.open(playhead.url, pi, opencode);
    await compare.openTab(/^Steps/);
    await compare.press('ArrowLeft', 'ArrowLeft');
    await expect.poll(() => compare.query('step')).toBe('2');
    await expect.poll(() => compare.query('tab')).toBe('steps');
    await page.reload();
    await compare.told(/They part at step 3/);
    expect(await compare.moments()).toBe('Step 2 of 6, pi at 2.233 s, opencode at 5.404 s');
    expect((await compare.presentSteps())[0]).toMatch(/^2\.233 s bash/);
    await page.getByRole('link', { name: /^pi × local/ }).click();
    await page.getByRole('region', { name: 'Terminal' }).waitFor();
    await page.goBack();
    await compare.told(/They part at step 3/);
    await expect.poll(() => compare.moments()).toBe('Step 2 of 6, pi at 2.233 s, opencode at 5.404 s');
  });

  test('have a third run beside them in the overview alone', async () => {
    await compare.open(playhead.url, pi, opencode, `&c=${encodeURIComponent(seed)}`);
    const replay = page.getByRole('region', { name: 'Replay' });
    await replay.getByText('openhands', { exact: true }).waitFor();
    expect(await page.getByRole('region', { name: /^Terminal/ }).count()).toBe(2);
  });
});

describe('what cannot be compared', () => {
  test('an unknown cell says so on its side, and the other side plays', async () => {
    await compare.open(playhead.url, pi, `${opencode}-gone`);
    await page.getByText('No such cell').first().waitFor();
    await page.getByText(`${opencode}-gone`).first().waitFor();
    await compare.press('End');
    await expect.poll(async () => (await compare.terminals())[0]).toContain('The unwrap is gone.');
    await page.getByRole('link', { name: /^opencode × local\/scripted-model/ }).click();
    await compare.told(parting);
  });

  test('the same cell twice, and one cell alone, offer the other runs of the task', async () => {
    await visit(page, `${playhead.url}/compare?a=${pi}&b=${pi}`);
    await page.getByRole('heading', { name: 'Both sides are the same cell' }).waitFor();
    await visit(page, `${playhead.url}/compare?a=${pi}`);
    await page.getByRole('list', { name: 'Other runs of this task' }).waitFor();
    await page.getByRole('link', { name: /^opencode × local\/scripted-model/ }).click();
    await compare.told(parting);
    await visit(page, `${playhead.url}/compare`);
    await page.getByRole('heading', { name: 'There is nothing to compare' }).waitFor();
  });

  test('cells of different tasks play, and no divergence is claimed', async () => {
    await compare.open(playhead.url, pi, otherTask);
    await compare.told(/Different tasks/);
    expect(await page.getByRole('button', { name: 'Next' }).count()).toBe(0);
  });

  test('a cell of scores alone has its numbers, and its side says that nothing was recorded', async () => {
    await compare.open(playhead.url, pi, scoresOnly);
    await compare.told(/No step of goose was recorded, so nothing can be aligned\./);
    await page.getByText('No span was recorded').waitFor();
    expect(await page.getByRole('button', { name: 'By step' }).isDisabled()).toBe(true);
    expect(await compare.differences()).toContain('Length | 4.44 s | not recorded | not comparable');
  });

  test('two cells of scores alone open with their differences and have nothing to play', async () => {
    await visit(page, `${playhead.url}/compare?a=${scoresOnly}&b=${hostile}`);
    await page.getByText('There is nothing to play').waitFor();
    expect(await page.getByRole('tab', { selected: true }).innerText()).toMatch(/^Differences/);
    await compare.openTab(/^Scores/);
    expect(await compare.panel()).toContain('<img src=x onerror=alert(1)>');
    expect(await page.locator('img').count()).toBe(0);
  });

  test('a side that fails to load says so, and is tried again alone', async () => {
    let failing = true;
    await page.route(/\/api\/cells\/[^/]*opencode/, (to) => (failing ? to.abort() : to.continue()));
    await compare.open(playhead.url, pi, opencode);
    await page.getByText('The collector cannot be reached').waitFor();
    await expect.poll(async () => (await compare.terminals())[0]).toContain('pi');
    failing = false;
    await page.getByRole('button', { name: 'Try again' }).click();
    await compare.told(parting);
  });
});

describe('a run under way', () => {
  test('is shown where it is beside one that ended, and both follow its end', async () => {
    const [run, ended] = [new LiveRun(live.url), new LiveRun(live.url)];
    await ended.calls('read', 100, 250);
    await run.says('started');
    await run.calls('read', 100, 400);
    await compare.open(live.url, run.id, ended.id);
    await page.getByText('Running', { exact: true }).waitFor();
    await expect.poll(() => compare.moments()).toMatch(/^300 ms, .* at 300 ms, .* at 150 ms$/);
    await run.calls('edit', 400, 900);
    await expect
      .poll(() => compare.moments(), { timeout: 15_000 })
      .toMatch(/^800 ms, .* at 800 ms, .* at 150 ms$/);
    await compare.press('Home');
    await run.calls('bash', 900, 1400);
    await expect.poll(() => compare.clock(), { timeout: 15_000 }).toBe('0 ms / 1.300 s');
  });
});

test.each(['overview', 'terminals', 'steps', 'transcripts', 'changes', 'scores', 'differences'])(
  'in both themes, wide and narrow: no serious issue for axe, nothing hangs over the edge: %s',
  async (tab) => {
    await compare.open(playhead.url, pi, opencode, `&tab=${tab}`);
    await expectNoSeriousIssue(page);
    const overhang = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    const hanging = async () => ((await overhang()) > 0 ? ['wider than the page'] : []);
    expect(await overLooks(page, hanging)).toEqual([]);
  },
);
