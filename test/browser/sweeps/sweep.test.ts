// A sweep as a person reads it: the matrix pivoted, filtered and coloured, attempts folded into squares, the
// list, the export, the keyboard, and a view that the address alone brings back.
import type { Page } from 'playwright-core';
import { beforeEach, describe, expect, test } from 'vitest';
import type { ScoreRecord } from '../../../shared/score.ts';
import { expectNoSeriousIssue } from '../../support/browser/axe.ts';
import { browserTest } from '../../support/browser/browser-test.ts';
import { CellPage } from '../../support/browser/cell-page.ts';
import { SweepPage } from '../../support/browser/sweep-page.ts';
import { visit } from '../../support/browser/visit.ts';
import { aBatch, aSpan } from '../../support/otlp/otlp-builders.ts';
import { tracesJson } from '../../support/otlp/otlp-encode.ts';

const long = `model-${'x'.repeat(110)}-end`;

const { browser, playhead } = browserTest({
  demo: true,
  context: { acceptDownloads: true },
  expects: [/404/],
  async prepare(url) {
    await put(url, 'one-20261122/pi/m/polyglot/rust', passes(1));
    await put(url, 'odd-20261122/__proto__/constructor/total/name', passes(1));
    await put(url, `odd-20261122/total/${long}/polyglot/rust`, passes(0));
    for (const [id, scores] of smallSweep()) await put(url, `small-20261122/${id}`, scores);
  },
});
let page: Page;
let sweep: SweepPage;
beforeEach(async () => {
  page = await browser.page();
  sweep = new SweepPage(page);
});

function passes(pass: number, wallMs = 10_000, more: readonly ScoreRecord[] = []): ScoreRecord[] {
  const failed = {
    stdout_tail:
      "test tests::bad_input ... FAILED\nthread 'tests::bad_input' panicked at src/lib.rs:12:9:\nassertion failed\n\ntest result: FAILED. 1 passed; 1 failed; 0 ignored",
  };
  return [
    { axis: 'pass_rate', values: { pass, exit_code: pass === 1 ? 0 : 101, ...(pass === 1 ? {} : failed) } },
    { axis: 'latency', values: { wall_clock_ms: wallMs } },
    { axis: 'blast_radius', values: { blast_radius: 0, total_changes: 1 } },
    { axis: 'integrity', values: { integrity: 1 } },
    ...more,
  ];
}

/** pi: three attempts of rust of which two pass; codex: fails, and could not be judged once; aider: passes. */
function smallSweep(): [string, ScoreRecord[]][] {
  const tokens = { axis: 'tokens', values: { total_tokens: 4000 } };
  const contradicting = { axis: 'refusal', values: { expected_refusal: false, refusal_produced: true } };
  return [
    ['pi/vendor/alpha/polyglot/rust', passes(1, 10_000, [tokens])],
    ['pi/vendor/alpha/polyglot/rust#run2', passes(0, 20_000)],
    ['pi/vendor/alpha/polyglot/rust#run3', passes(1, 30_000)],
    ['pi/vendor/beta/refactor/split', passes(1, 40_000)],
    ['codex/vendor/alpha/polyglot/rust', passes(0, 1000)],
    ['codex/vendor/alpha/polyglot/go', [{ axis: 'pass_rate', values: { pass: 0, exit_code: 127 } }]],
    ['aider/vendor/beta/polyglot/go', passes(1, 5000, [contradicting])],
  ];
}

async function put(url: string, id: string, scores: readonly ScoreRecord[]): Promise<void> {
  const response = await fetch(`${url}/api/cells/${encodeURIComponent(id)}/scores`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ scores }),
  });
  expect([200, 201], `${id}: ${await response.text()}`).toContain(response.status);
}

/** By name, agents against tasks, unless a test looks at what is usual. */
const byName = 'rows=agent&columns=task&sort=name';
const small = (query = '') =>
  sweep.open(playhead.url, 'small-20261122', query === '' ? `?${byName}` : `${query}&${byName}`);
const address = () => new URL(page.url()).searchParams;

