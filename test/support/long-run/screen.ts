// The terminal of the made long run: 120 columns and 40 rows, printed as a terminal program prints that keeps a box
// for its prompt at the foot and lets what it said scroll away above. Does not know the plan.

export const COLS = 120;
export const ROWS = 40;
/** Rows of the foot: a blank, the spinner, a blank, the box of three and the line below. */
const FOOT = 7;

const ink = (code: string, text: string) => `\x1b[${code}m${text}\x1b[0m`;
const dim = (text: string) => ink('2', text);
const bold = (text: string) => ink('1', text);
const orange = (text: string) => ink('38;5;173', text);
const green = (text: string) => ink('32', text);
const red = (text: string) => ink('31', text);
const SPINNER = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏';
const WIDTH = COLS - 4;
const HIDE_CURSOR = '\x1b[?25l';

export class MadeScreen {
  #ticks = 0;
  #isBegun = false;
  /** Tokens that the context has left, in percent. */
  left = 94;

  /** The first screen: who is there, and what was asked. */
  greeting(title: string, prompt: string): string {
    const line = '─'.repeat(WIDTH - 2);
    const row = (text: string, length: number) => `│ ${text}${' '.repeat(WIDTH - 4 - length)} │`;
    const head = `✻ ${title}`;
    // It draws a cursor of its own.
    return (
      HIDE_CURSOR +
      this.#print([
        orange(`╭${line}╮`),
        row(bold(head), head.length),
        row(dim('a made example, not a recording'), 31),
        orange(`╰${line}╯`),
        '',
        `${dim('>')} ${prompt}`,
        '',
      ])
    );
  }

  says(text: string): string {
    return this.#print([...wrapped(text).map((line, index) => `${index === 0 ? '●' : ' '} ${line}`), '']);
  }

  tool(name: string, argument: string): string {
    return this.#print([`${green('●')} ${bold(name)}(${cut(argument, 96)})`]);
  }

  result(lines: readonly string[], isError = false): string {
    const shown = lines.slice(0, 6).map((line) => cut(line, 104));
    const paint = isError ? red : dim;
    return this.#print([...shown.map((line, index) => `  ${index === 0 ? '⎿' : ' '}  ${paint(line)}`), '']);
  }

  diff(path: string, diff: string, added: number, removed: number): string {
    const lines = diff.split('\n').slice(3, 10);
    const shown = lines.map((line) => {
      const text = `     ${cut(line, 100)}`;
      return line.startsWith('+')
        ? ink('48;5;22', text.padEnd(WIDTH))
        : line.startsWith('-')
          ? ink('48;5;52', text.padEnd(WIDTH))
          : dim(text);
    });
    return this.#print([
      `  ⎿  Updated ${bold(path)} with ${added} added and ${removed} removed`,
      ...shown,
      '',
    ]);
  }

  todos(done: number, items: readonly string[]): string {
    return this.#print([
      `${green('●')} ${bold('Plan')}`,
      ...items.map((item, index) =>
        index < done ? `  ${green('☒')} ${dim(item)}` : `  ☐ ${index === done ? bold(item) : item}`,
      ),
      '',
    ]);
  }

  table(rows: readonly (readonly string[])[]): string {
    const widths = [12, 40, 14, 10];
    const edge = (left: string, mid: string, right: string) =>
      `   ${left}${widths.map((width) => '─'.repeat(width)).join(mid)}${right}`;
    const body = rows.map(
      (cells) => `   │${cells.map((cell, index) => ` ${cell}`.padEnd(widths[index] ?? 0)).join('│')}│`,
    );
    const [head = '', ...rest] = body;
    return this.#print([edge('┌', '┬', '┐'), head, edge('├', '┼', '┤'), ...rest, edge('└', '┴', '┘'), '']);
  }

  /** Rewrites the spinner's line alone. */
  tick(word: string, seconds: number, tokens: number): string {
    const mark = SPINNER[this.#ticks++ % SPINNER.length] ?? '';
    const rest = dim(`(${seconds.toFixed(0)}s · ↑ ${(tokens / 1000).toFixed(1)}k tokens · esc to interrupt)`);
    return `\x1b[6A\r\x1b[2K${orange(`${mark} ${word}…`)} ${rest}\x1b[6B\r`;
  }

  /** What the foot says when the agent is done. */
  done(words: string): string {
    return `\x1b[6A\r\x1b[2K${orange('✻')} ${dim(words)}\x1b[6B\r`;
  }

  /** Clears the foot, prints above it, and draws it again. */
  #print(lines: readonly string[]): string {
    const clear = this.#isBegun ? `\x1b[${FOOT}A\r\x1b[J` : '';
    this.#isBegun = true;
    return `${clear}${lines.map((line) => `${line}\r\n`).join('')}${this.#foot()}`;
  }

  #foot(): string {
    const line = '─'.repeat(WIDTH - 2);
    const hint = `Context left until auto-compact: ${this.left}%`;
    const rows = [
      '',
      '',
      '',
      dim(`╭${line}╮`),
      `${dim('│')} > ${ink('7', ' ')}${' '.repeat(WIDTH - 6)}${dim('│')}`,
      dim(`╰${line}╯`),
      `  ${dim('? for shortcuts')}${' '.repeat(COLS - 24 - hint.length)}${dim(hint)}`,
    ];
    return rows.map((row) => `${row}\r\n`).join('');
  }
}

function cut(text: string, chars: number): string {
  return text.length > chars ? `${text.slice(0, chars - 1)}…` : text;
}

function wrapped(text: string): string[] {
  const lines: string[] = [''];
  for (const word of text.replace(/[*`]/g, '').split(' ')) {
    const last = lines.at(-1) ?? '';
    if (last.length + word.length > 100) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines;
}
