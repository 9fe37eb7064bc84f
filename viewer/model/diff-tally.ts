// Counts a unified diff's lines. It refuses to render one: that is the changes tab's work.

/** Lines added and removed by a unified diff; headers do not count, "--- x" inside a hunk does. */
export function diffTally(diff: string): { readonly added: number; readonly removed: number } {
  let added = 0;
  let removed = 0;
  /** Lines that the hunk under way still has on either side; a diff without hunk headers has no end. */
  let oldLeft = 0;
  let newLeft = 0;
  const bare = !/^@@ /m.test(diff);
  for (const line of diff.split('\n')) {
    const inHunk = oldLeft > 0 || newLeft > 0;
    const hunk = inHunk ? null : /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/.exec(line);
    if (hunk) {
      oldLeft = Number(hunk[1] ?? 1);
      newLeft = Number(hunk[2] ?? 1);
    } else if (inHunk || (bare && !/^(?:---|\+\+\+) /.test(line))) {
      if (line.startsWith('+')) {
        added++;
        newLeft--;
      } else if (line.startsWith('-')) {
        removed++;
        oldLeft--;
      } else if (!line.startsWith('\\')) {
        oldLeft--;
        newLeft--;
      }
    }
  }
  return { added, removed };
}
