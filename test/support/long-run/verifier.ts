// What the made long run's verifier prints: Python's unittest over 214 tests, of which three fail or none does.
// Does not run anything.
import { SUSPECT, TEST_FILE } from './files.ts';

export const TESTS = 214;
export const COMMAND = 'python -m unittest tests.test_schema tests.test_operations tests.test_autodetector';

const failures = [
  {
    name: 'test_rename_then_alter_m2m_through',
    line: 127,
    code: 'self.assertEqual(editor.kind_of("through_id"), "BigIntegerField")',
    error: "AssertionError: 'IntegerField' != 'BigIntegerField'",
  },
  {
    name: 'test_rename_then_alter_unique',
    line: 188,
    code: 'with self.assertRaises(IntegrityError):',
    error: 'AssertionError: IntegrityError not raised',
  },
  {
    name: 'test_rename_then_alter_db_index',
    line: 214,
    code: 'self.assertIn("author_id", editor.columns_of("book"))',
    error: "AssertionError: 'author_id' not found in ['writer_id']",
  },
] as const;

export function failedOutput(): string {
  const dots = '.'.repeat(68);
  const sections = failures.map(({ name, line, code, error }, index) =>
    [
      '='.repeat(70),
      `FAIL: ${name} (tests.test_schema.SchemaTests.${name})`,
      '-'.repeat(70),
      'Traceback (most recent call last):',
      `  File "/work/harbor/${TEST_FILE}", line ${line}, in ${name}`,
      `    ${code}`,
      ...(index === 0
        ? [
            `  File "/work/harbor/${SUSPECT}", line 206, in remake_table`,
            '    return self.copy_rows(model, body, mapping, rename_mapping)',
          ]
        : []),
      error,
      '',
    ].join('\n'),
  );
  return [
    dots,
    `${'.'.repeat(41)}F${'.'.repeat(9)}F${'.'.repeat(16)}`,
    `${'.'.repeat(23)}F${'.'.repeat(54)}`,
    ...sections,
    '-'.repeat(70),
    `Ran ${TESTS} tests in 21.184s`,
    '',
    `FAILED (failures=${failures.length})`,
    '',
  ].join('\n');
}

export function passedOutput(): string {
  const dots = ['.'.repeat(70), '.'.repeat(70), '.'.repeat(70), '....'];
  return [...dots, '-'.repeat(70), `Ran ${TESTS} tests in 20.911s`, '', 'OK', ''].join('\n');
}
