// What of a working directory is not watched: build products and caches that tools make, and what the
// project's own `.gitignore` files name. Matches in time linear in the pattern for each name, whoever wrote the
// pattern. Does not read files; texts and paths are bytes as Latin-1, so that no name is lost.

/** Made by tools, not by authors, at any depth. */
const builtFolders = new Set([
  'node_modules',
  'target',
  '__pycache__',
  '.venv',
  '.pytest_cache',
  '.mypy_cache',
  '.ruff_cache',
  '.gradle',
  '.cache',
]);
const BUILT_FILE = /\.pyc$/;
/** Over all files of a project. */
const MAX_RULES = 2000;
const MAX_RULE_CHARS = 1000;

interface Rule {
  readonly negated: boolean;
  readonly foldersOnly: boolean;
  /** Segments; a rule of one name alone is looked for at any depth. */
  readonly segments: readonly string[];
  readonly anyDepth: boolean;
}

export class IgnoreRules {
  readonly #byFolder = new Map<string, readonly Rule[]>();
  #count = 0;

  /** @param folder path from the working directory, empty for itself */
  add(folder: string, text: string): void {
    const rules: Rule[] = [];
    for (const line of text.split(/\r?\n/)) {
      const rule = ruleOf(line);
      if (rule !== null && this.#count < MAX_RULES) {
        rules.push(rule);
        this.#count++;
      }
    }
    if (rules.length > 0) this.#byFolder.set(folder, rules);
  }

  /** Of a path whose own folder is watched. */
  isIgnored(path: string, isFolder: boolean): boolean {
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (isFolder ? builtFolders.has(name) : BUILT_FILE.test(name)) return true;
    if (this.#count === 0) return false;
    // The deepest file outranks the others, and in a file the last line does.
    for (let folder = parentOf(path); folder !== null; folder = parentOf(folder)) {
      const rules = this.#byFolder.get(folder) ?? [];
      const segments = path.slice(folder === '' ? 0 : folder.length + 1).split('/');
      const last = rules.findLast((rule) => matches(rule, segments, isFolder));
      if (last) return !last.negated;
    }
    return false;
  }
}

function parentOf(path: string): string | null {
  if (path === '') return null;
  return path.slice(0, Math.max(path.lastIndexOf('/'), 0));
}

function ruleOf(line: string): Rule | null {
  let text = line.replace(/(?<!\\) +$/, '');
  if (text === '' || text.startsWith('#') || text.length > MAX_RULE_CHARS) return null;
  const negated = text.startsWith('!');
  if (negated) text = text.slice(1);
  const foldersOnly = text.endsWith('/');
  if (foldersOnly) text = text.slice(0, -1);
  const anyDepth = !text.includes('/');
  const segments = text.replace(/^\//, '').split('/');
  // "x/**" is all that lies in x, and not x.
  if (segments.length > 1 && segments.at(-1) === '**') segments.push('*');
  return text === '' ? null : { negated, foldersOnly, segments, anyDepth };
}

function matches(rule: Rule, path: readonly string[], isFolder: boolean): boolean {
  if (rule.foldersOnly && !isFolder) return false;
  if (rule.anyDepth) return matchesName(path.at(-1) ?? '', rule.segments[0] ?? '');
  return matchesSequence(
    path.length,
    rule.segments.length,
    (at) => rule.segments[at] === '**',
    (pathAt, at) => matchesName(path[pathAt] ?? '', rule.segments[at] ?? ''),
  );
}

function matchesName(name: string, pattern: string): boolean {
  const tokens = tokensOf(pattern);
  return matchesSequence(
    name.length,
    tokens.length,
    (at) => tokens[at] === 'any',
    (nameAt, at) => (tokens[at] as CharTest)(name.charAt(nameAt)),
  );
}

/** A pattern with wildcards of any length: going back to the last of them is enough, so it is never exponential. */
function matchesSequence(
  length: number,
  patternLength: number,
  isWildcard: (at: number) => boolean,
  fits: (at: number, patternAt: number) => boolean,
): boolean {
  let at = 0;
  let patternAt = 0;
  let wildcardAt = -1;
  let resumeAt = 0;
  while (at < length) {
    if (patternAt < patternLength && isWildcard(patternAt)) {
      wildcardAt = patternAt++;
      resumeAt = at;
    } else if (patternAt < patternLength && fits(at, patternAt)) {
      at++;
      patternAt++;
    } else if (wildcardAt >= 0) {
      patternAt = wildcardAt + 1;
      at = ++resumeAt;
    } else return false;
  }
  while (patternAt < patternLength && isWildcard(patternAt)) patternAt++;
  return patternAt === patternLength;
}

type CharTest = (char: string) => boolean;
const tokensOfPattern = new Map<string, readonly (CharTest | 'any')[]>();

function tokensOf(pattern: string): readonly (CharTest | 'any')[] {
  const known = tokensOfPattern.get(pattern);
  if (known) return known;
  const tokens: (CharTest | 'any')[] = [];
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern.charAt(at);
    const close = char === '[' ? pattern.indexOf(']', at + 2) : -1;
    if (char === '*') {
      if (tokens.at(-1) !== 'any') tokens.push('any');
    } else if (char === '?') tokens.push(() => true);
    else if (close > 0) {
      tokens.push(oneOf(pattern.slice(at + 1, close)));
      at = close;
    } else {
      const literal = char === '\\' && at + 1 < pattern.length ? pattern.charAt(++at) : char;
      tokens.push((other) => other === literal);
    }
  }
  if (tokensOfPattern.size >= MAX_RULES * 2) tokensOfPattern.clear();
  tokensOfPattern.set(pattern, tokens);
  return tokens;
}

function oneOf(members: string): CharTest {
  const negated = /^[!^]/.test(members);
  const body = negated ? members.slice(1) : members;
  const ranges: [string, string][] = [];
  for (let at = 0; at < body.length; at++) {
    const from = body.charAt(at);
    const isRange = body.charAt(at + 1) === '-' && at + 2 < body.length;
    ranges.push([from, isRange ? body.charAt(at + 2) : from]);
    if (isRange) at += 2;
  }
  return (char) => ranges.some(([from, to]) => from <= char && char <= to) !== negated;
}
