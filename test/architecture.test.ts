// The law of the house as data: which room may import which, and which package lives where. Prints
// the table it enforces. A line `from → rooms` allows what it names and nothing else.
import { posix } from 'node:path';
import { expect, test } from 'vitest';
import { agents } from '../adapter/agents/registry.ts';
import { productFiles } from './support/product-files.ts';

/** The first matching line rules a file. A room ends in "/", a file does not. */
const rooms: readonly (readonly [from: string, mayImport: readonly string[]])[] = [
  ['shared/conventions.ts', []],
  ['shared/span.ts', []],
  ['shared/dialects/', ['shared/dialects/', 'shared/conventions.ts', 'shared/span.ts']],
  ['shared/export/', ['shared/export/', 'shared/outcome-words.ts']],
  ['shared/failures/', ['shared/failures/']],
  [
    'shared/judge/',
    [
      'shared/judge/',
      'shared/export/csv.ts',
      'shared/export/xml.ts',
      'shared/outcome-blame.ts',
      'shared/outcome-words.ts',
      'shared/score.ts',
    ],
  ],
  ['shared/', ['shared/']],
  ['collector/record.ts', ['shared/']],
  ['collector/record-json.ts', ['collector/record.ts', 'shared/']],
  ['collector/record-values.ts', ['collector/record.ts']],
  ['collector/errors.ts', ['shared/']],
  ['collector/thread-host.ts', []],
  [
    'collector/decode-spans.ts',
    [
      'collector/otlp/',
      'collector/cell/log-entry.ts',
      'collector/cell/told-in-logs.ts',
      'collector/record.ts',
      'collector/errors.ts',
      'shared/',
    ],
  ],
  ['collector/otlp/', ['collector/otlp/', 'collector/record.ts', 'collector/errors.ts', 'shared/']],
  [
    'collector/cell/',
    [
      'collector/cell/',
      'collector/record.ts',
      'collector/record-values.ts',
      'collector/errors.ts',
      'shared/',
    ],
  ],
  [
    'collector/store/',
    [
      'collector/store/',
      'collector/cell/',
      'collector/thread-host.ts',
      'collector/record.ts',
      'collector/record-values.ts',
      'collector/errors.ts',
      'shared/',
    ],
  ],
  [
    'collector/search/texts.ts',
    ['collector/record.ts', 'collector/record-json.ts', 'collector/cell/', 'shared/'],
  ],
  ['collector/search/terminal-lines.ts', ['collector/cell/cell-state.ts']],
  ['collector/search/ngram-filter.ts', []],
  [
    'collector/search/',
    [
      'collector/decode-spans.ts',
      'collector/search/',
      'collector/otlp/',
      'collector/cell/',
      'collector/record.ts',
      'collector/thread-host.ts',
      'collector/errors.ts',
      'shared/',
    ],
  ],
  [
    'collector/project/refused/sender-rights.ts',
    [
      'collector/project/',
      'collector/access.ts',
      'collector/cell/records.ts',
      'collector/record.ts',
      'shared/',
    ],
  ],
  [
    'collector/project/',
    [
      'collector/decode-spans.ts',
      'collector/project/',
      'collector/search/texts.ts',
      'collector/search/terminal-lines.ts',
      'collector/search/ngram-filter.ts',
      'collector/otlp/',
      'collector/cell/',
      'collector/record.ts',
      'collector/thread-host.ts',
      'collector/errors.ts',
      'shared/',
    ],
  ],
  [
    'collector/writer.ts',
    [
      'collector/cell/',
      'collector/project/',
      'collector/otlp/resource-shares.ts',
      'collector/record.ts',
      'collector/config.ts',
      'collector/errors.ts',
      'shared/',
    ],
  ],
  ['collector/prices/', ['collector/errors.ts', 'shared/']],
  ['collector/access.ts', ['shared/']],
  ['collector/config.ts', ['collector/access.ts', 'collector/errors.ts', 'shared/']],
  ['collector/http/collector-metrics.ts', ['collector/project/entry-counts.ts']],
  [
    'collector/admission.ts',
    [
      'collector/project/identity.ts',
      'collector/project/label.ts',
      'collector/project/refused/sender-rights.ts',
      'collector/http/collector-metrics.ts',
      'collector/http/trace-size-limit.ts',
      'collector/otlp/',
      'collector/cell/records.ts',
      'collector/writer.ts',
      'collector/record.ts',
      'collector/errors.ts',
    ],
  ],
  ['collector/http/node-bindings.ts', []],
  [
    'collector/http/guard.ts',
    [
      'collector/http/node-bindings.ts',
      'collector/access.ts',
      'collector/config.ts',
      'collector/errors.ts',
      'shared/',
    ],
  ],
  ['collector/http/token.ts', ['collector/access.ts', 'collector/errors.ts']],
  [
    'collector/http/request-body.ts',
    [
      'collector/http/node-bindings.ts',
      'collector/http/collector-metrics.ts',
      'collector/otlp/',
      'collector/errors.ts',
    ],
  ],
  [
    'collector/http/readiness.ts',
    [
      'collector/http/held-answers.ts',
      'collector/http/request-body.ts',
      'collector/http/collector-metrics.ts',
      'collector/cell/',
      'collector/writer.ts',
    ],
  ],
  ['collector/http/trace-size-limit.ts', ['collector/cell/records.ts']],
  [
    'collector/http/grpc-notice.ts',
    ['collector/http/node-bindings.ts', 'collector/config.ts', 'collector/errors.ts'],
  ],
  ['collector/http/held-answers.ts', ['collector/errors.ts']],
  ['collector/http/connection-count.ts', ['collector/http/collector-metrics.ts']],
  ['collector/http/listening.ts', []],
  [
    'collector/http/server.ts',
    [
      'collector/http/collector-metrics.ts',
      'collector/http/connection-count.ts',
      'collector/http/grpc-notice.ts',
      'collector/http/listening.ts',
      'collector/errors.ts',
    ],
  ],
  [
    'collector/grpc/',
    [
      'collector/grpc/',
      'collector/errors.ts',
      'collector/http/connection-count.ts',
      'collector/http/listening.ts',
      'collector/http/node-bindings.ts',
      'collector/otlp/',
      'collector/record.ts',
    ],
  ],
  [
    'collector/routes/',
    [
      'collector/decode-spans.ts',
      'collector/routes/',
      'collector/search/',
      'collector/otlp/',
      'collector/cell/',
      'collector/project/label.ts',
      'collector/prices/prices.ts',
      'collector/writer.ts',
      'collector/http/request-body.ts',
      'collector/http/token.ts',
      'collector/http/collector-metrics.ts',
      'collector/http/held-answers.ts',
      'collector/http/readiness.ts',
      'collector/admission.ts',
      'collector/access.ts',
      'collector/config.ts',
      'collector/record.ts',
      'collector/record-json.ts',
      'collector/record-values.ts',
      'collector/errors.ts',
      'shared/',
    ],
  ],
  [
    'collector/app.ts',
    [
      'collector/routes/',
      'collector/search/',
      'collector/otlp/',
      'collector/cell/',
      'collector/prices/prices.ts',
      'collector/writer.ts',
      'collector/http/guard.ts',
      'collector/http/trace-size-limit.ts',
      'collector/http/token.ts',
      'collector/http/request-body.ts',
      'collector/http/collector-metrics.ts',
      'collector/http/held-answers.ts',
      'collector/http/readiness.ts',
      'collector/http/grpc-notice.ts',
      'collector/admission.ts',
      'collector/access.ts',
      'collector/config.ts',
      'collector/errors.ts',
      'shared/',
    ],
  ],
  [
    'collector/main.ts',
    [
      'collector/app.ts',
      'collector/search/',
      'collector/grpc/grpc-server.ts',
      'collector/http/collector-metrics.ts',
      'collector/http/connection-count.ts',
      'collector/http/grpc-notice.ts',
      'collector/http/server.ts',
      'collector/otlp/limits.ts',
      'collector/store/store.ts',
      'collector/cell/',
      'collector/writer.ts',
      'collector/routes/',
      'collector/config.ts',
      'collector/errors.ts',
      'shared/',
    ],
  ],
  [
    'collector/offline/',
    ['collector/store/', 'collector/cell/', 'collector/project/', 'collector/errors.ts', 'shared/'],
  ],
  ['adapter/platform.ts', []],
  ['adapter/sdk/', ['adapter/sdk/', 'shared/']],
  ['adapter/record/', ['adapter/record/', 'adapter/agents/', 'adapter/sdk/', 'shared/']],
  ['adapter/agents/', ['adapter/agents/', 'shared/']],
  ['adapter/import/', ['adapter/import/', 'adapter/record/', 'adapter/agents/', 'adapter/sdk/', 'shared/']],
  ['adapter/rejudge/patch.ts', []],
  ['adapter/rejudge/', ['adapter/rejudge/', 'adapter/run/', 'adapter/sdk/', 'shared/']],
  [
    'adapter/run/',
    ['adapter/run/', 'adapter/record/', 'adapter/agents/', 'adapter/sdk/', 'adapter/platform.ts', 'shared/'],
  ],
  ['viewer/model/', ['viewer/model/', 'shared/']],
  ['viewer/terminal-worker.ts', ['viewer/model/', 'shared/']],
  ['viewer/xterm-headless.d.ts', []],
  ['viewer/api.ts', ['shared/']],
  [
    'viewer/state/',
    ['viewer/state/', 'viewer/model/', 'viewer/api.ts', 'viewer/terminal-worker.ts', 'shared/'],
  ],
  ['viewer/views/', ['viewer/views/', 'viewer/state/', 'viewer/model/', 'shared/']],
  ['viewer/main.tsx', ['viewer/views/', 'viewer/state/', 'viewer/styles/']],
  ['viewer/vite.config.ts', []],
  ['bin/dev.ts', ['bin/commands/serve.ts', 'bin/command.ts', 'collector/routes/catalogue.ts']],
  [
    'bin/',
    [
      'bin/',
      'collector/main.ts',
      'collector/prices/prices.ts',
      'collector/offline/',
      'collector/config.ts',
      'collector/errors.ts',
      'adapter/',
      'shared/',
    ],
  ],
];

