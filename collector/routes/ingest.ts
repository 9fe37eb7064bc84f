// OTLP/HTTP: a body is read and inflated, what of it is admitted is appended to the log, and acknowledged
// after COMMIT. Does not decode or interpret anything. Spec: OTLP 1.x, "OTLP/HTTP".
import { httpLimits } from '../config.ts';
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
      const { message, ...admitted } = await admission.admit({
        signal,
        cellId,
        encoding,
        body,
        within: tokenOf(c) ?? {},
      });
      if (admitted.accepted > 0) await writer.append({ signal, cellId, encoding, ...admitted, body, gzip });
      const reply = replyBody(encoding, signal, { rejected: admitted.rejected, message });
      return new Response(Buffer.from(reply), {
        status: 200,
        headers: { 'content-type': contentTypes[encoding] },
      });
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
