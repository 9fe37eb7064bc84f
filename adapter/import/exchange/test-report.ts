// Reports of test runners, JUnit's XML or CTRF, as the verdict of the run beside which they lie: passed where tests ran and
// none failed. Reads no other XML and no other JSON.
import type { Findings } from '../../../shared/failures/reader.ts';
import { readReport, reportSection } from '../../../shared/failures/report.ts';
import type { ScoreRecord } from '../../../shared/score.ts';
import { objectAt } from '../../agents/reading/json-value.ts';
import { putScores } from '../../sdk/collector-client.ts';
import type { TrackFormat } from '../format.ts';
import { ImportError } from '../import-error.ts';

export const testReport: TrackFormat = {
  name: 'test-report',
  words: 'a test report in JUnit’s XML or CTRF',
  phase: 'scores',
  kinds: { unit: 'entry', read: ['report'] },
  recognises({ text, whole }) {
    if (/^\s*(?:<\?xml[^>]{0,200}>\s*)?<testsuites?[\s>]/.test(text)) return true;
    const results = objectAt(whole, 'results');
    return Array.isArray(results?.tests) && objectAt(results, 'summary') !== null;
  },
  async import(cell, source) {
    const findings = readReport(source.text);
    if (findings === null)
      throw new ImportError('bad_content', source.file, 'is a test report without a test');
    const cellId = cell.needCell(source);
    const verdict = verdictOf(findings);
    const notes = await putScores(cell.client, cellId, [verdict]);
    const { passed, failed } = findings.tally ?? { passed: 0, failed: findings.tests.length };
    return {
      detail: [`${passed} tests passed, ${failed} failed`, ...notes].join('; '),
      lines: { unit: 'entry', total: 1, read: 1, repeated: 0, leftOut: new Map() },
    };
  },
};

/** The verdict that test reports give; none where no test ran. */
export function verdictOf(findings: Findings): ScoreRecord {
  const failed = findings.tally?.failed ?? findings.tests.length;
  const ran = findings.tally === null ? findings.tests.length : findings.tally.passed + failed;
  const pass = ran === 0 ? null : failed === 0 && findings.tests.length === 0 ? 1 : 0;
  return { axis: 'pass_rate', values: { pass, stdout_tail: reportSection(findings) } };
}
