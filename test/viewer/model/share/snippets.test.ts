// What people paste elsewhere must be what it says: a POSIX shell reads every snippet without running it,
// and gives back every value as it was, however hostile.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Node, Parser } from 'commonmark';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { agents } from '../../../../adapter/agents/registry.ts';
import type { CellDetail, OwnModel } from '../../../../shared/wire.ts';
import {
  embedSnippets,
  htmlText,
  markdownText,
  markdownUrl,
  previewSnippet,
  runSnippets,
  shellCommand,
  shellWord,
  wiringSnippet,
} from '../../../../viewer/model/share/snippets.ts';
import { aCell, aCellDetail } from '../../../support/trace-builders.ts';

/** The agents that can be run with one's own model. */
const wired = new Map<string, OwnModel>();
for (const { name, ownModel } of agents) if (ownModel) wired.set(name, ownModel);

const wiringOf = (cell: CellDetail): OwnModel | null => wired.get(cell.agent) ?? null;

const nasty = [
  "'; rm -rf / #",
  '$(touch /tmp/x)',
  '`id`',
  '"',
  '\\',
  '\n',
  'a\nb',
  '!!',
  '~root',
  '-x',
  '--model=y',
  '*',
  '[a]',
  '{a,b}',
  '&&',
  '#',
  '',
  ' ',
  '漢字🦀',
  '\u202eabc',
  '<script>alert(1)</script>',
  '](javascript:alert(1))',
  'x" onerror="alert(1)',
  '%s%n',
  '$PATH',
  '$\u007bIFS}',
  'EOF\nrm -rf /\nEOF',
];
const hostile = fc.oneof(fc.constantFrom(...nasty), fc.string({ unit: 'binary', maxLength: 30 }));
/** What an argv can hold of a text: no NUL, and well-formed UTF-8. */
const holdable = (text: string) => text.toWellFormed().replaceAll('\0', '\ufffd');

/** Runs a script in sh; commands of these names print their words, each behind a NUL, instead of running. */
function run(
  script: string,
  fakes: string[] = [],
  env: Record<string, string> = {},
  cwd = tmpdir(),
): string[] {
  const functions = fakes.map((name) => `${name}() { printf '%s\\0' ${name} "$@"; }\n`).join('');
  const { stdout, stderr, status } = spawnSync('sh', ['-u'], {
    input: functions + script,
    cwd,
    encoding: 'utf8',
    env: { PATH: process.env.PATH ?? '', ...env },
  });
  expect([status, stderr]).toEqual([0, '']);
  return stdout.split('\0').slice(0, -1);
}
function parses(script: string): void {
  const { status, stderr } = spawnSync('sh', ['-n'], { input: script, encoding: 'utf8' });
  expect([status, stderr], script).toEqual([0, '']);
}
const aHostileCell = fc
  .record({
    agent: fc.oneof(hostile, fc.constantFrom(...wired.keys())),
    model: fc.option(hostile),
    task: fc.option(hostile),
    image: fc.option(fc.oneof(hostile, fc.constant('codingagentbench/openhands:1.7.0'))),
    digest: fc.option(fc.constant('sha256:7fcaf2')),
    pass: fc.option(fc.constantFrom(0, 1)),
  })
  .map(({ agent, model, task, image, digest, pass }): CellDetail => {
    const identity = { ...aCellDetail().identity, containerImage: image, imageDigest: digest };
    return aCellDetail({ agent, model, task, identity, pass });
  });

describe('a word for the shell', () => {
  it('comes out of sh as it was put in', () => {
    fc.assert(
      fc.property(fc.array(hostile, { minLength: 1, maxLength: 40 }), (words) => {
        const script = words.map((word) => `echoed ${shellWord(word)}\n`).join('');
        expect(run(script, ['echoed'])).toEqual(words.flatMap((word) => ['echoed', holdable(word)]));
      }),
      { numRuns: 40 },
    );
  });

  it('stands within a command of many lines as it was put in', () => {
    fc.assert(
      fc.property(fc.array(hostile, { maxLength: 30 }), (words) => {
        const command = shellCommand(['echoed', ...words]);
        expect(run(`${command}\n`, ['echoed'])).toEqual(['echoed', ...words.map(holdable)]);
      }),
      { numRuns: 40 },
    );
  });

  it('is left readable where it is harmless', () => {
    expect(shellWord('meta/llama-4-maverick-17b:1.0@x')).toBe('meta/llama-4-maverick-17b:1.0@x');
    expect(shellWord("it's")).toBe("'it'\\''s'");
  });
});

