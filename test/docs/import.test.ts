// The import page: what becomes of each line of a file stands there as the readers' own tables have it.
import { expect, test } from 'vitest';
import { importLines, readImportPage } from '../support/import-lines.ts';

test('the import page says of each format what is read, repeated and left out, and why', () => {
  expect(readImportPage().part, 'npx node test/support/import-lines.ts').toBe(importLines());
});
