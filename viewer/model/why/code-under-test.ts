// Which code a failed test tests, as far as texts say so: files at places in its output, modules that its file imports,
// files named like it. Rules about paths and lines alone. Does not know an edit, nor decide between the rules.
import type { TestFailure } from '../../../shared/failures/reader.ts';

/** Output beyond this is not looked at: a verifier's is kept to far less. */
const MAX_OUTPUT_CHARS = 256_000;
const MAX_LINE_CHARS = 2000;
const MAX_PLACES = 2000;

const PLACE =
  /(?:^|[\s"'(<[@=])((?:file:\/\/)?[\w./@+~-]{1,300}\.[A-Za-z]\w{0,9})(?:", line |:line |:|\((?=\d)|\()(\d{1,7})/g;

export interface NamedPlace {
  readonly path: string;
  readonly line: number;
}

/** Files at places ("src/a.ts:12", `"src/a.py", line 12`) in what a program printed, each once at its last place. */
export function placesIn(output: string): NamedPlace[] {
  const places = new Map<string, NamedPlace>();
  for (const text of output.slice(-MAX_OUTPUT_CHARS).split('\n'))
    for (const match of text.slice(0, MAX_LINE_CHARS).matchAll(PLACE)) {
      const path = normal(match[1] ?? '');
      places.delete(path);
      if (places.size < MAX_PLACES) places.set(path, { path, line: Number(match[2]) });
    }
  return [...places.values()];
}

/** Whether two paths may be one file's: one is the end of the other, from a folder on. */
export function samePath(a: string, b: string): boolean {
  const [long, short] = a.length >= b.length ? [normal(a), normal(b)] : [normal(b), normal(a)];
  return short !== '' && (long === short || long.endsWith(`/${short}`));
}

/** Whether a path is a test's by its name or its folder. */
export function isTestPath(path: string): boolean {
  const name = baseName(path);
  return (
    /(?:^|\/)(?:tests?|__tests__|specs?|testing)\//i.test(path) ||
    /^tests?[._]|[._-](?:test|tests|spec|specs)(?:\.|$)/i.test(name) ||
    /(?:Test|Tests|Spec|IT)\.[A-Za-z]+$/.test(name)
  );
}

/** Files of the tests, as their places and names give them; each once. */
export function testFilesOf(tests: readonly TestFailure[]): string[] {
  const files = new Set<string>();
  for (const { name, place } of tests) {
    const placed = place === null ? null : pathOfPlace(place);
    if (placed !== null && isTestPath(placed)) files.add(placed);
    const named = name === null ? null : fileOfName(name);
    if (named !== null && ![...files].some((file) => samePath(file, named))) files.add(named);
  }
  return [...files];
}

function pathOfPlace(place: string): string | null {
  const path = /^(?:file:\/\/)?([^\s:"]{1,300}\.\w{1,10})(?=[:(,]|$)/.exec(place)?.[1];
  return path === undefined ? null : normal(path);
}

/** "tests/test_a.py::TestA::test_b" and "tests.test_a.TestA.test_b" are of tests/test_a.py. */
function fileOfName(name: string): string | null {
  const file = /^([^\s:]{1,300}\.\w{1,10})::/.exec(name)?.[1];
  if (file !== undefined) return normal(file);
  const parts = name.slice(0, 300).split('.');
  const at = parts.findLastIndex((part) => /^tests?_|_tests?$|^tests$/.test(part));
  const isModule = at >= 0 && at < parts.length - 1 && parts.every((part) => /^[A-Za-z_]\w*$/.test(part));
  return isModule ? `${parts.slice(0, at + 1).join('/')}.py` : null;
}

/** Modules that a file's text imports, as paths without an ending: relative ones resolved, dotted ones with slashes. */
export function importsIn(text: string, path: string): string[] {
  const found = new Set<string>();
  for (const raw of text.split('\n')) {
    const line = raw.slice(0, MAX_LINE_CHARS);
    for (const one of pythonImports(line)) found.add(one);
    const quoted = /(?:\bfrom|\brequire\(|\bimport\(?|\brequire_relative)\s*["']([^"'\s]{1,300})["']/.exec(
      line,
    )?.[1];
    if (quoted !== undefined) found.add(resolved(quoted, path));
    const dotted = /^\s*import (?:static )?([a-z][\w.]{1,300});/.exec(line)?.[1];
    if (dotted !== undefined) found.add(dotted.replaceAll('.', '/'));
    const rust = /^\s*(?:pub )?use (?:crate|super|self|\w+)::([\w:]{1,300})/.exec(line)?.[1];
    if (rust !== undefined) found.add(rust.split('::')[0] ?? rust);
    if (found.size > 200) break;
  }
  return [...found].filter((one) => one !== '');
}

function pythonImports(line: string): string[] {
  const from = /^\s*(?:>>> )?from ([\w.]{1,200}) import (.{1,500})/.exec(line);
  if (from) {
    const module = slashed(from[1] ?? '');
    const names = (from[2] ?? '').matchAll(/[A-Za-z_]\w*/g);
    return [module, ...[...names].slice(0, 40).map(([name]) => (module === '' ? name : `${module}/${name}`))];
  }
  const plain = /^\s*import ([\w.]{1,200})(?: as \w+)?\s*$/.exec(line)?.[1];
  return plain === undefined ? [] : [slashed(plain)];
}

function slashed(module: string): string {
  return module.replace(/^\.+/, '').replaceAll('.', '/');
}

/** A relative module as a path from the project's root; a package's name stays as it is. */
function resolved(module: string, from: string): string {
  const bare = module.replace(/\.(?:[cm]?[jt]sx?|rb)$/, '');
  if (!bare.startsWith('.')) return bare.replace(/^[@~]\//, '');
  const parts = normal(from).split('/').slice(0, -1);
  for (const part of bare.split('/'))
    if (part === '..') parts.pop();
    else if (part !== '.') parts.push(part);
  return parts.join('/');
}

/** Whether a module as `importsIn` gives it is that file. */
export function isModule(module: string, path: string): boolean {
  const stem = normal(path).replace(/\.\w{1,10}$/, '');
  // A single word is a package more often than a file deep in a folder.
  const matches = (one: string) =>
    one === module ||
    (module.includes('/') && one.endsWith(`/${module}`)) ||
    (module.startsWith('/') && module.endsWith(`/${one}`));
  return (
    matches(stem) || matches(stem.replace(/\/(?:index|__init__|mod|lib)$/, '')) || stem === `src/${module}`
  );
}

/** Whether a file is named as the test's file is without its "test": test_schema.py and schema.py, CalcTest and Calc. */
export function isNamedAlike(testPath: string, path: string): boolean {
  const [test, code] = [bareName(testPath), bareName(path)];
  return code !== '' && test === code && extension(testPath) === extension(path);
}

function bareName(path: string): string {
  return baseName(path)
    .replace(/\.\w{1,10}$/, '')
    .replace(/^tests?[._-]|[._-](?:test|tests|spec|specs)$/i, '')
    .replace(/(?:Test|Tests|Spec|IT)$/, '')
    .toLowerCase();
}

/** js, jsx, mjs, ts… are one language. */
function extension(path: string): string {
  const end = /\.(\w{1,10})$/.exec(path)?.[1]?.toLowerCase() ?? '';
  return /^[cm]?[jt]sx?$/.test(end) ? 'js' : end;
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function normal(path: string): string {
  return path
    .replace(/^file:\/\//, '')
    .replaceAll('\\', '/')
    .replace(/^(?:\.\/)+/, '');
}
