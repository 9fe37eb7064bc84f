// How much of one request is kept. What is beyond a limit is cut or counted as dropped and told to
// the sender, never lost in silence; only the two limits on whole requests refuse. Scan and decode
// read the same table.

export const limits = {
  /** Spans, log records or data points of one request, refused ones included; more is 413. */
  records: 200_000,
  /**
   * Attributes, list elements, events, links and buckets kept from one request; more is 413. Two bytes of
   * body can make one, about 60 bytes of heap each: 20 MiB of them would take 600 MB.
   */
  parts: 2_000_000,
  /** JSON objects and arrays in one request; more is 413. 20 MiB of real attributes hold 1.2 M. */
  jsonContainers: 2_000_000,
  /** JSON nesting; deeper is 400. A request without nested values needs 11. */
  jsonDepth: 64,
  /** Attributes of one resource, scope, span, event, link or log record. */
  attributes: 1024,
  /** Events of one span, and links of one span. */
  events: 10_000,
  links: 10_000,
  /** UTF-8 bytes of one attribute key. */
  keyBytes: 1024,
  /** UTF-8 bytes of names, versions, schema URLs, trace state and severity text. */
  nameBytes: 4096,
  /** UTF-8 bytes of one text, or bytes of one bytesValue. */
  valueBytes: 1_048_576,
  /** Arrays and kvlists inside one another; the next one becomes `nestingMarker`. */
  valueDepth: 32,
  /** Groups inside one another in fields that nobody knows; protobuf's own recursion limit. */
  groupDepth: 100,
  /** The largest time an SQLite INTEGER and a signed 64-bit reader hold, nanoseconds. */
  timeNs: 2n ** 63n - 1n,
} as const;

/** What stands where a value was nested deeper than `limits.valueDepth`. */
export const nestingMarker = '[nested too deep]';

/** Those on whole requests, as `/metrics` shows them. */
export const requestLimits = {
  requestRecords: limits.records,
  requestParts: limits.parts,
  requestContainers: limits.jsonContainers,
};
