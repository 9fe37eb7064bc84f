// The trace half of OTLP for a protobuf library, as the reference designs read it. Field numbers are those
// of opentelemetry-proto trace/v1, common/v1 and resource/v1.
import protobuf from 'protobufjs/light.js';

export interface WireLong {
  readonly low: number;
  readonly high: number;
}

export interface WireValue {
  readonly stringValue?: string;
  readonly boolValue?: boolean;
  readonly intValue?: WireLong | number;
  readonly doubleValue?: number;
  readonly arrayValue?: { readonly values: WireValue[] };
  readonly kvlistValue?: { readonly values: WirePair[] };
  readonly bytesValue?: Uint8Array;
}

export interface WirePair {
  readonly key: string;
  readonly value?: WireValue;
}

export interface WireSpan {
  readonly traceId: Uint8Array;
  readonly spanId: Uint8Array;
  readonly parentSpanId: Uint8Array;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: WireLong;
  readonly endTimeUnixNano: WireLong;
  readonly attributes: WirePair[];
  readonly status?: { readonly code: number };
}

interface WireRequest {
  readonly resourceSpans: {
    readonly resource?: { readonly attributes: WirePair[] };
    readonly scopeSpans: { readonly spans: WireSpan[] }[];
  }[];
}

const field = (id: number, type: string) => ({ id, type });
const repeated = (id: number, type: string) => ({ id, type, rule: 'repeated' });

const root = protobuf.Root.fromJSON({
  nested: {
    AnyValue: {
      fields: {
        stringValue: field(1, 'string'),
        boolValue: field(2, 'bool'),
        intValue: field(3, 'int64'),
        doubleValue: field(4, 'double'),
        arrayValue: field(5, 'ArrayValue'),
        kvlistValue: field(6, 'KeyValueList'),
        bytesValue: field(7, 'bytes'),
      },
    },
    ArrayValue: { fields: { values: repeated(1, 'AnyValue') } },
    KeyValueList: { fields: { values: repeated(1, 'KeyValue') } },
    KeyValue: { fields: { key: field(1, 'string'), value: field(2, 'AnyValue') } },
    Resource: { fields: { attributes: repeated(1, 'KeyValue'), droppedAttributesCount: field(2, 'uint32') } },
    Scope: {
      fields: { name: field(1, 'string'), version: field(2, 'string'), attributes: repeated(3, 'KeyValue') },
    },
    Event: {
      fields: {
        timeUnixNano: field(1, 'fixed64'),
        name: field(2, 'string'),
        attributes: repeated(3, 'KeyValue'),
        droppedAttributesCount: field(4, 'uint32'),
      },
    },
    Link: {
      fields: {
        traceId: field(1, 'bytes'),
        spanId: field(2, 'bytes'),
        traceState: field(3, 'string'),
        attributes: repeated(4, 'KeyValue'),
        droppedAttributesCount: field(5, 'uint32'),
        flags: field(6, 'fixed32'),
      },
    },
    Status: { fields: { message: field(2, 'string'), code: field(3, 'int32') } },
    Span: {
      fields: {
        traceId: field(1, 'bytes'),
        spanId: field(2, 'bytes'),
        traceState: field(3, 'string'),
        parentSpanId: field(4, 'bytes'),
        name: field(5, 'string'),
        kind: field(6, 'int32'),
        startTimeUnixNano: field(7, 'fixed64'),
        endTimeUnixNano: field(8, 'fixed64'),
        attributes: repeated(9, 'KeyValue'),
        droppedAttributesCount: field(10, 'uint32'),
        events: repeated(11, 'Event'),
        droppedEventsCount: field(12, 'uint32'),
        links: repeated(13, 'Link'),
        droppedLinksCount: field(14, 'uint32'),
        status: field(15, 'Status'),
        flags: field(16, 'fixed32'),
      },
    },
    ScopeSpans: {
      fields: { scope: field(1, 'Scope'), spans: repeated(2, 'Span'), schemaUrl: field(3, 'string') },
    },
    ResourceSpans: {
      fields: {
        resource: field(1, 'Resource'),
        scopeSpans: repeated(2, 'ScopeSpans'),
        schemaUrl: field(3, 'string'),
      },
    },
    ExportTraceServiceRequest: { fields: { resourceSpans: repeated(1, 'ResourceSpans') } },
  },
});

const request = root.lookupType('ExportTraceServiceRequest');

/** Decodes a body with protobufjs. */
export function decodeWithLibrary(body: Uint8Array): WireRequest {
  return request.decode(body) as unknown as WireRequest;
}
