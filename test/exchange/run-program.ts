// Runs a program of another language to its end, and says what it printed where that was no success.
import { spawn } from 'node:child_process';

/** @throws with what it printed where it fails */
export function runProgram(
  command: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  const [program = '', ...args] = command;
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, OTEL_METRICS_EXPORTER: 'none', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  const note = (text: Buffer): void => {
    said = (said + text).slice(-8000);
  };
  child.stdout.on('data', note);
  child.stderr.on('data', note);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`${command.join(' ')}:\n${said}`)),
    );
  });
}
