// An import by the command line in a program that has little room, into an address that counts what comes and keeps none.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

const BIN = join(import.meta.dirname, '../../../bin/playhead.ts');

/** @param env what is set beside this process's own */
export async function importWithLittleRoom(
  file: string,
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly code: number; readonly said: string; readonly spans: number }> {
  let spans = 0;
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await Array.fromAsync(request as AsyncIterable<Buffer>));
    spans += body.toString('latin1').split('"spanId"').length - 1;
    response.setHeader('content-type', 'application/json').end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const { port } = server.address() as AddressInfo;
    const call = ['--max-old-space-size=60', BIN, 'import', file, '--endpoint', `http://127.0.0.1:${port}`];
    const child = spawn(process.execPath, call, {
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, ...env },
    });
    let said = '';
    child.stdout.on('data', (chunk) => {
      said += chunk;
    });
    const [code] = await once(child, 'close');
    return { code, said, spans };
  } finally {
    server.close();
  }
}
