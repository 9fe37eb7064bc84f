// The health service that gRPC's probes ask: whether the collector is ready, of the whole or of one of its
// services. Does not know what ready means: the application's own address for it does.
// Spec: grpc.health.v1.
import { WireReader } from '../otlp/wire-reader.ts';

const SERVING = 1;
const NOT_SERVING = 2;
const SERVICE_UNKNOWN = 3;

/** The service that a HealthCheckRequest asks for; '' is the whole. */
export function readHealthRequest(bytes: Uint8Array): string {
  const reader = new WireReader(bytes);
  let service = '';
  while (reader.pos < bytes.length) {
    const tag = reader.tag(bytes.length);
    if (tag === 0x0a) {
      const end = reader.length(bytes.length);
      service = Buffer.from(bytes.subarray(reader.pos, end)).toString();
      reader.pos = end;
    } else reader.skip(tag, bytes.length);
  }
  return service;
}

/** A HealthCheckResponse; null is a service that is not known. */
export function healthReply(isReady: boolean | null): Uint8Array {
  return Uint8Array.of(0x08, isReady === null ? SERVICE_UNKNOWN : isReady ? SERVING : NOT_SERVING);
}
