// Sends a hundred spans over gRPC with OpenTelemetry's own exporter: under a label, packed or not, or under the cell that
// the metadata name.
import { Metadata } from '@grpc/grpc-js';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';

const [url, cell, way] = process.argv.slice(2);
const metadata = new Metadata();
if (way === 'metadata') metadata.set('playhead-cell', cell);
const exporter = new OTLPTraceExporter({ url, metadata, compression: way === 'gzip' ? 'gzip' : 'none' });
const provider = new TracerProvider({
  resource: resourceFromAttributes(way === 'metadata' ? {} : { 'bench.cell.id': cell }),
  spanProcessors: [new BatchSpanProcessor({ exporter })],
});
const tracer = provider.getTracer('send');
for (let number = 0; number < 100; number++) tracer.startSpan(`span ${number}`).end();
await provider.shutdown();
