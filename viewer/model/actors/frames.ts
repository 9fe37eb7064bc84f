// The stretches of a trace in which one agent acts: within an agent's span, or within a tool call in which a model was
// called, or by the conversation that a call names. Each row is given to the nearest. Does not say which stretches
// are one agent's: actors.ts does.
import { kindAt, type TraceColumns } from '../../../shared/trace-columns.ts';
import type { SpanJson } from '../../../shared/wire.ts';
import { rowEndNs, rowStartNs, type TraceTree } from '../trace/trace-tree.ts';
import {
  agentIdOf,
  agentNameOf,
  clean,
  conversationOf,
  isAgentName,
  isAgentSpan,
  sentNameOf,
} from './agent-spans.ts';

export interface Frame {
  /** Index of the frame around it; -1 for the outermost. */
  readonly outer: number;
  readonly name: string;
  /** What tells two of one name apart; null where nothing does. */
  readonly id: string | null;
  /** The tool call that it lies in; -1 where none does. */
  readonly sentBy: number;
  /** From the start of the span that makes it, or of its first act. */
  startNs: number;
  endNs: number;
  /** Model calls and tool calls of its own. */
  acts: number;
  calls: number;
}

export interface Frames {
  readonly list: readonly Frame[];
  /** The frame of each row; 0 is what no agent's span encloses. */
  readonly ofRow: Int32Array;
}

export type SpanAt = (row: number) => SpanJson | null;

export function framesOf(columns: TraceColumns, tree: TraceTree, spanAt: SpanAt): Frames {
  return new FrameWriter(columns, tree, spanAt).write();
}

class FrameWriter {
  readonly #columns: TraceColumns;
  readonly #tree: TraceTree;
  readonly #spanAt: SpanAt;
  readonly #list: Frame[] = [];
  /** The tool call or agent's span that is nearest around each row; -1 for none. */
  readonly #nearest: Int32Array;
  /** By what tells it, of those that no span encloses. */
  readonly #loose = new Map<string, number>();

  constructor(columns: TraceColumns, tree: TraceTree, spanAt: SpanAt) {
    this.#columns = columns;
    this.#tree = tree;
    this.#spanAt = spanAt;
    this.#nearest = new Int32Array(columns.count).fill(-1);
  }

  write(): Frames {
    const { count } = this.#columns;
    const ofRow = new Int32Array(count);
    /** The frame of what lies below each row. */
    const below = new Int32Array(count);
    const senders = this.#senders();
    this.#open({ outer: -1, name: 'main', id: null, sentBy: -1 });
    for (const row of this.#tree.rows) {
      const up = this.#tree.parent[row] ?? -1;
      const around = up < 0 ? 0 : (below[up] ?? 0);
      const kind = kindAt(this.#columns, row);
      let own = around;
      if (kind === 'agent_step') own = this.#agentFrame(row, around);
      else if (around === 0 && (kind === 'model_call' || kind === 'tool_call')) own = this.#looseFrame(row);
      ofRow[row] = own;
      below[row] = senders.has(row) ? this.#sentFrame(row, own) : own;
      if (kind === 'model_call' || kind === 'tool_call') this.#act(row, own, kind === 'model_call');
    }
    return { list: this.#list, ofRow };
  }

  /** Tool calls in which a model was called, with no agent's span between. */
  #senders(): ReadonlySet<number> {
    const nearest = this.#nearest;
    const senders = new Set<number>();
    for (const row of this.#tree.rows) {
      const up = this.#tree.parent[row] ?? -1;
      const kind = up < 0 ? null : kindAt(this.#columns, up);
      const closes = kind === 'tool_call' || (kind === 'agent_step' && this.#isAgent(up));
      nearest[row] = closes ? up : up < 0 ? -1 : (nearest[up] ?? -1);
      const around = nearest[row] ?? -1;
      if (around >= 0 && kindAt(this.#columns, row) === 'model_call')
        if (kindAt(this.#columns, around) === 'tool_call') senders.add(around);
    }
    return senders;
  }

  #isAgent(row: number): boolean {
    const span = this.#spanAt(row);
    return span ? isAgentSpan(span) : isAgentName(this.#nameAt(row));
  }

  #nameAt(row: number): string {
    return this.#columns.names[this.#columns.name[row] ?? -1] ?? '';
  }

  #agentFrame(row: number, around: number): number {
    if (!this.#isAgent(row)) return around;
    const span = this.#spanAt(row);
    const name = span ? agentNameOf(span) : clean(this.#nameAt(row));
    const nearest = this.#nearest[row] ?? -1;
    const sentBy = nearest >= 0 && kindAt(this.#columns, nearest) === 'tool_call' ? nearest : -1;
    // Two instrumentations tell of one agent, or one tells it at two levels.
    if (around > 0 && sentBy < 0 && this.#list[around]?.name === name) return around;
    return this.#open({ outer: around, name, id: span && conversationOf(span), sentBy }, row);
  }

  #sentFrame(row: number, around: number): number {
    const span = this.#spanAt(row);
    const name = span ? sentNameOf(span) : clean(this.#nameAt(row).replace(/^execute_tool /, ''));
    return this.#open({ outer: around, name, id: null, sentBy: row }, row);
  }

  /** What no agent's span encloses may still name its agent or its conversation. */
  #looseFrame(row: number): number {
    const span = this.#spanAt(row);
    const agent = span && agentIdOf(span);
    const told = agent ?? (span && conversationOf(span));
    if (told === null) return 0;
    const known = this.#loose.get(told);
    if (known !== undefined) return known;
    // The first conversation is the run's own.
    const isFirst = agent === null && this.#loose.size === 0;
    const at = isFirst ? 0 : this.#open({ outer: 0, name: clean(`agent ${told}`), id: told, sentBy: -1 });
    this.#loose.set(told, at);
    return at;
  }

  /** @param row of the span that makes it; -1 where none does */
  #open(frame: Pick<Frame, 'outer' | 'name' | 'id' | 'sentBy'>, row = -1): number {
    const startNs = row < 0 ? Number.POSITIVE_INFINITY : rowStartNs(this.#columns, row);
    const endNs = row < 0 ? 0 : rowEndNs(this.#columns, row);
    const empty = { startNs, endNs, acts: 0, calls: 0 };
    return this.#list.push({ ...frame, ...empty }) - 1;
  }

  #act(row: number, at: number, isCall: boolean): void {
    const frame = this.#list[at];
    if (!frame) return;
    frame.startNs = Math.min(frame.startNs, rowStartNs(this.#columns, row));
    frame.endNs = Math.max(frame.endNs, rowEndNs(this.#columns, row));
    frame.acts++;
    if (isCall) frame.calls++;
  }
}
