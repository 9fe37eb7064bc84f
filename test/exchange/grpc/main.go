// Sends a hundred spans over gRPC with OpenTelemetry's own exporter: under a label, packed or not, or under the cell that
// the metadata name.
package main

import (
	"context"
	"fmt"
	"os"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

func main() {
	endpoint, cell, way := os.Args[1], os.Args[2], os.Args[3]
	ctx := context.Background()
	options := []otlptracegrpc.Option{otlptracegrpc.WithEndpointURL(endpoint)}
	attributes := []attribute.KeyValue{attribute.String("bench.cell.id", cell)}
	if way == "gzip" {
		options = append(options, otlptracegrpc.WithCompressor("gzip"))
	}
	if way == "metadata" {
		options = append(options, otlptracegrpc.WithHeaders(map[string]string{"playhead-cell": cell}))
		attributes = nil
	}
	exporter, err := otlptracegrpc.New(ctx, options...)
	if err != nil {
		panic(err)
	}
	provider := sdktrace.NewTracerProvider(
		sdktrace.WithBatcher(exporter),
		sdktrace.WithResource(resource.NewSchemaless(attributes...)),
	)
	tracer := provider.Tracer("send")
	for number := range 100 {
		_, span := tracer.Start(ctx, fmt.Sprintf("span %d", number))
		span.End()
	}
	if err := provider.Shutdown(ctx); err != nil {
		panic(err)
	}
}
