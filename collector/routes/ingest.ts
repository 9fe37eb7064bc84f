// OTLP/HTTP: a body is read and inflated, what of it is admitted is appended to the log, and acknowledged
// after COMMIT. Does not decode or interpret anything. Spec: OTLP 1.x, "OTLP/HTTP".
import type { Context } from 'hono';
import { runSpanIn, SENDER_HEADER } from '../../shared/otlp-address.ts';
import type { Sender } from '../cell/records.ts';
import { httpLimits } from '../config.ts';
import { RequestError } from '../errors.ts';
import { readBody } from '../http/request-body.ts';
import { tokenOf } from '../http/token.ts';
import { encodingOf } from '../otlp/body.ts';
import { replyBody } from '../otlp/reply.ts';
import type { Encoding, Signal } from '../record.ts';
import { cellIdOf } from './address.ts';
import type { Answer, RouteContext } from './route.ts';

const contentTypes: Record<Encoding, string> = {
  json: 'application/json',
  protobuf: 'application/x-protobuf',
};

export function ingest(signal: Signal): (context: RouteContext) => Answer {
  return ({ writer, admission }) =>
    async (c) => {
      const cellId = c.req.param('id') === undefined ? null : cellIdOf(c);
      const encoding = encodingOf(c.req.header('content-type'));
      using received = await readBody(c, httpLimits.bodyBytes);
      const { bytes: body, gzip } = received;
      const sender = senderOf(c, cellId);
      const {
        message,
        body: kept,
        ...admitted
      } = await admission.admit({
        signal,
        cellId,
        encoding,
        body,
        sender,
      });
      if (kept === body) await writer.append({ signal, cellId, encoding, ...admitted, body, gzip });
      else if (kept)
        await writer.append({ signal, cellId, encoding: 'protobuf', ...admitted, body: kept, gzip: null });
      const reply = replyBody(encoding, signal, { rejected: admitted.rejected, message });
      return new Response(Buffer.from(reply), {
        status: 200,
        headers: { 'content-type': contentTypes[encoding] },
      });
    };
}

/**
 * Whoever sends something and may not say everything: the agent of a run, by its token or because who passes it
 * on says so; and whoever has a token that is confined or gives no verdicts.
 * @throws RequestError 403 where what an agent says comes to no cell's address
 */
function senderOf(c: Context, cellId: string | null): Sender | undefined {
  const token = tokenOf(c);
  const isPassedOn = c.req.header(SENDER_HEADER) !== undefined;
  if (isPassedOn && cellId === null)
    throw new RequestError(403, 'forbidden', 'what an agent says is posted to the address of its cell');
  const cell = isPassedOn ? (cellId ?? undefined) : token?.cell;
  const sweep = token?.sweep;
  const judges = cell === undefined && (token?.may.includes('scores') ?? true);
  if (cell === undefined && sweep === undefined && judges) return undefined;
  const runSpanId = runSpanIn(c.req.header(SENDER_HEADER) ?? '');
  return {
    ...(runSpanId !== undefined && { runSpanId }),
    ...(cell !== undefined && { cell }),
    ...(sweep !== undefined && { sweep }),
    judges,
  };
}

/** The encoding of an OTLP error: the request's, JSON where that is unusable. */
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
