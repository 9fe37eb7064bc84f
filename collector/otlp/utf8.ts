// Where UTF-8 text may be cut. The one rule that both encodings need; it decodes nothing.

/**
 * Where to cut a UTF-8 text so that at most `maxBytes` stay and no character is split.
 * @returns an index in `bytes` between `start` and `start + maxBytes`.
 */
export function cutIndex(bytes: Uint8Array, start: number, maxBytes: number): number {
  const cut = start + maxBytes;
  for (let back = 0; back <= 3; back += 1) {
    const isContinuation = ((bytes[cut - back] as number) & 0xc0) === 0x80;
    if (!isContinuation) return cut - back;
  }
  return cut;
}
