// The records of decisions and their index say the same: each has a number, a status and a date, and the index
// names each once.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const folder = join(import.meta.dirname, '../../docs/adr');
const index = readFileSync(join(folder, 'README.md'), 'utf8');
const rows = [...index.matchAll(/^\| \[(\d{4})\]\((.+?)\) \| (.+) \| (.+) \| (.+) \|$/gm)].map(
  ([, number, file, title, status, date]) => ({ number, file, title, status, date }),
);
const records = readdirSync(folder)
  .filter((file) => file !== 'README.md')
  .sort()
  .map((file) => ({ file, text: readFileSync(join(folder, file), 'utf8') }));
const STATUS = /^- Status: (Proposed|Accepted|Withdrawn|Superseded by \[\d{4}\]\(\d{4}-[a-z0-9-]+\.md\))$/m;

test('every decision stands in the index, under its own title, status and date', () => {
  expect(rows).toEqual(
    records.map(({ file, text }) => ({
      number: file.slice(0, 4),
      file,
      title: /^# \d{4}\. (.+)$/m.exec(text)?.[1],
      status: STATUS.exec(text)?.[1],
      date: /^- Date: (\d{4}-\d\d-\d\d)$/m.exec(text)?.[1],
    })),
  );
});

test('numbers of decisions follow one another, and each file carries its own', () => {
  expect(records.map(({ file }) => file.slice(0, 5))).toEqual(
    records.map((_record, at) => `${String(at + 1).padStart(4, '0')}-`),
  );
  for (const { file, text } of records) expect(text, file).toMatch(new RegExp(`^# ${file.slice(0, 4)}\\. `));
});

test('every decision says what led to it, what was decided and what follows', () => {
  for (const { file, text } of records)
    expect(
      [...text.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading),
      file,
    ).toEqual(['Context', 'Decision', 'Consequences']);
});
