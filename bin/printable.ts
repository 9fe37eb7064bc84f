// Text of others on somebody's terminal: names of files, lines of agents, answers of collectors. Their control characters
// are shown and not obeyed. Does not print.

/** Line breaks and tabs stay. */
export function printable(text: string): string {
  return text.replace(
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g,
    (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
}
