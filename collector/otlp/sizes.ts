// How many good records each resource of a request holds, at the price of a scan: for who must know whose
// they are before they are acknowledged.
import type { Encoding, ResourceRecord, Signal } from '../record.ts';
import { decodeLogsJson, decodeMetricsJson, decodeTracesJson } from './json.ts';
import { walkProtobuf } from './protobuf.ts';
import { scanLog, scanSpan } from './scan.ts';
import { scanMetric } from './scan-metric.ts';
import { Tally } from './tally.ts';

export interface ResourceSize {
  readonly resource: ResourceRecord;
  readonly count: number;
}

const decoders = { traces: decodeTracesJson, logs: decodeLogsJson, metrics: decodeMetricsJson };
const scans = { traces: scanSpan, logs: scanLog, metrics: scanMetric };

/** @throws the OtlpError that decoding the body would throw */
export function resourceSizes(bytes: Uint8Array, encoding: Encoding, signal: Signal): ResourceSize[] {
  const { batches } = encoding === 'json' ? decoders[signal](bytes) : countProtobuf(bytes, signal);
  return batches.map(({ resource, records }) => ({ resource, count: records.length }));
}

function countProtobuf(bytes: Uint8Array, signal: Signal) {
  const scan = scans[signal];
  return walkProtobuf<null>(bytes, new Tally('span'), (r, end, tally, records) => {
    const before = tally.accepted;
    scan(r, end, tally);
    for (let more = tally.accepted - before; more > 0; more--) records.push(null);
  });
}
