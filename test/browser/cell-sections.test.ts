// The page that the product was measured by, section by section: each has its place on the seed cell's page. Then
// what is new there as a person uses it: weights to try, related cells, snippets that do what they say.
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { beforeEach, describe, expect, test } from 'vitest';
import { importFiles } from '../../adapter/import/import.ts';
import { logEvent, logKey } from '../../shared/conventions.ts';
import { AGENT_SENDER, SENDER_HEADER } from '../../shared/otlp-address.ts';
import { browserTest, soon } from '../support/browser/browser-test.ts';
import { CellDetails } from '../support/browser/cell-details.ts';
import { CellPage } from '../support/browser/cell-page.ts';
import { EmbedFrame, listeningPage, startForeignSite } from '../support/browser/foreign-page.ts';
import { aBatch, aLog } from '../support/otlp/otlp-builders.ts';
import { logsJson } from '../support/otlp/otlp-encode.ts';

const sheet = join(import.meta.dirname, '../../examples-sheet/codingagentbench.jsonl');
const model = 'meta/llama-4-maverick-17b-128e-instruct';
const seedPath = `/cell/openhands/${model}/polyglot/rust-error-handling?sweep=expansion-20260616`;
const piPath = '/cell/pi/local/scripted-model/polyglot/rust-error-handling?sweep=demo-20261122';
const digest = 'sha256:7fcaf222644a5cb0afffe018f038d270130b5af3b8af366cd960f2d596a4342c';

const { browser, playhead } = browserTest({
  demo: true,
  context: { permissions: ['clipboard-read', 'clipboard-write'] },
  async prepare(url) {
    const { problems } = await importFiles([sheet], { endpoint: url });
    expect(problems).toEqual([]);
  },
});
let page: Page;
let cell: CellPage;
let details: CellDetails;
beforeEach(async () => {
  page = await browser.page();
  cell = new CellPage(page);
  details = new CellDetails(page);
});

const openDetails = async (path: string) => {
  await cell.open(playhead.url, `${path}&tab=details`);
  await details.section('Embed this result').waitFor();
};

