// What somebody chose not to keep reaches no collector, in whatever file it stands: it is taken out, or the file is not sent
// and named.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { importFiles } from '../../../../adapter/import/import.ts';
import { Redactor } from '../../../../adapter/sdk/redact.ts';
import { Spool } from '../../../../adapter/sdk/spool.ts';
import { agentSamples } from '../../../support/agent-samples.ts';
import { TestCollector } from '../../../support/collector.ts';

const secret = 'sk-a-secret-of-some-length';
const choices = [
  ['numbers', { withoutTexts: true }],
  ['no-secrets', { redactor: Redactor.of({ MY_API_KEY: secret }) }],
] as const;
const cellId = 's/a/m/f/t';

let folder: string;
let collector: TestCollector;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'playhead-kept-'));
  collector = await TestCollector.start();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, content: string): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

/** All that can be read of all cells. */
async function stored(): Promise<string> {
  const parts = (await collector.cellIds()).flatMap((id) =>
    ['', '/trace', '/logs', '/changes', '/terminal', '/model-calls'].map(async (part) =>
      (await collector.request(`/api/cells/${encodeURIComponent(id)}${part}`)).text(),
    ),
  );
  return (await Promise.all(parts)).join('\n');
}

const request = JSON.stringify({
  resourceSpans: [
    {
      resource: { attributes: [] },
      scopeSpans: [
        {
          spans: [
            {
              traceId: '0'.repeat(31) + 1,
              spanId: '0'.repeat(15) + 1,
              name: secret,
              startTimeUnixNano: '1796032800000000000',
              endTimeUnixNano: '1796032801000000000',
            },
          ],
        },
      ],
    },
  ],
});
const score = { axis: 'judge', values: { said: secret } };
const cast = `{"version":2,"width":80,"height":24,"timestamp":1796032800}\n[0.5,"o","${secret}"]\n`;
const asTheyStand = [
  ['a recording', 'run.cast', cast],
  ['scores', 'scores.json', JSON.stringify({ scores: [score] })],
  ['a request', 'traces.json', request],
  ['requests', 'traces.jsonl', `${request}\n${request}\n`],
] as const;

test.each(choices.flatMap(([name, choice]) => asTheyStand.map((file) => [name, ...file, choice] as const)))(
  '%s: %s, which is sent as it stands, is not sent',
  async (_name, _what, name, text, choice) => {
    const file = write(name, text);
    for (const largeBytes of [undefined, 1]) {
      const { problems } = await importFiles([file], {
        endpoint: collector.url,
        cellId,
        ...choice,
        largeBytes,
      });
      expect(problems).toEqual([expect.stringMatching(/is not sent: .+ cannot be taken out/)]);
    }
    expect(await collector.cellIds()).toEqual([]);
    const { problems } = await importFiles([file], { endpoint: collector.url, cellId });
    expect(problems).toEqual([]);
    expect(await stored()).toContain(secret);
  },
);

test.each(choices)('%s holds for what an agent printed, however large it is', async (name, choice) => {
  const sample = agentSamples.find(({ agent, kind }) => agent === 'pi' && kind === 'prints')?.text ?? '';
  const text = sample.replaceAll('"ls"', `"echo ${secret}"`);
  expect(text).toContain(secret);
  const file = write('stream.jsonl', text);
  const small = await importFiles([file], { endpoint: collector.url, cellId, ...choice });
  const large = await importFiles([file], { endpoint: collector.url, cellId, ...choice, largeBytes: 1 });
  expect(await stored()).not.toContain(secret);
  expect(small.problems).toEqual([]);
  expect(large.problems).toEqual(
    name === 'numbers' ? [expect.stringContaining('is not sent: its words')] : [],
  );
});

test.each(choices)('%s holds for a trial: what it showed and what ended it', async (name, choice) => {
  const trial = {
    id: 't1',
    trial_name: 'fix__AbCdEfG',
    task_name: 'fix',
    source: 'bench',
    agent_info: { name: 'terminus-2', version: '2', model_info: { name: 'gpt-5', provider: 'openai' } },
    verifier_result: { rewards: { reward: 1 } },
    exception_info: { exception_type: 'NonZeroAgentExitCodeError', exception_message: `--key ${secret}` },
    started_at: '2026-11-30T10:00:00Z',
    finished_at: '2026-11-30T10:01:00Z',
    agent_execution: { started_at: '2026-11-30T10:00:10Z', finished_at: '2026-11-30T10:00:40Z' },
  };
  write('job/fix__AbCdEfG/result.json', JSON.stringify(trial));
  write('job/fix__AbCdEfG/agent/recording.cast', cast);
  const { lines, problems } = await importFiles([join(folder, 'job')], {
    endpoint: collector.url,
    ...choice,
  });
  expect(await stored()).not.toContain(secret);
  if (name === 'numbers') expect(problems).toEqual([expect.stringContaining('is not sent: its words')]);
  else expect(lines).toEqual([expect.stringContaining('its terminal is not sent')]);
});

test.each(choices)(
  '%s: a spool and a sheet, which name their own cells, are not sent',
  async (_name, choice) => {
    const spool = new Spool(join(folder, 'spool.jsonl'), cellId);
    spool.append('scores', JSON.stringify({ scores: [score] }));
    const sheet = write('sheet.jsonl', `${JSON.stringify({ cell_id: cellId, pass: 1 })}\n`);
    for (const largeBytes of [undefined, 1])
      for (const file of [spool.path, sheet]) {
        const { problems } = await importFiles([file], { endpoint: collector.url, ...choice, largeBytes });
        expect(problems).toEqual([expect.stringMatching(/is not sent: .+ cannot be taken out/)]);
      }
    expect(await collector.cellIds()).toEqual([]);
  },
);
