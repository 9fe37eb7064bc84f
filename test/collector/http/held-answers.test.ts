// Large answers are in memory once however many read them, within one bound, and no longer than somebody does.
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { HeldAnswers } from '../../../collector/http/held-answers.ts';
import { cellPath, TestCollector } from '../../support/collector.ts';

const MIB = 2 ** 20;

function aHolder({ answerBytes = 5 * MIB, answerStallMs = 60_000 } = {}) {
  const seen = { made: 0, refused: 0 };
  const holder = new HeldAnswers({ answerBytes, answerStallMs }, () => seen.refused++);
  const body = (key: string, size = 4 * MIB) =>
    holder.body(key, async () => {
      seen.made++;
      return 'x'.repeat(size);
    });
  return { holder, body, seen };
}

async function sizeOf(body: BodyInit): Promise<number> {
  return (await new Response(body).arrayBuffer()).byteLength;
}

test('many who read the same at the same time share one', async () => {
  const { holder, body, seen } = aHolder();
  const bodies = await Promise.all(Array.from({ length: 20 }, () => body('a')));
  expect([seen.made, holder.bytes]).toEqual([1, 4 * MIB]);
  expect(new Set(await Promise.all(bodies.map(sizeOf)))).toEqual(new Set([4 * MIB]));
  expect(holder.bytes).toBe(0);
});

test('what others read leaves no room: 503, and again room when they are through or have left', async () => {
  const { holder, body, seen } = aHolder();
  const first = (await body('a')) as ReadableStream;
  const second = (await body('b')) as ReadableStream;
  await expect(body('c')).rejects.toMatchObject({ httpStatus: 503 });
  expect(seen).toEqual({ made: 2, refused: 1 });
  // Whoever reads what is there already costs nothing.
  expect(await sizeOf(await body('a'))).toBe(4 * MIB);
  await first.cancel();
  expect(holder.bytes).toBe(4 * MIB);
  expect(await sizeOf(second)).toBe(4 * MIB);
  expect(await sizeOf(await body('c'))).toBe(4 * MIB);
  expect(holder.bytes).toBe(0);
});

test('small answers are handed over at once, failed ones hold nothing', async () => {
  const { holder, body } = aHolder();
  expect(await body('a', 1000)).toBeInstanceOf(Uint8Array);
  await expect(holder.body('b', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await sizeOf(await body('b'))).toBe(4 * MIB);
  expect(holder.bytes).toBe(0);
});

test('a reader that takes nothing is cut off', async () => {
  const { holder, body } = aHolder({ answerStallMs: 50 });
  const stream = (await body('a')) as ReadableStream;
  await expect.poll(() => holder.bytes).toBe(0);
  await expect(sizeOf(stream)).rejects.toThrow('its reader took nothing');
});

test('paused readers of a terminal cost one copy of it, and the metrics say so', async () => {
  const collector = await TestCollector.start();
  const id = 's/a/m/f/t';
  const line = `[0.1,"o",${JSON.stringify('x'.repeat(10_000))}]\n`;
  await collector.putTerminal(id, `{"version":3,"term":{"cols":80,"rows":24}}\n${line.repeat(800)}`);
  const { port, hostname } = new URL(collector.url);
  const sockets = Array.from({ length: 10 }, () => connect(Number(port), hostname));
  for (const socket of sockets) {
    socket.write(`GET ${cellPath(id)}/terminal HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    await new Promise<void>((resolve) => socket.once('data', () => resolve(void socket.pause())));
  }
  const held = async () =>
    Number(/^playhead_answer_bytes (\d+)$/m.exec(await (await collector.request('/metrics')).text())?.[1]);
  expect(await held()).toBeGreaterThan(8_000_000);
  expect(await held()).toBeLessThan(9_000_000);
  for (const socket of sockets) socket.destroy();
  await expect.poll(held).toBe(0);
  expect((await collector.request(`${cellPath(id)}/terminal`, { method: 'HEAD' })).status).toBe(200);
  await expect.poll(held).toBe(0);
});
