// Counts and gathers a unified diff's lines. Does not render one: that is the changes tab's work.

/** Lines added and removed by a unified diff; headers do not count, "--- x" inside a hunk does. */
export function diffTally(diff: string): { readonly added: number; readonly removed: number } {
  let added = 0;
  let removed = 0;
  for (const line of eachChangedLine(diff)) {
    if (line.startsWith('+')) added++;
    else removed++;
  }
  return { added, removed };
}

/** The same lines as one text, signs included: what two diffs have in common whatever their context. */
export function changedLines(diff: string): string {
  return [...eachChangedLine(diff)].map((line) => line.trimEnd()).join('\n');
}

function* eachChangedLine(diff: string): Generator<string> {
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
      if (line.startsWith('+')) newLeft--;
      else if (line.startsWith('-')) oldLeft--;
      else if (!line.startsWith('\\')) {
        oldLeft--;
        newLeft--;
      }
      if (/^[+-]/.test(line)) yield line;
    }
  }
}
