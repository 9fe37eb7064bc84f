// A recording proxy on loopback for one run. Each provider has a path under a secret prefix and stands for
// that provider's base address; bodies and headers pass byte for byte, streams as they come. What a call
// was is read after it is over, so that nobody waits for it. It stores no header and answers nothing itself
// but that the provider could not be reached.
import { randomBytes } from 'node:crypto';
import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http';
import { createServer, Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { connect as connectTcp } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { MeasuredCall } from '../record/observations.ts';
import { nowNs } from '../sdk/instant.ts';
import { Kept, KeptRoom } from './bodies/kept-body.ts';
import { isModelCall, readModelCall } from './model-call.ts';

export interface ProxyOptions {
  /** Names the variables HTTP_PROXY, HTTPS_PROXY and NO_PROXY for the way out. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Connection headers speak of one hop (RFC 9110, section 7.6.1), and node writes its own. */
const hopHeaders = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'te',
  'trailer',
  'upgrade',
  'host',
]);

/** So much of a body is kept for reading; beyond it bytes pass and the call has no usage. */
const MAX_KEPT_BYTES = 64 * 2 ** 20;
/** Of all calls under way together. */
const ROOM_BYTES = 256 * 2 ** 20;
/** An agent opens dozens at most; each is a file that the run cannot open elsewhere. */
const MAX_CONNECTIONS = 512;

/** Whatever a provider takes for a step up out of the base address that was routed. */
const DOT_SEGMENT = /(?:^|[/\\]|%2f|%5c)(?:\.|%2e){1,2}(?:$|[/\\;]|%2f|%5c)/i;

export class ModelProxy {
  /** The proxy's root, without a slash at its end. */
  readonly url: string;
  readonly #prefix: string;
  readonly #server;
  readonly #upstreams = new Map<string, URL>();
  readonly #agents: { readonly http: HttpAgent; readonly https: HttpsAgent };
  #onCall: (call: MeasuredCall) => void = () => undefined;
  #onProblem: (problem: string) => void = () => undefined;
  readonly #problems = new Set<string>();
  /** How often a body failed, by its hash. */
  readonly #failures = new Map<string, number>();
  readonly #open = new Set<Promise<void>>();
  readonly #room = new KeptRoom(ROOM_BYTES);
  /** Connections that are no longer HTTP, which the server forgets. */
  readonly #tunnels = new Set<Socket>();