describe('the matrix', () => {
  test('sets agents against tasks, attempts folded with their mean and its interval', async () => {
    await small();
    expect(await sweep.rows()).toEqual(['aider', 'codex', 'pi']);
    expect(await sweep.columns()).toEqual(['polyglot/go', 'polyglot/rust', 'refactor/split']);
    expect(await sweep.says('pi', 'polyglot/rust')).toContain(
      'Passed 2 · Failed 1, 2 of 3 attempts passed · 67 % (21–94 %)',
    );
    expect(await sweep.says('codex', 'polyglot/rust')).toBe('Failed');
    await sweep.total('4 of 6 attempts passed · 67 % (30–90 %)');
    expect(await sweep.fact('Runs')).toBe('7');
    expect(await sweep.fact('Median wall')).toBe('15.00 s');
    expect(await sweep.fact('Tokens')).toBe('4,000 in 1 of 7 runs');
  });

  test('is pivoted to any two axes, and back by the back button', async () => {
    await small();
    await sweep.choose('Rows', 'Model');
    expect(await sweep.rows()).toEqual(['vendor/alpha', 'vendor/beta']);
    await sweep.choose('Columns', 'Agent');
    expect(await sweep.columns()).toEqual(['aider', 'codex', 'pi']);
    // What the other side holds changes places with it.
    await sweep.choose('Rows', 'Agent');
    expect(await sweep.rows()).toEqual(['aider', 'codex', 'pi']);
    expect(await sweep.columns()).toEqual(['vendor/alpha', 'vendor/beta']);
    await page.goBack();
    await expect.poll(() => sweep.columns()).toEqual(['aider', 'codex', 'pi']);
    await page.goBack();
    await page.goBack();
    await expect.poll(() => sweep.columns()).toEqual(['polyglot/go', 'polyglot/rust', 'refactor/split']);
  });

  test('is coloured by any measure, and says of what a square knows nothing', async () => {
    await small();
    await sweep.choose('Coloured by', 'Wall time');
    expect(await sweep.says('pi', 'polyglot/rust')).toMatch(
      /Wall time 20\.00 s on the mean of 3, 95 % below 44\.84 s/,
    );
    await sweep.choose('Coloured by', 'Tokens');
    expect(await sweep.says('aider', 'polyglot/go')).toContain('Tokens: not recorded');
    await expect.poll(() => address().get('by')).toBe('tokens');
  });

  test('is sorted by name, by total and by a column', async () => {
    await small();
    await sweep.click(/^All/);
    expect(await sweep.rows()).toEqual(['aider', 'pi', 'codex']);
    await sweep.click(/^polyglot\/rust/);
    expect(await sweep.rows()).toEqual(['pi', 'codex', 'aider']);
    await page.getByRole('columnheader', { name: 'Agent' }).getByRole('button').click();
    expect(await sweep.rows()).toEqual(['aider', 'codex', 'pi']);
  });

  test('opens a lone cell at once, and lists several to choose from', async () => {
    await small();
    await sweep.square('pi', 'polyglot/rust').click();
    const list = page.getByRole('dialog', { name: /3 runs/ });
    expect(await list.getByRole('link').count()).toBe(3);
    await sweep.press('Escape');
    expect(await list.count()).toBe(0);
    expect(await sweep.focused()).toContain('pi, polyglot/rust');
    await sweep.press('Enter');
    await list.getByRole('link', { name: /attempt 2 of 3/ }).click();
    await expect.poll(() => new URL(page.url()).pathname).toBe('/cell/pi/vendor/alpha/polyglot/rust');
    await page.goBack();
    await sweep.square('codex', 'polyglot/rust').click();
    await expect.poll(() => new URL(page.url()).pathname).toBe('/cell/codex/vendor/alpha/polyglot/rust');
  });

  test('is walked over by arrows and opened by Enter', async () => {
    await small();
    await sweep.square('aider', 'polyglot/go').focus();
    await sweep.press('ArrowDown', 'ArrowRight');
    expect(await sweep.focused()).toContain('codex, polyglot/rust');
    await sweep.press('End');
    expect(await sweep.focused()).toContain('codex, refactor/split: no cell');
    await sweep.press('Home', 'ArrowUp');
    expect(await sweep.focused()).toContain('aider, polyglot/go');
    // Above the first row stand the heads: one sorts, and leads back down.
    await sweep.press('ArrowUp', 'ArrowRight', 'Enter');
    expect(await sweep.rows()).toEqual(['pi', 'codex', 'aider']);
    await sweep.press('ArrowDown');
    expect(await sweep.focused()).toContain('pi, polyglot/rust');
    await sweep.square('aider', 'polyglot/go').focus();
    await sweep.press('Enter');
    await expect.poll(() => new URL(page.url()).pathname).toBe('/cell/aider/vendor/beta/polyglot/go');
  });
});

