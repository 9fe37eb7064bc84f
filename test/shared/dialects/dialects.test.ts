// The registry of dialects, and the law that their names are spelled in it alone.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { logEvent, logKey, resourceKey, spanEvent, spanKey } from '../../../shared/conventions.ts';
import { dialects, namesOf } from '../../../shared/dialects/dialects.ts';
import { productFiles, root } from '../../support/product-files.ts';

/** Where names of telemetry may be spelled. */
const TABLES = /^shared\/(?:conventions\.ts$|dialects\/)/;
/** Parsers of agents' own files, which hold words of the same look. */
const AGENTS = /^adapter\/agents\//;
/** The wire's own fields: `event.name` is a span event's name there; an agent's file has an `exception` of its own. */
const WIRE = /^(?:collector\/otlp|adapter\/agents)\//;

/** How the names of every dialect begin that a program's own words do not begin with. */
const DIALECT_NAME =
  /['"`](?:gen_ai\.|llm\.|ai\.|traceloop\.|lmnr\.|openinference\.|(?:input|output)\.value\b|claude_code\.|gemini_cli\.|qwen-code\.|codex\.|tool_call\.)/;

const conventions: ReadonlySet<string> = new Set(
  [resourceKey, spanKey, spanEvent, logEvent, logKey].flatMap((table) => Object.values(table)),
);

/** Every line of code that spells a name of its own, as "file: line". */
function spelled(
  files: ReadonlyMap<string, string>,
  isName: (line: string) => boolean,
  mayToo: RegExp,
): string[] {
  const found: string[] = [];
  for (const [path, source] of files) {
    if (TABLES.test(path) || mayToo.test(path)) continue;
    for (const line of source.split('\n'))
      if (!/^\s*(?:\/\/|\*|\/\*)/.test(line) && isName(line)) found.push(`${path}: ${line.trim()}`);
  }
  return found;
}

function spellsDialect(line: string): boolean {
  return DIALECT_NAME.test(line);
}

function spellsConvention(line: string): boolean {
  return [...line.matchAll(/['"`]([^'"`]*)['"`]/g)].some(([, text]) => conventions.has(text ?? ''));
}

test('no file of the product spells a name of a dialect but the dialects themselves', () => {
  expect(spelled(productFiles(), spellsDialect, AGENTS)).toEqual([]);
});

test('no file of the product spells a name that conventions.ts holds', () => {
  expect(spelled(productFiles(), spellsConvention, WIRE)).toEqual([]);
});

test('a planted name is found, and one in a comment is not', () => {
  const planted = new Map([
    ['collector/project/kind.ts', "if (attributes.has('llm.request.type')) return 'model_call';"],
    ['viewer/model/tool-text.ts', '// As `ai.toolCall.args` does.\nconst result = "output.value";'],
    ['adapter/run/run.ts', "phase.end({ 'process.pid': pid });"],
    ['shared/dialects/codex.ts', "const phase = 'codex.tool.phase';"],
  ]);
  expect(spelled(planted, spellsDialect, AGENTS)).toEqual([
    "collector/project/kind.ts: if (attributes.has('llm.request.type')) return 'model_call';",
    'viewer/model/tool-text.ts: const result = "output.value";',
  ]);
  expect(spelled(planted, spellsConvention, WIRE)).toEqual([
    "adapter/run/run.ts: phase.end({ 'process.pid': pid });",
  ]);
});

test('every dialect has a name of its own and says something', () => {
  expect(new Set(dialects.map(({ name }) => name)).size).toBe(dialects.length);
  for (const dialect of dialects) expect(Object.keys(dialect).length, dialect.name).toBeGreaterThan(1);
});

test('every dialect’s file is in the registry', () => {
  const registry = readFileSync(join(root, 'shared/dialects/dialects.ts'), 'utf8');
  const files = [...productFiles().keys()].filter((path) => path.startsWith('shared/dialects/'));
  const stems = files
    .map((path) => path.replace('shared/dialects/', ''))
    .filter((stem) => !['dialects.ts', 'media.ts', 'names.ts', 'recognised.ts'].includes(stem));
  for (const stem of stems) expect(registry).toContain(`from './${stem}'`);
  expect(stems).toHaveLength(dialects.length + 1);
});

test('no two dialects say of one word of one attribute that it means two kinds', () => {
  const kinds = new Map<string, string>();
  for (const { kinds: rules } of dialects)
    for (const [value, kind] of Object.entries(rules?.values ?? {})) {
      const word = `${rules?.key}=${value}`;
      expect(kinds.get(word) ?? kind, word).toBe(kind);
      kinds.set(word, kind);
    }
});

test('the conventions come first, what they were called before comes last, each name once', () => {
  const inputs = namesOf(({ calls }) => calls?.tokens?.input);
  expect(inputs[0]).toBe(spanKey.inputTokens);
  expect(inputs.at(-1)).toBe('gen_ai.usage.prompt_tokens');
  expect(namesOf(({ tools }) => tools?.name).filter((name) => name === 'tool_name')).toHaveLength(1);
});
