// Text that people paste elsewhere: shell commands, Markdown, HTML. Every value goes through the one
// quoting function of its language; nothing is ever put into a snippet as it came. Does not know
// the page's address: origin and paths are given.
import { badgeText } from '../../../shared/badge.ts';
import { xmlText } from '../../../shared/export/xml.ts';
import type { CellDetail, CellSummary, OwnModel, OwnModelWord as Word } from '../../../shared/wire.ts';

/** A word for a POSIX shell: as it is where harmless, else in single quotes. NUL, which no argv can hold, becomes U+FFFD. */
export function shellWord(value: string): string {
  const text = value.toWellFormed().replaceAll('\0', '\ufffd');
  // "~" and "=" mean something only at the beginning of a word, or in an assignment.
  if (/^[A-Za-z0-9_./:,@%+-][A-Za-z0-9_./:,@%+=-]*$/.test(text)) return text;
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A whole command: words quoted and joined by blanks, broken before options where long. */
export function shellCommand(words: readonly Word[]): string {
  const quoted = words.map(wordText);
  const line = quoted.join(' ');
  if (line.length <= MAX_LINE_CHARS) return line;
  // A word that begins with "-" opens a line of its own; its value stays beside it.
  return quoted.reduce((text, word) => `${text}${word.startsWith('-') ? ' \\\n  ' : ' '}${word}`);
}
const MAX_LINE_CHARS = 76;

function wordText(word: Word): string {
  return typeof word === 'string' ? shellWord(word) : `"${word.prefix ?? ''}$${word.variable}"`;
}

/** `--name value`, or `--name=value` for one that would be taken for an option itself. */
function option(name: string, value: string): string[] {
  return value.startsWith('-') ? [`${name}=${value}`] : [name, value];
}

/** Inline Markdown text: punctuation escaped, line breaks as blanks. */
export function markdownText(value: string): string {
  const line = value.toWellFormed().replace(/[\0-\x1f\x7f]+/g, ' ');
  // CommonMark 2.4: any ASCII punctuation may be escaped; an entity ("&lt;") cannot begin after "\&".
  return line.replace(/[!-/:-@[-`{-~]/g, '\\$&');
}

/** A URL inside Markdown's `( )`: brackets, parentheses, blanks and controls percent-encoded. */
export function markdownUrl(url: string): string {
  return url
    .toWellFormed()
    .replace(
      /[\0-\x20\x7f"'()<>[\\\]`*_{|}]/g,
      (char) => `%${char.charCodeAt(0).toString(16).padStart(2, '0').toUpperCase()}`,
    );
}

/** Text or a double-quoted attribute of HTML. Line breaks in an attribute would be kept; they become blanks. */
export function htmlText(value: string): string {
  return xmlText(value.replace(/[\0-\x1f\x7f]+/g, ' '));
}

export interface Snippet {
  readonly title: string;
  readonly language: 'sh' | 'markdown' | 'html';
  readonly text: string;
  /** What a reader must know of it; null when nothing. */
  readonly note: string | null;
}

export interface SnippetAddresses {
  /** "https://bench.example", without a slash at its end. */
  readonly origin: string;
  /** Paths with their query, already percent-encoded. */
  readonly cellPath: string;
  /** null for a cell that no badge can name. */
  readonly badgePath: string | null;
  readonly embedPath: string;
}

/**
 * docker pull and run with the digest once, and `playhead run`. What the cell does not know is left out.
 * @param wiring how the cell's agent is run; null where that is not known
 */
export function runSnippets(detail: CellDetail, origin: string, wiring: OwnModel | null): Snippet[] {
  const docker = dockerSnippet(detail);
  const own = playheadSnippet(detail, origin, wiring);
  return docker === null ? [own] : [docker, own];
}

/** Images of CodingAgentBench take the cell as arguments; of others nothing is known. */
const CELL_IMAGE = /^codingagentbench\//;

function dockerSnippet(detail: CellDetail): Snippet | null {
  const { containerImage, imageDigest } = detail.identity;
  if (containerImage === null || containerImage === '') return null;
  const image = containerImage.replace(/@sha256:.*$/s, '');
  const reference = imageDigest === null ? image : `${image}@${imageDigest}`;
  // A name that begins with "-" would be an option.
  const dashes = reference.startsWith('-') ? ' --' : '';
  const lines = [`IMAGE=${shellWord(reference)}`, `docker pull${dashes} "$IMAGE"`];
  if (CELL_IMAGE.test(image)) {
    const cell = [
      option('--tui', detail.agent),
      option('--model', detail.model ?? ''),
      option('--task', detail.task ?? ''),
    ];
    lines.push('docker run --rm -e CAB_ENDPOINT="$YOUR_ENDPOINT" -e CAB_KEY="$YOUR_KEY" \\');
    lines.push('  "$IMAGE" run-cell \\');
    lines.push(cell.map((words) => `  ${words.map(shellWord).join(' ')}`).join(' \\\n'));
  } else lines.push(`docker run --rm -it${dashes} "$IMAGE"`);
  return {
    title: 'The exact image of this run',
    language: 'sh',
    text: lines.join('\n'),
    note: imageDigest === null ? 'The digest was not recorded: the tag may have moved since.' : null,
  };
}

function playheadSnippet(detail: CellDetail, origin: string, wiring: OwnModel | null): Snippet {
  const words: Word[] = ['playhead', 'run', ...option('--agent', detail.agent)];
  if (detail.model !== null) words.push(...option('--model', detail.model));
  if (detail.task !== null) words.push(...option('--task', detail.task));
  words.push(
    ...option('--endpoint', origin),
    '--',
    ...(wiring?.command ?? ['sh', '-c', { variable: 'COMMAND' }]),
  );
  return {
    title: 'The same with playhead run',
    language: 'sh',
    text: shellCommand(words),
    note: wiring ? null : `No command line of ${detail.agent} is known here: put it into COMMAND.`,
  };
}

/**
 * CodingAgentBench's own preview, for cells of its images: one's own endpoint and model on the task, without
 * installing anything; null for other cells.
 */
export function previewSnippet(detail: CellDetail): Snippet | null {
  const { containerImage } = detail.identity;
  if (containerImage === null || !CELL_IMAGE.test(containerImage)) return null;
  const words: Word[] = ['npx', '@codingagentbench/cli', 'check', ...option('--tui', detail.agent)];
  if (detail.model !== null) words.push(...option('--model', detail.model));
  words.push('--endpoint', { variable: 'YOUR_ENDPOINT' }, '--key', { variable: 'YOUR_KEY' });
  if (detail.task !== null) words.push(...option('--task', detail.task));
  return {
    title: 'A preview without installing anything',
    language: 'sh',
    text: shellCommand(words),
    note: 'Provisional: its score is not for citation.',
  };
}

/** How to point this cell's agent at one's own endpoint and model. */
export function wiringSnippet(detail: CellDetail, wiring: OwnModel): Snippet {
  const lines = wiring.environment.map(([name, value]) => `export ${name}=${wordText(value)}`);
  if (wiring.file) {
    const folder = wiring.file.path.split('/').slice(0, -1).join('/');
    if (folder !== '') lines.push(`mkdir -p ${shellWord(folder)}`);
    lines.push(`cat > ${shellWord(wiring.file.path)} <<EOF`, wiring.file.text, 'EOF');
  }
  for (const command of wiring.before ?? []) lines.push(shellCommand(command));
  lines.push(shellCommand(wiring.command));
  const published = detail.model === null ? '' : ` This cell's model was ${detail.model}.`;
  return {
    title: `${detail.agent} with your own model`,
    language: 'sh',
    text: lines.join('\n'),
    note: `Set YOUR_ENDPOINT, YOUR_KEY, YOUR_MODEL and PROMPT first; the endpoint must speak ${wiring.speaks}.${published}`,
  };
}

/** Its own origin, so that it may read what it plays; windows, so that its link opens, and opens unsandboxed. */
const SANDBOX = 'allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox';

/** The badge counts them all. */
function otherAttempts({ id, sweep, agent, model, task, related }: CellDetail): readonly CellSummary[] {
  return related.filter(
    (cell) =>
      cell.id !== id &&
      cell.sweep === sweep &&
      cell.agent === agent &&
      cell.model === model &&
      cell.task === task,
  );
}

/** Markdown badge and HTML badge, where there is one, and an iframe. */
export function embedSnippets(detail: CellDetail, addresses: SnippetAddresses): Snippet[] {
  const { origin, cellPath, badgePath, embedPath } = addresses;
  const attempts = [detail, ...otherAttempts(detail)];
  const said = badgeText(attempts.map((cell) => ({ ...cell, didNothing: cell.compositeNote !== null })));
  const name = [detail.agent, detail.model, detail.task].filter((part) => part !== null).join(' · ');
  const alt = `${name}: ${said}`;
  const [cell, embed] = [`${origin}${cellPath}`, `${origin}${embedPath}`];
  const player: Snippet = {
    title: 'Player',
    language: 'html',
    text: `<iframe src="${htmlText(embed)}" title="${htmlText(`Replay of ${name}`)}" width="100%" height="480" loading="lazy" sandbox="${SANDBOX}" style="border:0"></iframe>`,
    note: null,
  };
  if (badgePath === null) return [player];
  const badge = `${origin}${badgePath}`;
  return [
    {
      title: 'Badge for a README',
      language: 'markdown',
      text: `[![${markdownText(alt)}](${markdownUrl(badge)})](${markdownUrl(cell)})`,
      note: null,
    },
    {
      title: 'Badge for a page',
      language: 'html',
      text: `<a href="${htmlText(cell)}"><img src="${htmlText(badge)}" alt="${htmlText(alt)}"></a>`,
      note: null,
    },
    player,
  ];
}