describe('filters', () => {
  test('by words after a slash, by outcome, by keys; and all are taken away at once', async () => {
    await small();
    await sweep.press('/');
    await page.keyboard.type('alpha rust');
    await sweep.drawn();
    expect(await sweep.rows()).toEqual(['codex', 'pi']);
    await sweep.click(/^Failed 2$/);
    await sweep.total('0 of 2 attempts passed');
    await sweep.click('Clear');
    expect(await sweep.fact('Runs')).toBe('7');
    await sweep.click('Model');
    await sweep.tick('vendor/beta');
    await sweep.press('Escape');
    expect(await sweep.rows()).toEqual(['aider', 'pi']);
    await sweep.filter('nothing fits this');
    await sweep.click('Show all 7 runs');
    expect(await sweep.rows()).toEqual(['aider', 'codex', 'pi']);
  });

  test('leave failures of the surroundings out of the totals, and say how many', async () => {
    await small();
    await sweep.tick('Leave out infrastructure failures');
    await sweep.total('4 of 6 attempts passed · 67 % (30–90 %) · 1 infrastructure failure left out');
  });

  test('to cells that share a failure, and to cells whose records contradict each other', async () => {
    await small();
    await sweep.click(/^How failures group/);
    await sweep.click(/tests::bad_input/);
    expect(await sweep.rows()).toEqual(['codex', 'pi']);
    expect(await sweep.fact('Runs')).toBe('2 of 7');
    await sweep.click('Clear');
    await sweep.tick('With contradictions');
    expect(await sweep.rows()).toEqual(['aider']);
    expect(await sweep.says('aider', 'polyglot/go')).toContain('records contradict each other');
  });
});

test('the composite is tried by other weights, which the address and the legend name', async () => {
  await small('?by=composite&panel=composite');
  expect(await sweep.says('pi', 'refactor/split')).toContain('not recorded');
  await page.getByRole('slider', { name: 'Pass' }).fill('1');
  await page.getByText('Composite by tried weights').waitFor();
  expect(await sweep.says('pi', 'refactor/split')).toContain('Composite 1.000');
  expect(await sweep.says('codex', 'polyglot/rust')).toContain('Composite 0.000');
  await expect.poll(() => address().get('weights')).toBe('1,0,0,0,0');
  await sweep.click('Back to the recorded weights');
  expect(await sweep.says('pi', 'refactor/split')).toContain('not recorded');
});

test('the whole view survives a reload', async () => {
  await small();
  await sweep.choose('Rows', 'Task');
  await sweep.choose('Coloured by', 'Wall time');
  await sweep.click(/^All/);
  await sweep.filter('vendor');
  await sweep.tick('Leave out infrastructure failures');
  const before = [await sweep.rows(), await sweep.columns()];
  await expect.poll(() => address().get('infrastructure')).toBe('out');
  await page.reload();
  await sweep.grid().waitFor();
  expect([await sweep.rows(), await sweep.columns()]).toEqual(before);
  expect(await page.getByRole('searchbox', { name: 'Filter runs' }).inputValue()).toBe('vendor');
  expect(await page.getByRole('checkbox', { name: /Leave out/ }).isChecked()).toBe(true);
});

test('the list shows the same cells, in the order asked for', async () => {
  await small('?q=alpha');
  await sweep.click('List');
  expect(await sweep.list()).toHaveLength(5);
  await sweep.choose('Measure', 'Wall time');
  await sweep.choose('Order', 'Highest wall time first');
  const rows = await sweep.list();
  expect(rows[0]).toMatch(/^Passed pi × vendor\/alpha.*attempt 3.*30\.00 s/);
  expect(rows.at(-1)).toMatch(/codex.*polyglot\/go/);
  await page.getByRole('link', { name: /^pi × vendor\/alpha.*attempt 3/ }).click();
  await expect.poll(() => address().get('run')).toBe('3');
});

test('what is shown is exported under a name that tells what it is', async () => {
  await small('?q=codex');
  const csv = await sweep.export('Cells as CSV');
  expect(csv.name).toBe('small-20261122-cells-filtered.csv');
  expect(csv.text.split('\r\n').filter((line) => line.includes('small-20261122/codex/'))).toHaveLength(2);
  const json = await sweep.export('Cells as JSON');
  expect(JSON.parse(json.text).map((cell: { agent: string }) => cell.agent)).toEqual(['codex', 'codex']);
  const matrix = await sweep.export('Matrix as CSV');
  expect(matrix.text).toContain('codex,0,,0\r\n');
});

test('names that are words of the language or endless break nothing', async () => {
  await sweep.open(playhead.url, 'odd-20261122', '?sort=-column:__proto__&rows=model&columns=agent');
  expect(await sweep.rows()).toContain(long);
  expect(await sweep.columns()).toEqual(['__proto__', 'total']);
  expect(await sweep.says('constructor', '__proto__')).toBe('Passed');
  expect(await sweep.overflows()).toBe(false);
});

