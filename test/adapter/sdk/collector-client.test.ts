// The client of the collector: what it sends, what it retries, and what it passes on as an error.
import { afterEach, expect, test } from 'vitest';
import { CollectorError, postOtlp, putScores, putTerminal } from '../../../adapter/sdk/collector-client.ts';
import { OtlpReceiver } from '../../support/otlp/otlp-receiver.ts';

const receivers: OtlpReceiver[] = [];
afterEach(async () => {
  for (const receiver of receivers.splice(0)) await receiver.close();
});

async function receive(...answer: Parameters<typeof OtlpReceiver.start>): Promise<OtlpReceiver> {
  const receiver = await OtlpReceiver.start(...answer);
  receivers.push(receiver);
  return receiver;
}

const id = 's/pi/m/fam/task#run2';

test('a terminal is put with its start, grade and note', async () => {
  const receiver = await receive();
  const placement = { startNs: 1_795_333_410_025_559_000n, timing: 'derived', note: 'two & three' } as const;
  await putTerminal({ endpoint: `${receiver.url}/` }, id, 'cast', placement);
  const [put] = receiver.requests;
  expect(put).toMatchObject({
    method: 'PUT',
    path: '/api/cells/s%2Fpi%2Fm%2Ffam%2Ftask%23run2/terminal',
    body: 'cast',
  });
  expect(Object.fromEntries(put?.query ?? [])).toEqual({
    start_ns: '1795333410025559000',
    timing: 'derived',
    note: 'two & three',
  });
  expect(put?.headers['content-type']).toBe('application/x-asciicast');
});

test('a body that names no cell goes to the cell’s own path', async () => {
  const receiver = await receive();
  await postOtlp({ endpoint: receiver.url }, 'logs', '{}', id);
  await postOtlp({ endpoint: receiver.url }, 'traces', '{}', null);
  expect(receiver.requests.map((request) => request.path)).toEqual([
    '/cells/s%2Fpi%2Fm%2Ffam%2Ftask%23run2/v1/logs',
    '/v1/traces',
  ]);
});

test('a partial success is told, not hidden', async () => {
  const receiver = await receive((_, response) =>
    response.end('{"partialSuccess":{"rejectedSpans":"2","errorMessage":"2 spans without an id"}}'),
  );
  expect(await postOtlp({ endpoint: receiver.url }, 'traces', '{}', null)).toEqual({
    rejected: 2,
    message: '2 spans without an id',
  });
});

test('what the collector asks to be retried is retried until it is taken', async () => {
  let asked = 0;
  const receiver = await receive((_, response) => {
    asked++;
    if (asked < 3) response.writeHead(503, { 'retry-after': '0' });
    response.end('{}');
  });
  await putScores({ endpoint: receiver.url }, id, []);
  expect(asked).toBe(3);
});

test('a refusal is an error with the status and the collector’s words, and is not repeated', async () => {
  const receiver = await receive((_, response) => {
    response.statusCode = 404;
    response.end('{"error":{"code":"not_found","message":"no cell of that id"}}');
  });
  const put = putScores({ endpoint: receiver.url }, id, []);
  await expect(put).rejects.toMatchObject({ code: 'collector_refused', status: 404 });
  await expect(put).rejects.toThrow(/PUT .*task%23run2\/scores: 404 no cell of that id/);
  expect(receiver.requests).toHaveLength(1);
});

test('a collector that is not there is an error that names the address', async () => {
  const receiver = await OtlpReceiver.start();
  await receiver.close();
  const put = putScores({ endpoint: receiver.url }, id, []);
  await expect(put).rejects.toBeInstanceOf(CollectorError);
  await expect(put).rejects.toThrow(/ECONNREFUSED/);
  await expect(put).rejects.toMatchObject({ code: 'collector_unreachable', status: null });
});