describe('of the seed page', () => {
  test('the title and what it is a part of stand above all', async () => {
    await cell.open(playhead.url, `${seedPath}&t=0`);
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toMatch(
      new RegExp(`^openhands\\s*×\\s*${model}$`),
    );
    const where = page.getByRole('navigation', { name: 'Breadcrumb' });
    expect((await where.innerText()).replace(/\s+/g, '')).toBe(
      'expansion-20260616/polyglot/rust-error-handling',
    );
    expect(await where.getByRole('link', { name: 'expansion-20260616' }).getAttribute('href')).toBe(
      '/sweeps/expansion-20260616',
    );
  });

  test('“Per-axis scores” are the header’s numbers; what was never measured is a word, not a number', async () => {
    await cell.open(playhead.url, `${seedPath}&t=0`);
    const header = page.getByRole('region', { name: 'Cell', exact: true });
    const names = (await header.getByRole('term').allInnerTexts()).map((text) => text.trim());
    const values = await header.locator('.headline-value').allInnerTexts();
    const shown = Object.fromEntries(names.map((name, index) => [name, values[index]?.trim()]));
    expect(shown).toEqual({
      Pass: '0 / 1',
      Tokens: 'not recorded',
      Cost: 'not recorded',
      Wall: '13.17 s',
      'Blast radius': '0.00',
      Refusal: 'not applicable',
      Integrity: 'not applicable',
      Composite: '0.56',
    });
    // It changed nothing, and its number does not stand without that.
    expect(await header.getByText('what doing nothing earns', { exact: true }).isVisible()).toBe(true);
  });

  test('“Run identity” is in Details, its digest named once', async () => {
    await openDetails(`${seedPath}&t=0`);
    expect(await details.facts('Run identity')).toMatchObject({
      cell_id: `expansion-20260616/openhands/${model}/polyglot/rust-error-handling`,
      sweep_id: 'expansion-20260616',
      container_image: 'codingagentbench/openhands:1.7.0',
      image_digest: digest,
      model_build_id: model,
      exit_code: '0',
    });
  });

  test('who sent it is in Details: the program, what it was read as, and why it is this cell’s', async () => {
    await openDetails(`${seedPath}&t=0`);
    await expect.poll(() => details.text('Who sent it'), soon).toContain('names this cell');
    const [program, told] = Object.entries(await details.facts('Who sent it'))[0] ?? [];
    expect(program).toMatch(/\w/);
    expect(told).toMatch(/\d (?:task setup|agent run|verify|other span)/);
  });

  test('“Timing” is in Details, to every recorded digit', async () => {
    await openDetails(`${seedPath}&t=0`);
    const facts = await details.facts('Timing');
    expect(facts).toMatchObject({ tokens: 'not recorded' });
    expect(facts.started_at).toBe('2026-06-17T07:16:51.681729Z');
    expect(facts.ended_at).toBe('2026-06-17T07:17:04.854527Z');
    expect(facts.duration).toMatch(/^13\.17 s/);
  });

  const scorers = {
    pass_rate: ['pass', 'exit_code', 'timed_out', 'stdout_tail', 'stderr_tail', 'partial_score'],
    tokens: [
      'prompt_tokens',
      'completion_tokens',
      'total_tokens',
      'model_calls',
      'tokens_per_correct_task',
      'pass_used_for_division',
    ],
    latency: ['wall_clock_ms', 'container_active_ms', 'model_call_ms'],
    blast_radius: [
      'blast_radius',
      'added',
      'removed',
      'modified',
      'unexpected_changes',
      'expected_changes',
      'total_changes',
      'extra_git_dir',
    ],
    refusal: [
      'refusal',
      'not_applicable',
      'expected_refusal',
      'refusal_produced',
      'refusal_correct',
      'marker_hits',
      'keyword_hits',
    ],
    integrity: ['integrity', 'not_applicable', 'task_id'],
    composite: ['composite', 'weights', 'components', 'note'],
  };
  test('“Scorer breakdown” is in Scores: every axis, key and value', async () => {
    await cell.open(playhead.url, `${seedPath}&t=0&tab=scores`);
    for (const [axis, keys] of Object.entries(scorers)) {
      const facts = await details.facts(axis);
      expect(Object.keys(facts), axis).toEqual(keys);
    }
    expect((await details.facts('composite')).composite).toBe('0.5598918427312821');
    expect((await details.facts('pass_rate')).stdout_tail).toContain('panicked at src/lib.rs:12:32');
    expect((await details.facts('latency')).wall_clock_ms).toBe('13172.798');
  });

  test('“Trace replay” is the dock, with its keys, its clock and the active span', async () => {
    await cell.open(playhead.url, `${seedPath}&t=0`);
    expect(await cell.clock()).toBe('0 ms / 13.17 s');
    const keys = (await page.getByRole('region', { name: 'Replay' }).innerText()).replace(/\s+/g, ' ');
    for (const words of ['play', 'step span', '100 ms']) expect(keys).toContain(words);
    const span = await cell.spanDetails();
    for (const words of ['task_setup', 'prepare:polyglot/rust-error-handling', 'task_category polyglot'])
      expect(span).toContain(words);
    expect(span).toContain('plugin_stack []');
    expect(span).toContain('6c4583143cca4d618d408a5476b49f4f');
  });

  test('“Terminal playback” is the stage, which says that it is a summary where none was recorded', async () => {
    await cell.open(playhead.url, `${seedPath}&t=0`);
    await expect.poll(() => cell.terminalText(), soon).toContain('No terminal was recorded for this run');
    expect(await cell.terminalText()).toContain('openhands:run');
  });

  test('“Run it yourself” names the image by its digest once, and says what a second run is worth', async () => {
    await openDetails(`${seedPath}&t=0`);
    expect(await details.text('Run it yourself')).toMatch(
      /codingagentbench\/openhands:1\.7\.0 \(sha256:7fcaf222644a…\).*comparable, not identical/,
    );
    const docker = await details.copied(/exact image/);
    expect(docker.match(/sha256:/g)).toHaveLength(1);
    expect(docker).toContain(`IMAGE=codingagentbench/openhands:1.7.0@${digest}`);
    expect(docker).toContain('docker pull "$IMAGE"');
    expect(docker).toContain('docker run --rm');
    expect(await details.copied(/playhead run/)).toMatch(/^playhead run \\\n {2}--agent openhands/);
    expect(await details.text('Run it yourself')).toContain('shell');
  });

  test('“Explore with your own model” wires this cell’s agent, and offers the preview as provisional', async () => {
    await openDetails(`${seedPath}&t=0`);
    const wiring = await details.copied(/openhands with your own model/);
    expect(wiring).toContain('export LLM_BASE_URL="$YOUR_ENDPOINT"');
    expect(wiring).not.toContain('aider');
    const text = await details.text('Explore with your own model');
    expect(text).toContain(`This cell's model was ${model}.`);
    expect(text).toContain('must speak OpenAI');
    expect(text).toContain('its score is not for citation');
    expect(await details.copied(/preview/)).toMatch(
      /^npx @codingagentbench\/cli check \\\n {2}--tui openhands/,
    );
  });

  test('“Trace spans (5)” are the Spans tab: kinds, names, lengths, parents and attributes', async () => {
    await cell.open(playhead.url, `${seedPath}&t=0&tab=spans`);
    expect(await page.getByRole('tab', { name: /^Spans/ }).innerText()).toMatch(/5$/);
    const panel = await cell.panel();
    for (const name of [
      'prepare:polyglot/rust-error-handling',
      'applied_plugins',
      'openhands:run',
      'openhands:polyglot/rust-error-handling',
      'cleanup:openhands',
    ])
      expect(panel).toContain(name);
    await page.getByRole('row', { name: /openhands:run/ }).click();
    const span = await cell.spanDetails();
    for (const words of [
      'container',
      '13.17 s',
      'exit_code',
      'root+docker.sock',
      'a8a6eed9b22b416b8973e5153d4216a0',
    ])
      expect(span).toContain(words);
  });

  test('“Model calls (0)” is a tab that says why it is empty', async () => {
    await cell.open(playhead.url, `${seedPath}&t=0&tab=model-calls`);
    expect(await page.getByRole('tab', { name: /^Model calls/ }).innerText()).toMatch(/0$/);
    expect(await cell.panel()).toBe('Per-call token capture is not available for this run.');
  });

  test('“Other CLIs”, “Other models” and “Other tasks” stand around the cell in Details', async () => {
    await openDetails(`${seedPath}&t=0`);
    const agents = await details.related('Other agents on this task');
    expect(
      agents.some((row) => /^Failed: pi .*0 0\.590 1\.87 s Compare$/.test(row)),
      agents.join('\n'),
    ).toBe(true);
    const models = await details.related('Other models with this agent');
    expect(
      models.some((row) => /^Passed: qwen\/qwen3-next-80b-a3b-instruct .*Compare$/.test(row)),
      models.join('\n'),
    ).toBe(true);
    expect(await details.text('Related cells')).toContain('Other tasks in this family');
    expect(
      await details
        .section('Related cells')
        .getByRole('link', { name: /^All cells of/ })
        .getAttribute('href'),
    ).toBe('/sweeps/expansion-20260616');
  });

  test('“Embed this result” has badges and a player, with the address that readers must reach', async () => {
    await openDetails(`${seedPath}&t=0`);
    expect(await details.text('Embed this result')).toContain(`These addresses begin with ${playhead.url}`);
    const badge = details.section('Embed this result').getByRole('img');
    await expect.poll(() => badge.evaluate((image: HTMLImageElement) => image.naturalHeight), soon).toBe(20);
    const markdown = await details.copied(/README/);
    expect(markdown).toContain('pass 0\\/1 · composite 0\\.56');
    expect(markdown).toContain(
      `](${playhead.url}/badge/openhands/${model}/polyglot/rust-error-handling.svg?`,
    );
    expect(await details.copied(/for a page/)).toContain(`<img src="${playhead.url}/badge/openhands/`);
    expect(await details.copied(/^Player$/)).toContain(`<iframe src="${playhead.url}/embed/cell/openhands/`);
  });
});