const snippetsOf = (cell: CellDetail) => [
  ...runSnippets(cell, 'http://127.0.0.1:4318', wiringOf(cell)),
  ...[wiringOf(cell)].filter((wiring) => wiring !== null).map((wiring) => wiringSnippet(cell, wiring)),
  previewSnippet(cell),
];

/** What a command was given for an option, in either form; undefined where it was not. */
function optionOf(words: readonly string[], name: string): string | undefined {
  const joined = words.find((word) => word.startsWith(`${name}=`));
  if (joined !== undefined) return joined.slice(name.length + 1);
  const at = words.indexOf(name);
  return at < 0 ? undefined : words[at + 1];
}

describe('the snippets of a cell', () => {
  it('are all read by sh -n, whatever the cell is called', () => {
    fc.assert(
      fc.property(aHostileCell, (cell) => {
        for (const snippet of snippetsOf(cell)) if (snippet) parses(snippet.text);
      }),
      { numRuns: 40 },
    );
  });

  it('give docker and playhead the exact image, agent, model and task', () => {
    fc.assert(
      fc.property(aHostileCell, (cell) => {
        const { containerImage, imageDigest } = cell.identity;
        const snippets = runSnippets(cell, 'http://127.0.0.1:4318', wiringOf(cell));
        const script = snippets.map(({ text }) => text).join('\n');
        const env = { YOUR_ENDPOINT: 'e', YOUR_KEY: 'k', YOUR_MODEL: 'm', PROMPT: 'p', COMMAND: 'c' };
        const words = run(script, ['docker', 'playhead'], env);
        if (containerImage) {
          const image = holdable(containerImage.replace(/@sha256:.*$/s, ''));
          expect(words).toContain(imageDigest ? `${image}@${imageDigest}` : image);
        }
        const ours = words.slice(words.lastIndexOf('playhead'));
        // What stands behind "--" is the agent's own command.
        const own = ours.slice(0, ours.indexOf('--'));
        expect(optionOf(own, '--agent')).toBe(holdable(cell.agent));
        expect(optionOf(own, '--model')).toBe(cell.model === null ? undefined : holdable(cell.model));
        expect(optionOf(own, '--task')).toBe(cell.task === null ? undefined : holdable(cell.task));
        expect(optionOf(own, '--endpoint')).toBe('http://127.0.0.1:4318');
      }),
      { numRuns: 60 },
    );
  });

  it('give the image’s own commands the exact agent, model and task', () => {
    fc.assert(
      fc.property(aHostileCell, (cell) => {
        const identity = { ...cell.identity, containerImage: 'codingagentbench/pi:1' };
        const ours = { ...cell, identity };
        const script = [runSnippets(ours, 'http://x', wiringOf(ours))[0]!, previewSnippet(ours)!].map(
          ({ text }) => text,
        );
        const words = run(script.join('\n'), ['docker', 'npx'], { YOUR_ENDPOINT: 'e f', YOUR_KEY: "k'k" });
        const npx = words.lastIndexOf('npx');
        for (const command of [words.slice(words.indexOf('run-cell'), npx), words.slice(npx)]) {
          expect(optionOf(command, '--tui')).toBe(holdable(cell.agent));
          expect(optionOf(command, '--task') ?? '').toBe(holdable(cell.task ?? ''));
          expect(optionOf(command, '--model') ?? '').toBe(holdable(cell.model ?? ''));
        }
        expect(optionOf(words.slice(npx), '--endpoint')).toBe('e f');
        expect(optionOf(words.slice(npx), '--key')).toBe("k'k");
      }),
      { numRuns: 40 },
    );
    expect(previewSnippet(aCellDetail())).toBeNull();
  });

  it('start each agent with what the reader set, in the order given, and write its file whole', () => {
    const env = {
      YOUR_ENDPOINT: 'http://e/v1?a=1&b',
      YOUR_KEY: "k'$(id)",
      YOUR_MODEL: 'a/b c',
      PROMPT: 'do "it"',
    };
    for (const [agent, wiring] of wired) {
      const { command, before = [], file } = wiring;
      const program = String(command[0]);
      const folder = mkdtempSync(join(tmpdir(), 'playhead-wiring-'));
      const words = run(wiringSnippet(aCellDetail({ agent }), wiring).text, [program], env, folder);
      const text = file && readFileSync(join(folder, file.path), 'utf8');
      rmSync(folder, { recursive: true });
      expect(words.filter((word) => word === program)).toHaveLength(1 + before.length);
      expect(words.slice(words.lastIndexOf(program)), agent).toContain(env.PROMPT);
      if (text !== null) expect(text).toContain(env.YOUR_ENDPOINT);
    }
  });

  it('name the digest once', () => {
    const identity = {
      ...aCellDetail().identity,
      containerImage: 'codingagentbench/openhands:1.7.0',
      imageDigest: 'sha256:7fcaf222644a5cb0afffe018f038d270130b5af3b8af366cd960f2d596a4342c',
    };
    const cell = aCellDetail({
      agent: 'openhands',
      model: 'meta/llama',
      task: 'polyglot/rust-error-handling',
      identity,
    });
    const [docker] = runSnippets(cell, 'http://127.0.0.1:4318', wiringOf(cell));
    expect(docker!.text.match(/sha256/g)).toHaveLength(1);
    expect(docker!.text).toBe(
      [
        'IMAGE=codingagentbench/openhands:1.7.0@sha256:7fcaf222644a5cb0afffe018f038d270130b5af3b8af366cd960f2d596a4342c',
        'docker pull "$IMAGE"',
        'docker run --rm -e CAB_ENDPOINT="$YOUR_ENDPOINT" -e CAB_KEY="$YOUR_KEY" \\',
        '  "$IMAGE" run-cell \\',
        '  --tui openhands \\',
        '  --model meta/llama \\',
        '  --task polyglot/rust-error-handling',
      ].join('\n'),
    );
    expect(runSnippets(aCellDetail(), 'http://x', null).map(({ title }) => title)).toEqual([
      'The same with playhead run',
    ]);
  });

  it('wire this cell’s agent, and no other', () => {
    for (const [agent, wiring] of wired) {
      const snippet = wiringSnippet(aCellDetail({ agent }), wiring);
      parses(snippet.text);
      expect(snippet.title).toBe(`${agent} with your own model`);
      const [program] = wiring.command;
      expect(snippet.text).toContain(String(program));
      const used = JSON.stringify(wiring);
      for (const variable of ['YOUR_ENDPOINT', 'YOUR_KEY', 'YOUR_MODEL', 'PROMPT'])
        expect(used).toContain(variable);
    }
  });

  it('write a configuration whose JSON is sound once the shell has filled it in', () => {
    const env = { YOUR_ENDPOINT: 'http://e/v1', YOUR_KEY: 'k', YOUR_MODEL: 'a/b' };
    for (const { file } of wired.values()) {
      if (!file?.path.endsWith('.json')) continue;
      const { stdout } = spawnSync('sh', ['-u'], {
        input: `cat <<EOF\n${file.text}\nEOF\n`,
        encoding: 'utf8',
        env: { PATH: process.env.PATH ?? '', ...env },
      });
      expect(JSON.stringify(JSON.parse(stdout))).toContain('http://e/v1');
      expect(stdout).toContain('a/b');
    }
  });
});