/** Packages that stay in their rooms; every other package may be used anywhere but in shared/. */
const homes: readonly (readonly [pkg: RegExp, rooms: readonly string[]])[] = [
  [/^better-sqlite3$/, ['collector/store/', 'adapter/import/session-database.ts']],
  [
    /^(hono|@hono)(\/|$)/,
    [
      'collector/app.ts',
      'collector/http/guard.ts',
      'collector/http/grpc-notice.ts',
      'collector/http/node-bindings.ts',
      'collector/http/token.ts',
      'collector/http/request-body.ts',
      'collector/http/server.ts',
      'collector/main.ts',
      'collector/routes/',
    ],
  ],
  [/^@opentelemetry\//, ['adapter/sdk/']],
  [/^@lydell\/node-pty$/, ['adapter/run/agent-process.ts']],
  [/^preact(\/|$)/, ['viewer/views/', 'viewer/main.tsx', 'viewer/state/']],
  [/^@preact\/signals$/, ['viewer/views/', 'viewer/state/', 'viewer/main.tsx']],
  [/^@xterm\//, ['viewer/terminal-worker.ts', 'viewer/xterm-headless.d.ts']],
  [/^zod$/, ['shared/wire.ts', 'shared/judge/judgement-json.ts', 'collector/', 'bin/sweep/plan.ts']],
  [/^yaml$/, ['bin/sweep/plan.ts']],
  // Whoever starts a program near an agent's files is looked at closely.
  [
    /^node:child_process$/,
    [
      'adapter/run/agent-process.ts',
      'adapter/run/container.ts',
      'adapter/run/self-naming.ts',
      'adapter/run/verify.ts',
      'adapter/run/files/content-store.ts',
      'bin/',
    ],
  ],
  // The collector asks nobody for anything: it only answers.
  [/^node:(https|tls|dns|dgram)(\/|$)/, ['adapter/', 'bin/']],
  // It answers there, and opens no session of its own.
  [/^node:http2$/, ['collector/grpc/']],
  [/^vite$/, ['viewer/vite.config.ts', 'bin/dev.ts']],
  [/^commander$/, ['bin/command.ts', 'bin/overview.ts']],
];

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s[^'"`;]*?from\s*['"]([^'"]+)['"]|(?:^|\n)\s*import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/g;

function importsOf(source: string): string[] {
  return [...source.matchAll(IMPORT)].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
}

function within(path: string, places: readonly string[]): boolean {
  return places.some((place) => (place.endsWith('/') ? path.startsWith(place) : path === place));
}

/** Every broken law in a set of files, as sentences. */
function violations(files: ReadonlyMap<string, string>): string[] {
  const found: string[] = [];
  for (const [path, source] of files) {
    const law = rooms.find(([from]) => within(path, [from]));
    if (!law) {
      found.push(`${path} stands in no room of the table`);
      continue;
    }
    for (const specifier of importsOf(source)) {
      if (specifier.startsWith('.')) {
        const target = posix.normalize(posix.join(posix.dirname(path), specifier.replace(/\?.*$/, '')));
        if (!target.endsWith('.css') && !within(target, law[1]))
          found.push(`${path} may not import ${target}`);
      } else {
        const home = homes.find(([pkg]) => pkg.test(specifier));
        if (home && !within(path, home[1])) found.push(`${path} may not use ${specifier}`);
      }
    }
  }
  return found;
}

test('every import in the house runs in the allowed direction', () => {
  console.log(
    rooms.map(([from, to]) => `${from.padEnd(28)} → ${to.join(' ') || '(nothing of ours)'}`).join('\n'),
  );
  const files = productFiles();
  expect(files.size).toBeGreaterThan(20);
  expect(violations(files)).toEqual([]);
});

/** Files of the viewer that touch a bigint, or a function of shared/ that gives one. */
function bigintFiles(files: ReadonlyMap<string, string>): string[] {
  const code = (source: string) => source.replace(/\/\*[\s\S]*?\*\/|(?:^|\s)\/\/.*$/gm, '');
  return [...files]
    .filter(([path]) => path.startsWith('viewer/') && path !== 'viewer/model/trace/offset.ts')
    .filter(([, source]) => /\bBigInt\b|\bbigint\b|\b\d[\d_]*n\b|\bnsFrom|\bisoFromNs\b/.test(code(source)))
    .map(([path]) => path);
}

test("the viewer's clock alone touches a bigint", () => {
  expect(bigintFiles(productFiles())).toEqual([]);
  const planted = new Map([
    ['viewer/views/a.tsx', 'const ms = Number(BigInt(ns) / 1_000_000n);'],
    ['viewer/state/b.ts', "import { nsFromIso } from '../../shared/time.ts';"],
    ['viewer/model/c.ts', '// no bigint\nconst run2n = 1;'],
    ['viewer/model/trace/offset.ts', 'BigInt(ns)'],
  ]);
  expect(bigintFiles(planted)).toEqual(['viewer/views/a.tsx', 'viewer/state/b.ts']);
});

/**
 * Files outside `adapter/agents/` that spell an agent's name as a value, and so ask or say which agent it is. A
 * telemetry dialect may be called as its agent.
 */
function filesNamingAgents(files: ReadonlyMap<string, string>): string[] {
  const names = agents.map(({ name }) => name).filter((name) => name !== 'generic');
  const spelled = new RegExp(`(['"\`])(?:${names.join('|')})\\1`);
  const code = (source: string) => source.replace(/\/\*[\s\S]*?\*\/|(?:^|\s)\/\/.*$/gm, '');
  return [...files]
    .filter(([path]) => !/^(?:adapter\/agents|shared\/dialects)\//.test(path))
    .filter(([, source]) => spelled.test(code(source)))
    .map(([path]) => path);
}

test('which agent it is, no file asks but the agents’ own', () => {
  expect(filesNamingAgents(productFiles())).toEqual([]);
  const planted = new Map([
    ['adapter/run/a.ts', "if (agent.name === 'codex') route();"],
    ['adapter/run/b.ts', "// 'codex' is one\nconst name = 'codex-like';"],
    ['adapter/agents/codex/codex.ts', "name: 'codex'"],
  ]);
  expect(filesNamingAgents(planted)).toEqual(['adapter/run/a.ts']);
});

test('a planted import against the direction is found', () => {
  const planted = new Map([
    ['shared/time.ts', "import { openDatabase } from '../collector/store/database/database.ts';"],
    ['viewer/model/timeline/playback.ts', "import { signal } from '@preact/signals';"],
    ['viewer/views/cell/cell-page.tsx', "import type { CellRow } from '../../../collector/store/store.ts';"],
    ['collector/store/request-log/request-log.ts', "const { Hono } = await import('hono');"],
    ['collector/otlp/scan.ts', "export { openDatabase } from '../store/database/database.ts';"],
    ['adapter/import/import.ts', "import '../../collector/main.ts';"],
    ['collector/project/projector.ts', "import { Store } from '../store/store.ts';"],
    ['collector/routes/cells.ts', "import type { Store } from '../store/store.ts';"],
    ['collector/writer.ts', "import { Appender } from './store/request-log/write-thread-host.ts';"],
    ['collector/app.ts', "import { asStoreError } from './store/database/database.ts';"],
    ['collector/http/readiness.ts', "import type { Store } from '../store/store.ts';"],
    ['collector/attic/notes.ts', ''],
  ]);
  expect(violations(planted)).toEqual([
    'shared/time.ts may not import collector/store/database/database.ts',
    'viewer/model/timeline/playback.ts may not use @preact/signals',
    'viewer/views/cell/cell-page.tsx may not import collector/store/store.ts',
    'collector/store/request-log/request-log.ts may not use hono',
    'collector/otlp/scan.ts may not import collector/store/database/database.ts',
    'adapter/import/import.ts may not import collector/main.ts',
    'collector/project/projector.ts may not import collector/store/store.ts',
    'collector/routes/cells.ts may not import collector/store/store.ts',
    'collector/writer.ts may not import collector/store/request-log/write-thread-host.ts',
    'collector/app.ts may not import collector/store/database/database.ts',
    'collector/http/readiness.ts may not import collector/store/store.ts',
    'collector/attic/notes.ts stands in no room of the table',
  ]);
});

test('the collector makes no request of its own', () => {
  const asks =
    /\b(?:fetch|WebSocket|EventSource)\(|import \{[^}]*\b(?:request|get|connect|createConnection|Agent)\b[^}]*\} from 'node:(?:http|net)'/;
  const asking = [...productFiles()].filter(
    ([path, source]) => path.startsWith('collector/') && asks.test(source),
  );
  expect(asking.map(([path]) => path)).toEqual([]);
});