  private constructor(server: ReturnType<typeof createServer>, prefix: string, options: ProxyOptions) {
    const { port } = server.address() as AddressInfo;
    this.#server = server;
    this.#prefix = prefix;
    this.url = `http://127.0.0.1:${port}/${prefix}`;
    const agentOptions = { keepAlive: true, proxyEnv: options.env as NodeJS.ProcessEnv };
    this.#agents = { http: new HttpAgent(agentOptions), https: new HttpsAgent(agentOptions) };
    server.on('request', (request, response) => this.#forward(request, response));
    server.on('upgrade', (request, socket, head) => this.#tunnel(request, socket as Socket, head));
  }

  static async start(options: ProxyOptions): Promise<ModelProxy> {
    const server = createServer({ requestTimeout: 0, headersTimeout: 60_000, noDelay: true });
    server.maxConnections = MAX_CONNECTIONS;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    // Pages in a browser know the port at most: without the prefix nothing is forwarded.
    return new ModelProxy(server, randomBytes(9).toString('base64url'), options);
  }

  /**
   * Says who is told of every model call that is over, from now on.
   * @param onProblem told of what kept one from being recorded, each kind once
   */
  listen(onCall: (call: MeasuredCall) => void, onProblem: (problem: string) => void = () => undefined): void {
    this.#onCall = onCall;
    this.#onProblem = onProblem;
  }

  /**
   * Puts a provider behind a path.
   * @param upstream the provider's whole base address
   * @returns the address to be used instead
   */
  route(path: string, upstream: string): string {
    const name = path.replace(/^\//, '');
    this.#upstreams.set(name, new URL(upstream));
    return `${this.url}/${name}`;
  }

  /** Waits for calls that are still being read, then stops. */
  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    for (const socket of this.#tunnels) socket.destroy();
    await Promise.allSettled([...this.#open]);
    this.#agents.http.destroy();
    this.#agents.https.destroy();
  }

  /** The provider and path that a request means; null where it means none. */
  #targetOf(requestUrl: string): { url: URL; path: string } | null {
    const match = /^\/([^/?]*)\/([^/?]+)([^?]*)(\?.*)?$/.exec(requestUrl);
    const upstream = this.#upstreams.get(match?.[2] ?? '');
    if (!match || match[1] !== this.#prefix || !upstream || DOT_SEGMENT.test(match[3] ?? '')) return null;
    const path = upstream.pathname.replace(/\/+$/, '') + (match[3] ?? '');
    return { url: upstream, path: (path || '/') + (match[4] ?? '') };
  }

  #forward(request: IncomingMessage, response: ServerResponse): void {
    const startNs = nowNs();
    const target = this.#targetOf(request.url ?? '');
    if (!target) {
      response.writeHead(404, { 'content-type': 'application/json' });
      response.end('{"error":{"type":"not_found","message":"this is no address of the recording proxy"}}');
      return;
    }
    const { url, path } = target;
    const recorded = isModelCall(request.method ?? '', pathOnly(path));
    const work = new Promise<void>((done) => {
      this.#exchange(request, response, url, path, (end) => {
        if (recorded) this.#tryRecord(end, startNs, url, path);
        done();
      });
    });
    this.#open.add(work);
    work.finally(() => this.#open.delete(work));
  }

  #exchange(
    request: IncomingMessage,
    response: ServerResponse,
    url: URL,
    path: string,
    onEnd: (end: RawEnd) => void,
  ): void {
    const sent = new Kept(this.#room, MAX_KEPT_BYTES);
    const received = new Kept(this.#room, MAX_KEPT_BYTES);
    let ended = false;
    let firstChunkNs: bigint | null = null;
    let status: number | null = null;
    let encoding = '';
    const end = (cutBy: RawEnd['cutBy']): void => {
      if (ended) return;
      ended = true;
      onEnd({ sent, received, firstChunkNs, endNs: nowNs(), status, encoding, cutBy });
      sent.release();
      received.release();
    };
    // What breaks in the middle ends by `close`; without a listener it would end the run.
    request.on('error', () => undefined);
    response.on('error', () => undefined);
    let upstream: ClientRequest;
    try {
      upstream = this.#send(request, url, path);
    } catch (error) {
      refuse(response, `the recording proxy cannot pass this request on: ${wordsOf(error)}`);
      end(null);
      return;
    }
    upstream.on('response', (answer) => {
      status = answer.statusCode ?? null;
      encoding = answer.headers['content-encoding'] ?? '';
      response.sendDate = false;
      answer.on('error', () => response.destroy());
      try {
        response.writeHead(
          answer.statusCode ?? 502,
          answer.statusMessage ?? '',
          passedHeaders(answer.rawHeaders),
        );
        // The answer's head goes out before its first byte, as it came.
        response.flushHeaders();
      } catch (error) {
        // A status or a header that HTTP does not allow.
        upstream.destroy();
        refuse(response, `the provider's answer cannot be passed on: ${wordsOf(error)}`);
        end(null);
        return;
      }
      answer.on('data', (chunk: Buffer) => {
        firstChunkNs ??= nowNs();
        received.add(chunk);
        if (!response.write(chunk)) {
          answer.pause();
          response.once('drain', () => answer.resume());
        }
      });
      answer.on('end', () => {
        response.end();
        end(null);
      });
      answer.on('aborted', () => {
        response.destroy();
        end('provider');
      });
    });
    upstream.on('error', (error) => {
      if (response.headersSent) response.destroy();
      else refuse(response, `the recording proxy could not reach the provider: ${error.message}`);
      end(status === null ? null : 'provider');
    });
    request.on('data', (chunk: Buffer) => {
      sent.add(chunk);
      if (!upstream.write(chunk)) {
        request.pause();
        upstream.once('drain', () => request.resume());
      }
    });
    request.on('end', () => upstream.end());
    response.on('close', () => {
      if (ended) return;
      upstream.destroy();
      end('agent');
    });
  }

  #send(request: IncomingMessage, url: URL, path: string): ClientRequest {
    const secure = url.protocol === 'https:';
    // Of its own accord node frames no body of GET, HEAD and DELETE: the provider would read it as a request.
    const framing =
      request.headers['transfer-encoding'] === undefined ? [] : ['Transfer-Encoding', 'chunked'];
    const upstream = (secure ? httpsRequest : httpRequest)(url, {
      agent: secure ? this.#agents.https : this.#agents.http,
      method: request.method ?? 'GET',
      path,
      headers: [...passedHeaders(request.rawHeaders), ...framing, 'Host', url.host],
      setHost: false,
    });
    upstream.setNoDelay(true);
    return upstream;
  }

  /** Both sides of a call are made by others: what they are made of must not end the run. */
  #tryRecord(end: RawEnd, startNs: bigint, url: URL, path: string): void {
    try {
      this.#record(end, startNs, url, path);
    } catch (error) {
      const problem = `a model call was passed on and not recorded: ${wordsOf(error)}`;
      if (this.#problems.has(problem)) return;
      this.#problems.add(problem);
      this.#onProblem(problem);
    }
  }

  #record(end: RawEnd, startNs: bigint, url: URL, path: string): void {
    const requestBody = end.sent.text('');
    const read = readModelCall({
      path: pathOnly(path),
      requestBody,
      status: end.status,
      responseBody: end.received.text(end.encoding),
    });
    if (!read) return;
    // An answer that said how it ended was whole.
    const isCut = end.cutBy === 'provider' && read.finishReason === null;
    const facts = isCut && read.error === null ? { ...read, error: brokenOff } : read;
    const failed = facts.error !== null;
    const retries = this.#failures.get(facts.requestHash) ?? 0;
    if (failed) this.#failures.set(facts.requestHash, retries + 1);
    else this.#failures.delete(facts.requestHash);
    this.#onCall({
      ...facts,
      startNs,
      firstChunkNs: end.firstChunkNs,
      endNs: end.endNs,
      status: end.status,
      retries,
      serverAddress: url.hostname,
      serverPort: Number(url.port) || (url.protocol === 'https:' ? 443 : 80),
      aborted: end.cutBy === 'agent',
    });
  }

