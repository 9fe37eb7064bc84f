// Fuzzed requests: OTLP bodies of every kind at every address with every header, and the API's addresses
// with hostile ids, queries and bodies. Each is made from the seed and its own number alone.
import { bentGzip, bentJson, bentProtobuf, type Corpus, renewed, type Signal } from './bodies.ts';
import type { Random } from './random.ts';

export interface FuzzRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: Uint8Array | null;
}

/** Cells that accepted requests really make, so that reads find something. */
const cells = ['fuzz/agent/model/family/one', 'fuzz/agent/model/family/two#run2', 'fuzz/a/m/f/three'];

const hostileIds = [
  ...[
    '',
    '%',
    '%00',
    '%ff',
    '..%2f..%2fetc',
    '%2e%2e',
    'a//b',
    '__proto__',
    'constructor',
    'a/b',
    'x'.repeat(600),
  ],
  ...['%E2%80%AE', '%F0%9F%98%80/a/m/f/t', '%20', 'a%2Fb%2Fc%2Fd%2Fe', "';DROP%20TABLE%20log;--", '%5c', '*'],
];

const types = [
  ...['application/x-protobuf', 'application/json', 'APPLICATION/JSON; charset=UTF-8', 'text/plain', ''],
  ...[
    'application/json; charset=utf-16',
    'multipart/form-data; boundary=x',
    'application/x-protobuf;a=b',
    ';;;',
  ],
];

const codings = ['identity', 'gzip', 'GZIP', 'br', 'gzip, gzip', 'deflate', 'zstd', '', 'x'];

/** A request to an OTLP address. */
export function otlpRequest(corpus: Corpus, random: Random): FuzzRequest {
  const signal: Signal = random.chance(0.75) ? 'traces' : 'logs';
  const isJson = random.chance(0.3);
  const encoding = isJson ? 'json' : 'protobuf';
  const bent = isJson ? bentJson(corpus.json[signal], random) : bentProtobuf(corpus.protobuf[signal], random);
  const plain = renewed(bent, encoding, random);
  const zipped = random.chance(0.1);
  const odd = random.chance(0.05);
  const headers: Record<string, string> = {
    'content-type': odd ? random.pick(types) : isJson ? 'application/json' : 'application/x-protobuf',
  };
  if (zipped) headers['content-encoding'] = 'gzip';
  else if (random.chance(0.02)) headers['content-encoding'] = random.pick(codings);
  if (random.chance(0.01)) headers.origin = random.pick(['http://localhost', 'https://evil.example', 'null']);
  if (random.chance(0.01)) headers['content-length'] = random.pick(['-1', '99999999999', 'x', '0']);
  const base = random.chance(0.8)
    ? ''
    : `/cells/${random.chance(0.9) ? aCell(random) : random.pick(hostileIds)}`;
  const to = random.chance(0.05) ? random.pick(['metrics', 'traces', 'logs', 'profiles', '']) : signal;
  return {
    method: random.chance(0.98) ? 'POST' : random.pick(['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD']),
    path: `${base}/v1/${to}`,
    headers,
    body: zipped ? bentGzip(plain, random) : plain,
  };
}

function aCell(random: Random): string {
  return encodeURIComponent(random.pick(cells));
}

const scoreBodies = [
  '{"scores":[{"axis":"pass_rate","values":{"pass":1}}]}',
  '{"scores":[{"axis":"tokens","values":{"input":12,"nested":{"deep":[1,2,{"x":null}]}},"scorer":"s"}]}',
].map((text) => Buffer.from(text));

const castBodies = [
  '{"version":2,"width":80,"height":24}\n[0.1,"o","hello\\u001b[31m"]\n[0.2,"r","100x50"]\n',
  '{"version":3,"term":{"cols":80,"rows":24}}\n[0.1,"o","x"]\n[0.1,"m","marker"]\n[0.5,"i","secret"]\n',
].map((text) => Buffer.from(text));

const queries = [
  ...[
    'limit=1',
    'limit=0',
    'limit=-1',
    'limit=1e9',
    'limit=%00',
    'offset=99999999',
    'kind=tool_call',
    'kind=x,y',
  ],
  ...['cursor=MTIuMw', 'cursor=%ff', 'q=%25_%5c', "q='%22", 'q=__proto__', 'sweep=fuzz', 'outcome=passed'],
  ...[
    'outcome=constructor',
    'task=a/b/c',
    'model=&agent=',
    'start_ns=99999999999999999999',
    'timing=measured',
  ],
  ...['note=%F0%9F', 'limit=1&limit=2', 'q=x'.repeat(300), '__proto__=1', 'toString=1'],
];

const tracks = [
  '',
  '/trace',
  '/terminal',
  '/model-calls',
  '/changes',
  '/logs',
  '/metrics',
  '/live2',
  '/scores',
];

/** A request to the API or to a page. */
export function apiRequest(random: Random): FuzzRequest {
  const id = random.chance(0.7) ? aCell(random) : random.pick(hostileIds);
  const query = random.chance(0.5) ? `?${random.pick(queries)}&${random.pick(queries)}` : '';
  const put = random.next();
  if (put < 0.15) {
    const headers = { 'content-type': random.chance(0.9) ? 'application/json' : random.pick(types) };
    return {
      method: 'PUT',
      path: `/api/cells/${id}/scores${query}`,
      headers,
      body: bentJson(scoreBodies, random),
    };
  }
  if (put < 0.3) {
    const headers = { 'content-type': random.chance(0.9) ? 'application/x-asciicast' : random.pick(types) };
    const body = bentJson(castBodies, random);
    return { method: 'PUT', path: `/api/cells/${id}/terminal${query}`, headers, body };
  }
  const pages = [
    '/',
    '/livez',
    '/readyz',
    '/metrics',
    '/openapi.json',
    '/%',
    '//',
    '/..%2f',
    '/assets/x',
    '/v1',
  ];
  const path =
    put < 0.4 ? random.pick(pages) : put < 0.6 ? '/api/cells' : `/api/cells/${id}${random.pick(tracks)}`;
  const accept = random.pick([
    '*/*',
    'application/json',
    'application/x-playhead-trace',
    'text/html',
    ';q=x',
    ',,,',
  ]);
  const method = random.chance(0.9) ? 'GET' : random.pick(['POST', 'PATCH', 'HEAD', 'OPTIONS', 'PROPFIND']);
  return { method, path: path + query, headers: { accept }, body: null };
}
