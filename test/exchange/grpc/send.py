# Sends a hundred spans over gRPC with OpenTelemetry's own exporter: under a label, packed or not, or under the cell that
# the metadata name.
import sys

import grpc
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

endpoint, cell, way = sys.argv[1:]
compression = {"gzip": grpc.Compression.Gzip, "deflate": grpc.Compression.Deflate}.get(way)
provider = TracerProvider(resource=Resource.create({} if way == "metadata" else {"bench.cell.id": cell}))
headers = {"playhead-cell": cell} if way == "metadata" else {}
exporter = OTLPSpanExporter(endpoint=endpoint, insecure=True, compression=compression, headers=headers)
provider.add_span_processor(BatchSpanProcessor(exporter))
tracer = provider.get_tracer("send")
for number in range(100):
    tracer.start_span(f"span {number}").end()
provider.shutdown()
