// What a command tells programs: one line of JSON on standard output. Its shapes are in docs/command-line.md.
import { printable } from './printable.ts';

export function printJson(value: object): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

export function printLine(line: string): void {
  process.stdout.write(`${printable(line)}\n`);
}