/** All text below a node of CommonMark's tree. */
function literalOf(node: Node): string {
  let text = node.literal ?? '';
  for (let child = node.firstChild; child; child = child.next) text += literalOf(child);
  return text;
}

describe('the embedding snippets', () => {
  const addresses = {
    origin: 'https://bench.example',
    cellPath: '/cell/pi/m/f/t?sweep=s&run=2',
    badgePath: '/badge/pi/m/f/t.svg',
    embedPath: '/embed/cell/pi/m/f/t?t=4210',
  };

  it('say what the badge measures', () => {
    const cell = aCellDetail({ agent: 'pi', model: 'm', task: 'f/t', pass: 0, composite: 0.56 });
    const [markdown, html, player] = embedSnippets(cell, addresses).map(({ text }) => text);
    expect(markdown).toBe(
      '[![pi · m · f\\/t\\: pass 0\\/1 · composite 0\\.56](https://bench.example/badge/pi/m/f/t.svg)](https://bench.example/cell/pi/m/f/t?sweep=s&run=2)',
    );
    expect(html).toBe(
      '<a href="https://bench.example/cell/pi/m/f/t?sweep=s&amp;run=2"><img src="https://bench.example/badge/pi/m/f/t.svg" alt="pi · m · f/t: pass 0/1 · composite 0.56"></a>',
    );
    expect(player).toContain('src="https://bench.example/embed/cell/pi/m/f/t?t=4210"');
  });

  it('are a player alone for a cell that no badge can name', () => {
    const snippets = embedSnippets(aCellDetail({ model: null }), { ...addresses, badgePath: null });
    expect(snippets.map(({ title }) => title)).toEqual(['Player']);
  });

  it('count the attempts that the badge counts', () => {
    const cell = aCellDetail({ agent: 'pi', model: 'm', task: 'f/t', pass: 0, composite: 0.5 });
    const same = { sweep: cell.sweep, agent: 'pi', model: 'm', task: 'f/t' };
    const related = [
      aCell({ ...same, id: 'second', pass: 1, composite: 0.9 }),
      aCell({ ...same, id: 'elsewhere', sweep: 'another', pass: 1 }),
      aCell({ ...same, id: 'other', agent: 'aider', pass: 1 }),
    ];
    expect(embedSnippets({ ...cell, related }, addresses)[0]!.text).toContain(
      'pass 1\\/2 · composite 0\\.70',
    );
  });

  it('are one image within one link for CommonMark’s own parser, with the exact text and addresses', () => {
    const path = (text: string) => `/cell/${encodeURIComponent(text.toWellFormed())}?a=(b)[c]`;
    fc.assert(
      fc.property(aHostileCell, hostile, (cell, address) => {
        const given = { ...addresses, cellPath: path(address), badgePath: `/badge${path(address)}` };
        const [markdown] = embedSnippets(cell, given);
        const document = new Parser().parse(`Before ${markdown!.text} after`);
        const paragraph = document.firstChild!;
        expect([paragraph.type, paragraph.next]).toEqual(['paragraph', null]);
        const link = paragraph.firstChild!.next!;
        const image = link.firstChild!;
        expect([link.type, image.type, image.next, link.next?.literal]).toEqual([
          'link',
          'image',
          null,
          ' after',
        ]);
        // Percent-encoded brackets mean the same address.
        expect(decodeURIComponent(link.destination!)).toBe(
          decodeURIComponent(`${given.origin}${given.cellPath}`),
        );
        expect(decodeURIComponent(image.destination!)).toBe(
          decodeURIComponent(`${given.origin}${given.badgePath}`),
        );
        const name = [cell.agent, cell.model, cell.task].filter((part) => part !== null).join(' · ');
        const line = name.toWellFormed().replace(/[\0-\x1f\x7f]+/g, ' ');
        const text = literalOf(image);
        expect(text.slice(0, line.length + 2)).toBe(`${line}: `);
        expect(text.slice(line.length + 2)).toMatch(/^(?:pass |composite |[a-z ]+$)/);
      }),
      { numRuns: 300 },
    );
  });

  it('hold no mark-up of the cell’s, in Markdown or HTML', () => {
    fc.assert(
      fc.property(aHostileCell, (cell) => {
        const [markdown, html, player] = embedSnippets(cell, addresses).map(({ text }) => text);
        // Nothing but the escaped text stands between the brackets, and no line ends within.
        expect(markdown!.replace(/\\[!-/:-@[-`{-~]/g, '')).toMatch(
          /^\[!\[[^\n\r[\]<>`*_\\]*\]\(https:[^\s()]*\)\]\(https:[^\s()]*\)$/u,
        );
        expect(html!.match(/</g)).toHaveLength(3);
        expect(html!.match(/"/g)).toHaveLength(6);
        expect(player!.match(/[<>]/g)).toHaveLength(4);
      }),
    );
  });

  it('keep a text’s meaning: unescaping gives it back', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const line = text.toWellFormed().replace(/[\0-\x1f\x7f]+/g, ' ');
        expect(markdownText(text).replace(/\\([!-/:-@[-`{-~])/g, '$1')).toBe(line);
        const entities = new Map([
          ['&lt;', '<'],
          ['&gt;', '>'],
          ['&quot;', '"'],
          ['&#39;', "'"],
          ['&amp;', '&'],
        ]);
        const back = htmlText(text).replace(/&[a-z#0-9]+;/g, (entity) => entities.get(entity) ?? entity);
        // U+FFFE and U+FFFF are no characters of any mark-up.
        expect(back).toBe(line.replace(/[\ufffe\uffff]/g, '\ufffd'));
        expect(markdownUrl(`https://x/${text}`)).not.toMatch(/[\s()<>"]/);
      }),
    );
  });
});
