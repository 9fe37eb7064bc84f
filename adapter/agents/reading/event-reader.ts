// The reader of every agent that prints one JSON event a line: finds the events, keeps the other lines,
// hands out what became complete. What an event means is the agent's own parser's matter.
import type { AgentReader } from '../agent.ts';
import type { ProcessExit, StreamLine } from '../step.ts';
import type { JsonObject } from './json-value.ts';
import { parseEvent, textAt } from './json-value.ts';
import type { RunDraft } from './run-draft.ts';

export interface EventParser {
  readonly draft: RunDraft;
  /** @param type as the event names it */
  readEvent(type: string, event: JsonObject, line: StreamLine): void;
  /** No event comes any more: closes what only the parser knows to be open. */
  close?(exit: ProcessExit): void;
}

export function eventReader(parser: EventParser): AgentReader {
  const { draft } = parser;
  return {
    push(line) {
      draft.account.begin();
      readEventLine(parser, line);
    },
    take: () => draft.take(),
    end(exit) {
      parser.close?.(exit);
      return draft.finish(exit);
    },
  };
}

/** Reads a line that is begun. */
export function readEventLine(parser: EventParser, line: StreamLine): void {
  const { draft } = parser;
  const event = line.stream === 'stdout' ? parseEvent(line.text) : null;
  const type = textAt(event, 'type');
  if (event === null || type === null) draft.others.add(line);
  else {
    draft.account.of(type);
    parser.readEvent(type, event, line);
  }
}
