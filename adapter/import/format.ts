// Which format a file is in, told by its content alone: a name is a habit, not a fact. Reads no more
// than it needs to tell the formats apart; whether the content is sound is its importer's to say.
import { isArrivals, readArrivals, readBareOutput } from '../agents/reading/arrivals.ts';
import { parseObject } from '../agents/reading/json-value.ts';
import { recogniseAgent, recogniseSession } from '../agents/registry.ts';
import { isSpool } from '../sdk/spool.ts';
import { isSheetRow } from './score-sheet.ts';

export const recordFormats = [
  'manifest',
  'asciicast',
  'arrivals',
  'agent-output',
  'agent-session',
  'otlp-traces',
  'otlp-logs',
  'scores',
  'score-sheet',
  'spool',
] as const;
export type RecordFormat = (typeof recordFormats)[number];

/** What a manifest's `as` and a report may call a format, with what it holds. */
export const formatNames: Readonly<Record<RecordFormat, string>> = {
  manifest: 'a cell manifest',
  asciicast: 'an asciicast',
  arrivals: "an agent's output with arrival times",
  'agent-output': "an agent's bare output",
  'agent-session': "an agent's session file",
  'otlp-traces': 'OTLP traces in JSON',
  'otlp-logs': 'OTLP logs in JSON',
  scores: 'score records',
  'score-sheet': 'a score sheet',
  spool: 'what a collector did not take',
};

/** Known, but not a recording that can be played: said by name rather than "unknown". */
export interface NotImported {
  readonly reason: string;
}

export function recogniseFormat(text: string): RecordFormat | NotImported | null {
  const content = text.replace(/^\uFEFF/, '');
  const first = parseObject(content.slice(0, lineEnd(content)));
  if (first !== null) {
    if (isSpool(content.slice(0, lineEnd(content)))) return 'spool';
    if (first.version === 1 && 'stdout' in first)
      return { reason: 'is an asciicast of version 1; versions 2 and 3 are read' };
    if (first.version === 2 && 'width' in first) return 'asciicast';
    if (first.version === 3 && 'term' in first) return 'asciicast';
    if (isSheetRow(first)) return 'score-sheet';
    if (isArrivals(content))
      return recogniseAgent(readArrivals(content))
        ? 'arrivals'
        : { reason: 'holds the output of an agent that is not known' };
  }
  const whole = parseObject(content);
  if (whole !== null) {
    if (Object.hasOwn(whole, 'playhead')) return 'manifest';
    if (Array.isArray(whole.resourceSpans)) return 'otlp-traces';
    if (Array.isArray(whole.resourceLogs)) return 'otlp-logs';
    if (Array.isArray(whole.scores)) return 'scores';
    if (Array.isArray(whole.resourceMetrics)) return { reason: 'holds OTLP metrics, which no track shows' };
  }
  if (recogniseAgent(readBareOutput(content))) return 'agent-output';
  if (recogniseSession(content, '')) return 'agent-session';
  return null;
}

function lineEnd(text: string): number {
  const end = text.indexOf('\n');
  return end < 0 ? text.length : end;
}
