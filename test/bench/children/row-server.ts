// Reference 3: the usual design behind Hono: read the body, decode with a protobuf library, insert row by
// row, answer after COMMIT.
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import { scratchDatabase, tell } from '../protocol.ts';
import { RowStore, rowsOf } from '../row-store.ts';

const database = scratchDatabase();
const store = new RowStore(database.path);
const app = new Hono();
app.post('/v1/traces', async (c) => {
  store.insert(rowsOf(new Uint8Array(await c.req.arrayBuffer())));
  return c.body(null, 200, { 'content-type': 'application/x-protobuf' });
});
const server = createAdaptorServer({ fetch: app.fetch });
server.listen(0, '127.0.0.1', () => {
  tell({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
});
process.on('message', () => {
  server.close(() => {
    store.close();
    tell({ bytes: database.remove() });
    process.disconnect?.();
  });
});
