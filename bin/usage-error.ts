// The call itself is wrong: exit code 2, and one line that says how the command is called. Prints nothing.
export class UsageError extends Error {
  /** How the command is called, once it is known which one it is. */
  usage: string | null = null;
}
