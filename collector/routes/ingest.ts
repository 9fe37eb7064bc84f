// OTLP/HTTP: a body is read, inflated, scanned, appended to the log and acknowledged after COMMIT.
// Nothing is decoded or interpreted here. Spec: OTLP 1.x, "OTLP/HTTP".

import type { LogSignal } from '../cell/log-entry.ts';
import type { TraceParams } from '../cell/records.ts';
import { httpLimits } from '../config.ts';
import { OtlpError } from '../errors.ts';
import { readBody } from '../http/request-body.ts';
import { encodingOf } from '../otlp/body.ts';
import { replyBody } from '../otlp/reply.ts';
import { type Scan, scanLogs, scanMetrics, scanTraces } from '../otlp/scan.ts';
import { TraceCounts } from '../otlp/trace-counts.ts';
import type { Encoding } from '../record.ts';
import { cellIdOf } from './address.ts';
import type { Answer, RouteContext } from './route.ts';

type OtlpSignal = Extract<LogSignal, 'traces' | 'logs' | 'metrics'>;

const contentTypes: Record<Encoding, string> = {
  json: 'application/json',
  protobuf: 'application/x-protobuf',
};

export const ingest = (signal: OtlpSignal) => (context: RouteContext) => takeOtlp(signal, context);

function takeOtlp(signal: OtlpSignal, { writer, metrics, traceSizeLimit }: RouteContext): Answer {
  return async (c) => {
    const cellId = c.req.param('id') === undefined ? null : cellIdOf(c);
    const encoding = encodingOf(c.req.header('content-type'));
    using received = await readBody(c, httpLimits.bodyBytes);
    const { bytes: body, gzip } = received;
    const traces = new TraceCounts();
    const scan = scans[signal](body, encoding, traces);
    if (scan.rejected > 0 && scan.accepted === 0) {
      noteRefused(signal, scan.rejected);
      throw new OtlpError(400, scan.message);
    }
    const deleted = writer.deletedShareOf({ body, encoding, signal, endpoint: cellId });
    const over = oversized(traces.all(), body.length);
    const accepted = Math.max(0, scan.accepted - (deleted?.count ?? 0) - (over?.count ?? 0));
    const rejected = scan.accepted + scan.rejected - accepted;
    const message = [
      deleted ? `${deleted.count} rejected: the cell ${deleted.cellId} was deleted` : '',
      over ? `${over.count} rejected: the trace ${over.params.overgrown[0]} is too large` : '',
      scan.message,
    ]
      .filter((part) => part !== '')
      .join('; ');
    const params = over && JSON.stringify(over.params);
    if (accepted > 0)
      await writer.append({ signal, cellId, encoding, accepted, rejected, params, body, gzip });
    else noteRefused(signal, rejected);
    const reply = replyBody(encoding, signal, { rejected, message });
    return answer(reply, encoding);
  };
  /** The traces that take nothing more, as the projector is told of them, and their spans in the request. */
  function oversized(
    traces: ReadonlyMap<string, number>,
    bytes: number,
  ): { count: number; params: TraceParams } | null {
    const full = traceSizeLimit.admit(traces, bytes);
    if (full.size === 0) return null;
    let count = 0;
    for (const traceId of full) count += traces.get(traceId) ?? 0;
    metrics.oversizedSpans += count;
    return { count, params: { overgrown: [...full] } };
  }
  /** Counts records that do not get into the log. */
  function noteRefused(signal: OtlpSignal, received: number): void {
    if (received > 0)
      metrics.noteOutcome({ signal, received, accepted: 0, duplicate: 0, conflicting: 0, dropped: 0 });
  }
}

const scans: Record<OtlpSignal, (body: Uint8Array, encoding: Encoding, traces: TraceCounts) => Scan> = {
  traces: scanTraces,
  logs: scanLogs,
  metrics: scanMetrics,
};

/** An OTLP answer in the request's own encoding. */
function answer(body: Uint8Array, encoding: Encoding): Response {
  return new Response(Buffer.from(body), {
    status: 200,
    headers: { 'content-type': contentTypes[encoding] },
  });
}

/** The encoding in which an OTLP error is told: the request's, JSON where that is unusable. */
export function errorEncoding(contentType: string | undefined): Encoding {
  try {
    return encodingOf(contentType);
  } catch {
    return 'json';
  }
}

export function errorContentType(encoding: Encoding): string {
  return contentTypes[encoding];
}
