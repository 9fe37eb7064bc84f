// A model server for the benchmark: answers every request with a stream of 40 events, at once. Prints its
// address.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const event = (text: string): string =>
  `data: ${JSON.stringify({ id: 'c', model: 'm', choices: [{ index: 0, delta: { content: text }, finish_reason: null }] })}\n\n`;
const events = Array.from({ length: 40 }, (_, n) => event(`word ${n} `));

const server = createServer((request, response) => {
  request.resume();
  request.on('end', () => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const text of events) response.write(text);
    response.end(
      'data: {"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":40}}\n\ndata: [DONE]\n\n',
    );
  });
});
server.listen(0, '127.0.0.1', () =>
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
);
process.on('disconnect', () => process.exit());
