// A server before the collector that passes each request on as it came, and keeps in which form it came: a test
// then knows that an exporter did what it was asked for. Does not decode.
import { createServer, type IncomingMessage, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Form {
  readonly type: string | undefined;
  readonly coding: string | undefined;
}

export class Front {
  forms: Form[] = [];
  readonly #server;

  private constructor(target: string) {
    this.#server = createServer((request, response) => {
      const { method, headers } = request;
      this.forms.push({ type: headers['content-type'], coding: headers['content-encoding'] });
      const onward = send(target + request.url, { method: method ?? 'POST', headers });
      onward.once('response', (answer: IncomingMessage) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      onward.once('error', (error) => response.destroy(error));
      request.pipe(onward);
    });
  }

  static async start(target: string): Promise<Front> {
    const front = new Front(target);
    await new Promise<void>((resolve) => front.#server.listen(0, '127.0.0.1', resolve));
    return front;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }
}
