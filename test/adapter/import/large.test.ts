// A stream of a hundred megabytes, written while the test runs and imported by the command line within a bound of
// memory: what is whole arrives, and what was left out is said.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { peakToldIn, TELL_PEAK } from '../../support/machine/peak-memory.ts';

const BYTES = 100 * 1024 * 1024;
const TOOLS = 4000;
/** Node with the recorder takes 110 MB; no more of the file is in memory than a line and a batch. */
const RSS_MB = 250;
/** What lies about until it is collected depends on how busy the machine is; what is needed at once does not. */
const HEAP = '--max-old-space-size=80';

/** The stream: a call with 10 kB of output, its updates, warnings, one line of 20 MB, and a cut end. */
async function writeStream(file: string): Promise<void> {
  const out = createWriteStream(file);
  const write = async (text: string): Promise<void> => {
    if (!out.write(text)) await once(out, 'drain');
  };
  const event = (type: string, id: string, more: object): string =>
    `${JSON.stringify({ type, item: { id, type: 'command_execution', command: 'make', ...more } })}\n`;
  const output = `${'0123456789'.repeat(1000)}\n`;
  const perTool = Math.floor((BYTES - 20 * 1024 * 1024) / TOOLS) - output.length - 400;
  await write('{"type":"thread.started","thread_id":"large"}\n{"type":"turn.started"}\n');
  await write(
    `{"type":"item.completed","item":{"id":"huge","type":"agent_message","text":"${'x'.repeat(20 * 1024 * 1024)}"}}\n`,
  );
  for (let index = 0; index < TOOLS; index++) {
    await write(event('item.started', `item_${index}`, { status: 'in_progress', exit_code: null }));
    await write(event('item.updated', `item_${index}`, { aggregated_output: 'y'.repeat(perTool) }));
    for (let line = 0; line < 3; line++) await write(`warning ${index}.${line}\n`);
    await write(
      event('item.completed', `item_${index}`, {
        status: 'completed',
        exit_code: 0,
        aggregated_output: output,
      }),
    );
  }
  await write('{"type":"item.started","item":{"id":"cut","type":"comm');
  out.end();
  await once(out, 'finish');
}

test('a stream of 100 MB is imported within bounded memory', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'playhead-large-'));
  const sum = { tools: 0, outputs: 0, largest: 0 };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (request.url === '/v1/traces') {
        const bytes = Buffer.concat(chunks);
        const body = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString();
        sum.tools += body.split('"execute_tool command_execution"').length - 1;
        sum.outputs += body.split('0123456789'.repeat(1000)).length - 1;
        sum.largest = Math.max(sum.largest, body.length);
      }
      response.setHeader('content-type', 'application/json').end('{}');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const file = join(folder, 'stream.jsonl');
    await writeStream(file);
    expect(statSync(file).size).toBeGreaterThan(BYTES);
    const bin = join(import.meta.dirname, '../../../bin/playhead.ts');
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const child = spawn(process.execPath, [HEAP, ...TELL_PEAK, bin, 'import', file, '--endpoint', endpoint], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    child.stdout.on('data', (chunk) => {
      said += chunk;
    });
    child.stderr.on('data', (chunk) => {
      said += chunk;
    });
    const [code] = await once(child, 'close');
    expect([code, said]).toEqual([
      0,
      expect.stringContaining(`codex: ${TOOLS} tool calls, ${TOOLS} model calls`),
    ]);
    expect(said).toContain('10000 lines that are no event');
    expect(said).toContain('2 lines begin like an event and are cut or broken');
    expect(said).toContain('1 lines are longer than 16777216 characters');
    expect(said).toContain('2002 lines that are no event are left out, beyond the first 10000');
    expect(peakToldIn(said) / 2 ** 20).toBeLessThan(RSS_MB);
    expect(sum.tools).toBe(TOOLS);
    expect(sum.outputs).toBe(TOOLS);
    // A collector takes 64 MiB at once.
    expect(sum.largest).toBeLessThan(64 * 1024 * 1024);
  } finally {
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}, 120_000);
