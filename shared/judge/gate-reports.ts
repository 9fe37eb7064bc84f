// What `playhead check` found, for others to read: JUnit's XML, where each condition is a test, and Markdown for a pull
// request. Pure; every name in it may be hostile.

import { xmlText } from '../export/xml.ts';
import { percent, pWords } from './compare-sweeps.ts';
import type { GateResult } from './gate.ts';
import { configurationWords } from './judge-sweep.ts';
import type { JudgementJson } from './judgement-json.ts';
import { verdictWords } from './verdict-words.ts';

export function gateJUnit(result: GateResult): string {
  const { checks, sweep } = result;
  const of = (state: string) => checks.filter((check) => check.state === state).length;
  const cases = checks.map(({ name, state, sentence }) => {
    const open = `    <testcase classname="playhead check" name="${xmlText(name)}"`;
    if (state === 'holds')
      return `${open}>\n      <system-out>${xmlText(sentence)}</system-out>\n    </testcase>`;
    const tag = state === 'worse' ? 'failure' : 'error';
    return `${open}>\n      <${tag} message="${xmlText(sentence)}" type="${state}"/>\n    </testcase>`;
  });
  const counts = `tests="${checks.length}" failures="${of('worse')}" errors="${of('cannot be told')}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${counts}>`,
    `  <testsuite name="${xmlText(sweep)}" ${counts}>`,
    ...cases,
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

const MAX_TASKS = 20;
const marks = { holds: '✅', worse: '❌', 'cannot be told': '❔' } as const;

export function gateMarkdown(result: GateResult, judgement: JudgementJson): string {
  const { against } = judgement;
  const lines = [
    `## ${marks[result.verdict]} ${text(result.sweep)}: ${result.verdict}`,
    '',
    '| condition | | |',
    '| --- | --- | --- |',
    ...result.checks.map(
      ({ name, state, sentence }) => `| ${text(name)} | ${marks[state]} | ${text(sentence)} |`,
    ),
  ];
  if (against !== undefined && against.configurations.length > 0) {
    lines.push(
      '',
      `| configuration | tasks | difference to ${text(against.baseline)} | p |`,
      '| --- | --- | --- | --- |',
    );
    for (const { after, tasks, difference, pHolm } of against.configurations) {
      const one = judgement.configurations[after];
      const words =
        difference === null
          ? '–'
          : `${percent(difference.value)} (${percent(difference.low)} to ${percent(difference.high)})`;
      lines.push(
        `| ${text(one === undefined ? '' : configurationWords(one))} | ${tasks} | ${words} | ${pWords(pHolm)} |`,
      );
    }
  }
  const moved = against?.changed.filter(({ flipped }) => flipped) ?? [];
  if (moved.length > 0) {
    lines.push('', '| task | before | after |', '| --- | --- | --- |');
    for (const { task, before, after } of moved.slice(0, MAX_TASKS))
      lines.push(`| ${text(task)} | ${before.c} of ${before.n} | ${after.c} of ${after.n} |`);
    if (moved.length > MAX_TASKS) lines.push('', `${moved.length - MAX_TASKS} more tasks flipped.`);
  }
  const verdicts = verdictWords(judgement.verdicts);
  const notes = [
    ...(verdicts === null ? [] : [`Verdicts: ${verdicts}.`]),
    ...judgement.notes,
    ...(against?.notes ?? []),
  ];
  if (notes.length > 0) lines.push('', ...notes.map((note) => `- ${text(note)}`));
  return `${lines.join('\n')}\n`;
}

/** Text that is nothing but text in a table of Markdown. */
function text(value: string): string {
  return value.replace(/\s+/g, ' ').replace(/[\\`*_{}[\]()#+!|<>~@&]/g, (character) => `\\${character}`);
}
