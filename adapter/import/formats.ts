// The formats of recordings that are known, each by a file of its own, in the order in which they are tried.
// Adding one is one line here: nothing else asks which format a file is in.
import { agentOutput, agentSession, arrivals } from './agent-files.ts';
import { asciicast } from './asciicast.ts';
import { atif } from './exchange/atif.ts';
import { inspectLog } from './exchange/inspect-log.ts';
import { sweBenchPredictions } from './exchange/swe-bench-predictions.ts';
import { sweBenchReport } from './exchange/swe-bench-reports.ts';
import { testReport } from './exchange/test-report.ts';
import type { Format } from './format.ts';
import { Content } from './format.ts';
import { manifest } from './manifest-import.ts';
import { otlpLogs, otlpTraces } from './otlp-json.ts';
import { otlpLines } from './otlp-lines.ts';
import { scores } from './score-file.ts';
import { scoreSheet } from './sheet-import.ts';
import { spool } from './spool-import.ts';

/** What is known by its first line comes before what is known as a whole, and a guess at an agent last. */
export const formats: readonly Format[] = [
  spool,
  asciicast,
  otlpLines,
  scoreSheet,
  arrivals,
  manifest,
  atif,
  inspectLog,
  sweBenchPredictions,
  sweBenchReport,
  otlpTraces,
  otlpLogs,
  scores,
  testReport,
  agentOutput,
  agentSession,
];

/** Known, but not a recording that can be played: said by name rather than "unknown". */
export interface NotImported {
  readonly reason: string;
}

/** The format of a text, by its content alone: a name is a habit, not a fact. */
export function recogniseFormat(text: string): Format | NotImported | null {
  const content = new Content(text);
  for (const format of formats) {
    const found = format.recognises(content);
    if (typeof found === 'string') return { reason: found };
    if (found) return format;
  }
  return null;
}

export function formatNamed(name: string | null): Format | null {
  return formats.find((format) => format.name === name) ?? null;
}