test('a related cell is opened, and one of the same task held against this one', async () => {
  await openDetails(`${piPath}&t=0`);
  const group = page.getByRole('table', { name: 'Other agents on this task' });
  const opencode = group.getByRole('row', { name: /opencode × scripted|Passed: opencode/ }).first();
  const compare = await opencode.getByRole('link', { name: /^Compare with/ }).getAttribute('href');
  expect(compare).toMatch(/^\/compare\?a=demo-20261122\/pi\/.*&b=.*\/opencode\//);
  await opencode.getByRole('link').first().click();
  await page.waitForURL(/\/cell\/opencode\//);
});

test('the header offers the cell with the other verdict, and leads to the snippets', async () => {
  await cell.open(playhead.url, `${piPath}&t=0`);
  const compare = page.getByRole('link', { name: /^Compare with opencode/ });
  expect(await compare.getAttribute('href')).toBe(
    '/compare?a=demo-20261122/pi/local/scripted-model/polyglot/rust-error-handling&b=demo-20261122/opencode/local/scripted-model/polyglot/rust-error-handling',
  );
  await page.getByRole('button', { name: 'Embed' }).click();
  await expect.poll(() => details.section('Embed this result').isVisible(), soon).toBe(true);
  const box = (await details.section('Embed this result').boundingBox())!;
  expect(box.y).toBeLessThan(400);
});

test('weights are tried, kept in the address, and given back', async () => {
  await cell.open(playhead.url, `${piPath}&t=0&tab=scores`);
  await expect.poll(() => details.weights(), soon).toEqual(['0.40', '0.20', '0.15', '0.15', '0.10']);
  expect(await details.sum()).toBe('Sum 0.579');
  expect(await cell.panel()).toContain('Doing nothing at all would get 0.60: more than this run.');
  await details.weight('Pass').fill('70');
  expect(await details.weights()).toEqual(['0.70', '0.10', '0.08', '0.08', '0.05']);
  expect(await details.sum()).toBe('Sum with the tried weights 0.290');
  await expect
    .poll(() => new URL(page.url()).searchParams.get('weights'), soon)
    .toBe('0.7,0.1,0.075,0.075,0.05');
  await page.reload();
  await expect.poll(() => details.weights(), soon).toEqual(['0.70', '0.10', '0.08', '0.08', '0.05']);
  // What was recorded is not what is tried.
  await cell.says(/^0\.58$/);
  await page.getByRole('button', { name: 'Back to the recorded weights' }).click();
  expect(await details.sum()).toBe('Sum 0.579');
  await expect.poll(() => new URL(page.url()).searchParams.has('weights'), soon).toBe(false);
});

test('pasted into somebody’s page, badge and player do what they say, at the moment that was looked at', async () => {
  await openDetails(`${piPath}&t=3310`);
  const badge = await details.copied(/for a page/);
  const player = await details.copied(/^Player$/);
  expect(await details.text('Embed this result')).toContain('Opens at rest at 3.310 s');
  const site = await startForeignSite();
  try {
    site.show(listeningPage(`${badge}<p>${player}</p>`));
    await page.goto(site.url);
    const frame = new EmbedFrame(page);
    await expect.poll(() => frame.positionMs(), soon).toBe(3310);
    await expect.poll(() => frame.terminal().innerText(), soon).toContain('unwrap_or');
    const image = page.getByRole('img', {
      name: 'pi · local/scripted-model · polyglot/rust-error-handling: pass 0/1 · composite 0.58',
    });
    expect(await image.evaluate((element: HTMLImageElement) => element.naturalHeight)).toBe(20);
    expect(await page.getByRole('link').first().getAttribute('href')).toBe(`${playhead.url}${piPath}`);
  } finally {
    await site.stop();
  }
});

test('who could have written a verdict, and that an agent tried, stands above the scores and below the tracks', async () => {
  const verdict = aLog({
    eventName: logEvent.evaluation,
    attributes: [[logKey.evaluationName, 'pass_rate']],
  });
  const id = `expansion-20260616/openhands/${model}/polyglot/rust-error-handling`;
  const answer = await fetch(`${playhead.url}/cells/${encodeURIComponent(id)}/v1/logs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', [SENDER_HEADER]: AGENT_SENDER },
    body: Buffer.from(logsJson([aBatch([verdict])])),
  });
  expect(await answer.text()).toContain('1 rejected');
  await cell.open(playhead.url, `${seedPath}&t=0&tab=scores`);
  const scores = page.getByRole('tabpanel');
  await scores.getByText('This collector asks for no token: anyone who reaches it, the agent too').waitFor();
  await scores.getByText('1 record was refused: whoever sent it may not').waitFor();
  await openDetails(`${seedPath}&t=0`);
  expect(await details.text('Tracks')).toContain('1 record was refused: whoever sent it may not');
});