  /** A protocol other than HTTP (web sockets) passes and is not recorded. */
  #tunnel(request: IncomingMessage, socket: Socket, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    this.#tunnels.add(socket);
    socket.on('close', () => this.#tunnels.delete(socket));
    const target = this.#targetOf(request.url ?? '');
    if (!target) {
      socket.end('HTTP/1.1 404 Not Found\r\n\r\n');
      return;
    }
    const { url, path } = target;
    const secure = url.protocol === 'https:';
    const port = Number(url.port) || (secure ? 443 : 80);
    const upstream = secure
      ? connectTls({ host: url.hostname, port, servername: url.hostname })
      : connectTcp({ host: url.hostname, port });
    const lines = [`${request.method} ${path} HTTP/1.1`, `Host: ${url.host}`];
    for (let at = 0; at < request.rawHeaders.length; at += 2)
      if (request.rawHeaders[at]?.toLowerCase() !== 'host')
        lines.push(`${request.rawHeaders[at]}: ${request.rawHeaders[at + 1]}`);
    upstream.write(`${lines.join('\r\n')}\r\n\r\n`);
    upstream.write(head);
    upstream.pipe(socket).pipe(upstream);
    upstream.on('error', () => socket.destroy());
    socket.on('close', () => upstream.destroy());
  }
}

const brokenOff = { type: 'no_answer', message: 'the answer broke off' } as const;

interface RawEnd {
  readonly sent: Kept;
  readonly received: Kept;
  readonly firstChunkNs: bigint | null;
  readonly endNs: bigint;
  readonly status: number | null;
  readonly encoding: string;
  /** Who broke the exchange off; null where it ended. */
  readonly cutBy: 'agent' | 'provider' | null;
}

/** The headers as they came, in their order and case, without those of the hop. */
function passedHeaders(raw: readonly string[]): string[] {
  const listed = new Set<string>();
  for (let at = 0; at < raw.length; at += 2)
    if (raw[at]?.toLowerCase() === 'connection')
      for (const name of (raw[at + 1] ?? '').split(',')) listed.add(name.trim().toLowerCase());
  // Whoever lists it would take away the frame of the body that follows.
  listed.delete('content-length');
  const passed: string[] = [];
  for (let at = 0; at < raw.length; at += 2) {
    const name = (raw[at] ?? '').toLowerCase();
    if (!hopHeaders.has(name) && !listed.has(name)) passed.push(raw[at] ?? '', raw[at + 1] ?? '');
  }
  return passed;
}

/** Answers in the provider's place, if nothing was answered yet. */
function refuse(response: ServerResponse, message: string): void {
  const body = JSON.stringify({ error: { type: 'upstream_unreachable', message } });
  // A reason phrase that was refused is still set.
  response.writeHead(502, 'Bad Gateway', ['content-type', 'application/json']);
  response.end(body);
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function pathOnly(path: string): string {
  const query = path.indexOf('?');
  return query < 0 ? path : path.slice(0, query);
}