test('one cell is a matrix of one square; an unknown sweep is said to be unknown', async () => {
  await sweep.open(playhead.url, 'one-20261122');
  await sweep.total('1 of 1 attempt passed');
  expect(await sweep.says('pi', 'polyglot/rust')).toBe('Passed');
  await visit(page, `${playhead.url}/sweeps/no-such-sweep`);
  await page.getByRole('heading', { name: 'There is no such sweep' }).waitFor();
});

test('a sweep of telemetry alone, in which no run names a task, opens as a list', async () => {
  const span = (trace: string, model: string) =>
    aBatch(
      [
        aSpan({
          traceId: trace.repeat(32),
          attributes: [
            ['gen_ai.operation.name', 'chat'],
            ['gen_ai.request.model', model],
          ],
        }),
      ],
      [['service.name', 'my-agent']],
    );
  const body = Buffer.from(tracesJson([span('a', 'gpt-5'), span('b', 'gpt-5-mini')]));
  const headers = { 'content-type': 'application/json' };
  expect((await fetch(`${playhead.url}/v1/traces`, { method: 'POST', headers, body })).status).toBe(200);
  await visit(page, `${playhead.url}/sweeps/adhoc`);
  await page.getByRole('region', { name: 'List' }).waitFor();
  expect([await sweep.fact('Models'), await sweep.fact('Tasks')]).toEqual(['2', 'none named']);
  await page.getByRole('button', { name: 'Matrix' }).click();
  await expect.poll(() => sweep.rows()).toEqual(['gpt-5', 'gpt-5-mini']);
  expect([await sweep.columns(), address().get('view')]).toEqual([['my-agent'], 'matrix']);
});

test('at 390 pixels the matrix alone scrolls sideways, and its row names stay', async () => {
  const narrow = await browser.page({ viewport: { width: 390, height: 844 } });
  const here = new SweepPage(narrow);
  await here.open(playhead.url, 'small-20261122', `?${byName}`);
  expect(await here.overflows()).toBe(false);
  const name = here.grid().getByRole('rowheader', { name: 'pi' });
  const before = await name.boundingBox();
  await here.square('pi', 'refactor/split').scrollIntoViewIfNeeded();
  expect((await name.boundingBox())?.x).toBe(before?.x);
});

test('from the front page to the failing assertion of the pi cell in two clicks', async () => {
  await visit(page, playhead.url);
  await page
    .getByRole('link', { name: /^pi\b.*rust-error-handling/ })
    .first()
    .click();
  const cell = new CellPage(page);
  await cell.playhead().waitFor();
  await page.getByRole('button', { name: 'bad_input_reports_index_and_value' }).click();
  await expect.poll(() => cell.activeSpan()).toContain('verify');
});

test('the front page looks the same behind a sweep as before it', async () => {
  const placesOfTasks = () =>
    page.locator('.cell-row .task').evaluateAll((tasks) =>
      tasks.map((task) => {
        const [whole, family] = [task, task.querySelector('.family')].map((one) =>
          one?.getBoundingClientRect(),
        );
        return [whole?.width, whole?.height, family?.left === whole?.left, family?.width, family?.height];
      }),
    );
  await visit(page, playhead.url);
  // A row that is still loading names no task.
  await page.locator('.cell-row .task').first().waitFor();
  const before = await placesOfTasks();
  await page
    .getByRole('link', { name: /the matrix/ })
    .first()
    .click();
  await page.getByRole('grid').waitFor();
  await page.goBack();
  await page.locator('.cell-row .task').first().waitFor();
  expect(before.length).toBeGreaterThan(2);
  expect(await placesOfTasks()).toEqual(before);
});

test('the front page leads to the matrix of a sweep, and to the search of all runs', async () => {
  await visit(page, playhead.url);
  const section = page.getByRole('region', { name: 'Sweep small-20261122' });
  await section.getByText('30.0 to 90.3 of 6').waitFor();
  await section.getByText('4 passed, 2 failed, 1 other').waitFor();
  expect(await section.getByRole('img', { name: /Passed 4/ }).count()).toBe(1);
  await section.getByRole('link', { name: 'small-20261122', exact: true }).click();
  await sweep.grid().waitFor();
  await page.getByRole('link', { name: 'Search all runs' }).click();
  await expect.poll(() => new URL(page.url()).pathname).toBe('/search');
});

test.each(['', '?by=composite&panel=composite', '?view=list&panel=failures', '?by=duration'])(
  'axe finds nothing serious in the view %s, in both themes, wide and narrow',
  async (query) => {
    await sweep.open(playhead.url, 'small-20261122', query);
    await expectNoSeriousIssue(page);
  },
);
