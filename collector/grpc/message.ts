// The frame around a message of a gRPC call: a byte that says whether it is packed, its length, and its bytes.
// A call of ours has one message each way. Does not unpack or read what is in it.
// Spec: gRPC over HTTP/2, "Length-Prefixed-Message".
import { GrpcError, grpcCodes } from './status.ts';

const PREFIX_BYTES = 5;

export interface Message {
  readonly isPacked: boolean;
  readonly length: number;
  /** The bytes as they come. @throws GrpcError where they are fewer or more than was said */
  readonly chunks: AsyncIterable<Uint8Array>;
}

/**
 * Reads the frame's head, and gives what follows as it comes.
 * @throws GrpcError where there is no whole head, or where it is of no kind that there is
 */
export async function readMessage(stream: AsyncIterable<Uint8Array>): Promise<Message> {
  const chunks = stream[Symbol.asyncIterator]();
  let head = Buffer.alloc(0);
  while (head.length < PREFIX_BYTES) {
    const next = await chunks.next();
    if (next.done) throw new GrpcError(grpcCodes.internal, 'the call brought no message');
    head = Buffer.concat([head, next.value]);
  }
  const flag = head.readUInt8(0);
  if (flag > 1) throw new GrpcError(grpcCodes.internal, `a message's first byte is 0 or 1, not ${flag}`);
  const length = head.readUInt32BE(1);
  return { isPacked: flag === 1, length, chunks: bodyOf(head.subarray(PREFIX_BYTES), chunks, length) };
}

async function* bodyOf(
  first: Uint8Array,
  rest: AsyncIterator<Uint8Array>,
  length: number,
): AsyncGenerator<Uint8Array> {
  let left = length;
  let chunk = first;
  for (;;) {
    left -= chunk.length;
    if (left < 0) throw new GrpcError(grpcCodes.unimplemented, 'a call takes one message');
    if (chunk.length > 0) yield chunk;
    const next = await rest.next();
    if (next.done) break;
    chunk = next.value;
  }
  if (left > 0) throw new GrpcError(grpcCodes.internal, 'the message broke off');
}

/** A message as it goes out, never packed: answers are a few bytes. */
export function framed(message: Uint8Array): Buffer {
  const frame = Buffer.alloc(PREFIX_BYTES + message.length);
  frame.writeUInt32BE(message.length, 1);
  frame.set(message, PREFIX_BYTES);
  return frame;
}
