// The health service that gRPC's probes ask: whether the collector is ready, of the whole or of one of its
// services. Does not know what ready means: the application's own address for it does.
// Spec: grpc.health.v1.
import { readFields } from './status.ts';

const SERVING = 1;
const NOT_SERVING = 2;
const SERVICE_UNKNOWN = 3;

/** The service that a HealthCheckRequest asks for; '' is the whole. @throws OtlpError 400 where it is damaged */
export function readHealthRequest(bytes: Uint8Array): string {
  return String(readFields(bytes).get(1) ?? '');
}

/** A HealthCheckResponse; null is a service that is not known. */
export function healthReply(isReady: boolean | null): Uint8Array {
  return Uint8Array.of(0x08, isReady === null ? SERVICE_UNKNOWN : isReady ? SERVING : NOT_SERVING);
}
