// A line of code in the few classes that the eye sorts by: comments, strings, numbers, keywords. Each line
// by itself, since a diff shows pieces: what a line alone cannot tell stays plain. Does not parse.

export type TokenKind = 'plain' | 'comment' | 'string' | 'number' | 'keyword';
export interface CodeToken {
  readonly kind: TokenKind;
  readonly text: string;
}

/** How a language marks comments: all that is needed to know of it. */
type CommentStyle = 'slashes' | 'hash' | 'dashes';

const styles: readonly (readonly [style: CommentStyle, extensions: string])[] = [
  ['slashes', 'rs ts tsx js jsx mjs cjs go java kt kts c h cc cpp hpp cs swift scala php dart zig css scss'],
  ['hash', 'py rb sh bash zsh toml yaml yml pl r ex exs jl nix cfg ini dockerfile makefile'],
  ['dashes', 'sql lua hs elm'],
];
const styleOf = new Map(
  styles.flatMap(([style, list]) => list.split(' ').map((name) => [name, style] as const)),
);

const comments: Record<CommentStyle, string> = {
  slashes: '\\/\\/.*|\\/\\*.*?(?:\\*\\/|$)',
  hash: '#.*',
  dashes: '--.*',
};
const keywords =
  'abstract|as|assert|async|await|break|case|catch|class|const|continue|def|default|del|do|elif|else|enum|' +
  'except|export|extends|extern|false|False|final|finally|fn|for|from|func|function|global|go|goto|if|impl|' +
  'implements|import|in|interface|is|lambda|let|loop|match|mod|module|mut|namespace|new|nil|None|not|null|' +
  'or|and|package|pass|private|protected|pub|public|raise|readonly|ref|return|select|self|Self|static|struct|' +
  'super|switch|this|throw|trait|true|True|try|type|typeof|union|unsafe|use|val|var|void|when|where|while|' +
  'with|yield';

const patterns = new Map<CommentStyle, RegExp>();

function patternOf(style: CommentStyle): RegExp {
  let pattern = patterns.get(style);
  if (!pattern) {
    // A quote that the line does not close is no string, nor is a lifetime of Rust or an apostrophe.
    const strings = `"(?:[^"\\\\]|\\\\.)*"|(?<![\\w<&])'(?:[^'\\\\]|\\\\.)*'|\`(?:[^\`\\\\]|\\\\.)*\``;
    pattern = new RegExp(
      `(?<comment>${comments[style]})|(?<string>${strings})|(?<number>\\b\\d[\\d_]*(?:\\.\\d+)?\\w*)|(?<keyword>\\b(?:${keywords})\\b)|\\w+`,
      'gu',
    );
    patterns.set(style, pattern);
  }
  return pattern;
}

/** Longer lines are data, not code. */
const MAX_LINE_UNITS = 400;

/** The tokens of a line, all of its text in order. @param path tells the language by its ending */
export function codeTokens(line: string, path: string): CodeToken[] {
  const style = styleOf.get(endingOf(path));
  if (!style || line.length > MAX_LINE_UNITS) return [{ kind: 'plain', text: line }];
  const tokens: CodeToken[] = [];
  let from = 0;
  for (const match of line.matchAll(patternOf(style))) {
    const kind = kindOf(match.groups);
    if (kind === 'plain') continue;
    if (match.index > from) tokens.push({ kind: 'plain', text: line.slice(from, match.index) });
    tokens.push({ kind, text: match[0] });
    from = match.index + match[0].length;
  }
  if (from < line.length) tokens.push({ kind: 'plain', text: line.slice(from) });
  return tokens;
}

function kindOf(groups: Record<string, string | undefined> | undefined): TokenKind {
  for (const kind of ['comment', 'string', 'number', 'keyword'] as const)
    if (groups?.[kind] !== undefined) return kind;
  return 'plain';
}

function endingOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  return name.slice(name.lastIndexOf('.') + 1);
}
